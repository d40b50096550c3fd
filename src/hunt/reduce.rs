//! Makes a recording as small as it can be while an oracle says that it will still do.

use super::fewest::fewest;
use super::oracle::Oracle;
use super::{of_bodies, of_settings, of_texts, of_turns};
use crate::recording::{End, Recording};

/// A small recording that still holds, made of this one, which is assumed to hold.
///
/// First there are fewer turns and exchanges, then plainer settings and deliveries, fewer events, fewer lines of them,
/// fewer members and elements in their JSON, shorter text, and at last fewer pieces; and all of that again for as long
/// as anything goes. What stays of a body stays byte for byte, save for white space in JSON that lost something.
///
/// `requests` says how many exchanges each turn used up, in order, so that a turn can go with its own; one each where it
/// is silent. Only recordings that can be written and loaded again are asked about.
///
/// ```
/// use responses_parity::hunt::reduce;
/// use responses_parity::recording::{Exchange, Recording, Turn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let body = "data: {\"a\":1,\"b\":[2,3]}\n\ndata: {\"c\":\"needle and thread\"}\n\ndata: 5\n\n";
/// let recording = Recording::of_exchanges("demo", vec![Turn::said("Go")], vec![Exchange::stream(body)]);
/// let mut has_needle = |smaller: &Recording| {
///     smaller.exchanges.iter().any(|exchange| exchange.body.windows(6).any(|word| word == b"needle"))
/// };
/// let smallest = reduce(recording, &[], &mut has_needle).await.unwrap_or_else(|never| match never {});
/// assert_eq!(smallest.exchanges[0].body, "data: {\"c\":\"needle\"}\n\n");
/// # }
/// ```
///
/// # Errors
/// Those of the oracle.
pub async fn reduce<O: Oracle<Recording>>(
    recording: Recording,
    requests: &[usize],
    oracle: &mut O,
) -> Result<Recording, O::Error> {
    let shares = of_turns::shares(&recording, requests);
    let mut reduction = Reduction { recording, shares, oracle, smaller: false };
    loop {
        reduction.smaller = false;
        of_turns::pass(&mut reduction).await?;
        of_settings::pass(&mut reduction).await?;
        of_bodies::pass(&mut reduction).await?;
        of_texts::pass(&mut reduction).await?;
        of_bodies::fewer_pieces(&mut reduction).await?;
        if !reduction.smaller {
            return Ok(reduction.recording);
        }
    }
}

/// A recording on its way to become smaller.
pub(super) struct Reduction<'a, O> {
    pub(super) recording: Recording,
    /// How many exchanges each turn uses up.
    pub(super) shares: Vec<usize>,
    oracle: &'a mut O,
    smaller: bool,
}

impl<O: Oracle<Recording>> Reduction<'_, O> {
    /// Makes as many of these changes as will do. `change` makes some of them, in their order. Gives the indexes of those
    /// that were made.
    pub(super) async fn make<E>(
        &mut self,
        edits: &[E],
        change: impl Fn(&Recording, &[&E]) -> Recording,
    ) -> Result<Vec<usize>, O::Error> {
        let recording = &self.recording;
        let left_out = |kept: &[usize]| -> Vec<usize> {
            (0..edits.len()).filter(|index| kept.binary_search(index).is_err()).collect()
        };
        let changed = |made: &[usize]| {
            let made: Vec<&E> = made.iter().map(|index| &edits[*index]).collect();
            change(recording, &made)
        };
        let kept =
            fewest(edits.len(), self.oracle, |kept| Some(changed(&left_out(kept))).filter(can_be_loaded));
        let made = left_out(&kept.await?);
        if !made.is_empty() {
            self.recording = changed(&made);
            self.smaller = true;
        }
        Ok(made)
    }
}

