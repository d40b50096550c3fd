//! The closing exchange that a recording gets when its last answer asks for a tool.

use super::model::{End, Exchange, Recording, Turn};
use crate::wire::{ResponseEvent, ResponseStream, events_of_body, is_success};
use serde::Deserialize;

/// A short message, completed. An app-server that answers a tool call asks again, and something must answer that.
const CLOSING_STREAM: &str = concat!(
    r#"data: {"type":"response.created","response":{"id":"resp_closing"}}"#,
    "\n\n",
    r#"data: {"type":"response.output_item.done","item":{"type":"message","id":"msg_closing","role":"assistant","content":[{"type":"output_text","text":"Closing answer, added when the recording was loaded."}]}}"#,
    "\n\n",
    r#"data: {"type":"response.completed","response":{"id":"resp_closing"}}"#,
    "\n\n",
);

/// Adds the closing exchange where the last recorded answer asks for a tool, and one for each request that only some
/// app-servers make.
pub(super) fn add_closing_exchange(exchanges: &mut Vec<Exchange>) {
    let searches = exchanges.iter().filter(|exchange| searches_for_tools(exchange)).count();
    let follow_up = usize::from(exchanges.last().is_some_and(asks_for_follow_up));
    exchanges.extend(std::iter::repeat_n(closing_exchange(), follow_up.max(searches)));
}

/// Those that [`add_closing_exchange`] makes these exchanges of; at least one for each turn.
pub(super) fn without_closing_exchanges(exchanges: &[Exchange], turns: usize) -> &[Exchange] {
    let closing = closing_exchange();
    let at_the_end = exchanges.iter().rev().take_while(|exchange| **exchange == closing).count();
    let at_most = at_the_end.min(exchanges.len().saturating_sub(turns));
    let candidates = (1..=at_most).rev().map(|added| &exchanges[..exchanges.len() - added]);
    let same_again = |kept: &&[Exchange]| {
        let mut again = kept.to_vec();
        add_closing_exchange(&mut again);
        again == exchanges
    };
    candidates.into_iter().find(same_again).unwrap_or(exchanges)
}

/// The closing exchange.
pub(super) fn closing_exchange() -> Exchange {
    Exchange { may_stay_unasked: true, ..Exchange::stream(CLOSING_STREAM) }
}

/// The v2 dialect answers a `tool_search_call`, which the v1 dialect does not know.
fn searches_for_tools(exchange: &Exchange) -> bool {
    #[derive(Deserialize)]
    struct Done {
        item: Typed,
    }
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    let events = events_of_body(&exchange.body).into_iter().flatten();
    let mut items = events.filter_map(|data| serde_json::from_str::<Done>(&data).ok());
    items.any(|done| done.item.kind == "tool_search_call")
}

impl Recording {
    /// The shortest conversation there is: one message of the user's, and the closing exchange as its answer.
    pub fn probe() -> Recording {
        Recording::of_exchanges("probe", vec![Turn::said("Hello")], vec![closing_exchange()])
    }
}

/// Whether the app-server answers this response with a further request of the same turn: the stream completes and
/// holds a call that wants an output.
pub(super) fn asks_for_follow_up(exchange: &Exchange) -> bool {
    if !is_success(exchange.status) || exchange.delivery.end != End::Complete {
        return false;
    }
    let mut stream = ResponseStream::new();
    let mut wants_output = false;
    for event in events_of_body(&exchange.body) {
        let Ok(data) = event else { return false };
        if let Some(ResponseEvent::OutputItemDone { item }) = stream.event(&data) {
            wants_output |= item.asks_for_output();
        }
    }
    wants_output && stream.end().is_ok()
}