/// Whether loading would not refuse it, given that it did not refuse what it was made of.
fn can_be_loaded(recording: &Recording) -> bool {
    let enough = if recording.provider.unreachable {
        recording.exchanges.is_empty()
    } else {
        recording.exchanges.len() >= recording.turns.len()
    };
    let whole_heads = recording.exchanges.iter().all(|exchange| {
        let delivery = &exchange.delivery;
        let whole = !delivery.headless && delivery.head_cut.is_none();
        whole || delivery.end != End::Complete
    });
    !recording.turns.is_empty() && enough && whole_heads
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::recording::{Delivery, Exchange, Framing, Interrupt, Piece, Retries, Turn};
    use futures_util::FutureExt;
    use std::time::Duration;

    fn reduced(
        recording: Recording,
        requests: &[usize],
        mut holds: impl FnMut(&Recording) -> bool,
    ) -> Recording {
        assert!(holds(&recording));
        let mut oracle = |smaller: &Recording| holds(smaller);
        let done = reduce(recording, requests, &mut oracle).now_or_never().unwrap();
        done.unwrap_or_else(|never| match never {})
    }

    fn recording(turns: &[&str], bodies: &[&str]) -> Recording {
        let turns = turns.iter().map(|user| Turn::said(*user)).collect();
        let exchanges = bodies.iter().map(|body| Exchange::stream((*body).to_owned())).collect();
        Recording::of_exchanges("test", turns, exchanges)
    }

    fn has(exchange: &Exchange, word: &str) -> bool {
        String::from_utf8_lossy(&exchange.body).contains(word)
    }

    fn any_has(recording: &Recording, word: &str) -> bool {
        recording.exchanges.iter().any(|exchange| has(exchange, word))
    }

    #[test]
    fn turns_go_with_their_exchanges() {
        let whole =
            recording(&["a", "b", "c"], &["data: 1\n\n", "data: 2\n\n", "data: 3\n\n", "data: 4\n\n"]);
        // As where a turn that finds no exchange would be noticed.
        let complete = |smaller: &Recording| {
            let needed: usize = smaller
                .turns
                .iter()
                .map(|turn| if ["b", "Hello"].contains(&turn.user.as_str()) { 2 } else { 1 })
                .sum();
            smaller.exchanges.len() == needed
        };
        let holds = |smaller: &Recording| complete(smaller) && any_has(smaller, "3");
        let smallest = reduced(whole, &[1, 2, 1], holds);
        assert_eq!(smallest.turns, [Turn::said("Hello")]);
        assert_eq!(
            smallest.exchanges.iter().map(|exchange| &exchange.body[..]).collect::<Vec<_>>(),
            [&b""[..], b"data: 3\n\n"]
        );
    }

    #[test]
    fn a_turn_keeps_an_exchange() {
        let smallest = reduced(recording(&["a", "b"], &["x", "y", "z"]), &[], |_| true);
        assert_eq!((smallest.turns.len(), smallest.exchanges.len()), (1, 1));
        assert_eq!(smallest.exchanges[0].body, "");
    }

    #[test]
    fn what_stays_of_a_stream_stays_byte_for_byte() {
        let odd =
            "\u{feff}:c\r\n\r\nevent:a\rid: 7\r\ndata:{ \"a\" : 1.0 }\n\r\ndata: x\n\ndata: {\"b\": \"y\"}";
        let events = [": nothing\n\n", "data: {\"z\": 0}\n\n", odd].concat();
        let kept = |smaller: &Recording| any_has(smaller, odd);
        assert_eq!(reduced(recording(&["a"], &[&events]), &[], kept).exchanges[0].body, odd);
        let spelling = |smaller: &Recording| any_has(smaller, "\"a\" : 1.0");
        let smallest = reduced(recording(&["a"], &[odd]), &[], spelling);
        assert_eq!(smallest.exchanges[0].body, "data:{ \"a\" : 1.0 }\n\r\n");
    }

    #[test]
    fn members_elements_and_text_go() {
        let event = r#"data: {"type":"t","item":{"id":"i","content":[{"text":"one"},{"text":"hay needle hay","b":[1]}]}}"#;
        let needle = |smaller: &Recording| {
            let body = String::from_utf8_lossy(&smaller.exchanges[0].body).into_owned();
            let data = body.trim_start_matches("data: ").trim_end();
            let value: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
            let content = value["item"]["content"].as_array().cloned().unwrap_or_default();
            content.iter().any(|part| part["text"].as_str().is_some_and(|text| text.contains("needle")))
        };
        let smallest = reduced(recording(&["a"], &[&format!("{event}\n\n")]), &[], needle);
        assert_eq!(smallest.exchanges[0].body, "data: {\"item\":{\"content\":[{\"text\":\"needle\"}]}}\n\n");
    }

    #[test]
    fn settings_become_plain_where_they_may() {
        let mut whole = recording(&["What is the time?"], &["", "data: 1\n\n"]);
        whole.provider.stream_max_retries = Retries::Times(3);
        whole.provider.stream_idle_timeout_ms = Some(400);
        whole.turns[0].interrupt = Some(Interrupt::AfterEvents(9));
        whole.exchanges[0]
            .headers
            .extend([("x-a".to_owned(), "1".to_owned()), ("x-b".to_owned(), "2".to_owned())]);
        whole.exchanges[0].delivery = Delivery {
            headless: true,
            end: End::Reset,
            head_delay: Duration::from_secs(1),
            ..Delivery::default()
        };
        whole.exchanges[1].delivery.framing = Framing::Close;
        let holds = |smaller: &Recording| {
            let first = smaller.exchanges.first();
            smaller.provider.stream_max_retries == Retries::Times(3)
                && first.is_some_and(|first| {
                    first.delivery.headless && first.headers.iter().any(|(name, _)| name == "x-b")
                })
                && matches!(smaller.turns[0].interrupt, Some(Interrupt::AfterEvents(count)) if count >= 3)
        };
        let smallest = reduced(whole, &[2], holds);
        assert_eq!(smallest.exchanges.len(), 1);
        assert_eq!(smallest.turns[0].interrupt, Some(Interrupt::AfterEvents(3)));
        assert_eq!(smallest.turns[0].user, "Hello");
        assert_eq!(smallest.provider.stream_idle_timeout_ms, None);
        let Exchange { headers, delivery, .. } = &smallest.exchanges[0];
        let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["content-type", "x-b"]);
        // It cannot be complete, as nothing of it arrives.
        assert_eq!(*delivery, Delivery { headless: true, end: End::Reset, ..Delivery::default() });
    }

    #[test]
    fn cuts_that_matter_stay_where_they_are() {
        let mut whole = recording(&["a"], &["data: 1\n\ndata: caf\u{e9}\n\ndata: 3\n\n"]);
        let ends = [1, 9, 12, 19, 25];
        let piece = |end| Piece { at: Duration::from_millis(end as u64), end };
        whole.exchanges[0].delivery.pieces = ends.map(piece).into();
        let inside_of_a_character = |smaller: &Recording| {
            let exchange = &smaller.exchanges[0];
            exchange.delivery.pieces.iter().any(|piece| exchange.body[..piece.end].ends_with(b"caf\xc3"))
        };
        let smallest = reduced(whole, &[], inside_of_a_character);
        assert_eq!(smallest.exchanges[0].body, "data: caf\u{e9}\n\n");
        assert_eq!(smallest.exchanges[0].delivery.pieces, [Piece { at: Duration::ZERO, end: 10 }]);
    }

    #[test]
    fn a_long_stream_takes_few_candidates() {
        let event = |number: usize| format!("data: {{\"number\":{number}}}\n\n");
        let body: String = (0..2000).map(event).collect();
        let mut asked = 0;
        let holds = |smaller: &Recording| {
            asked += 1;
            ["{\"number\":3}", "{\"number\":1234}"].iter().all(|event| any_has(smaller, event))
        };
        let smallest = reduced(recording(&["a"], &[&body]), &[], holds);
        assert_eq!(smallest.exchanges[0].body, [event(3), event(1234)].concat());
        assert!(asked < 150, "{asked} candidates");
    }
}
