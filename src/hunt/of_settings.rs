//! Plainer settings: what is said as little about as can be.

use super::oracle::Oracle;
use super::reduce::Reduction;
use crate::recording::{Delivery, Exchange, ProviderSettings, Recording, Turn};
use std::time::Duration;

/// Changes one setting to what it is where a recording is silent.
type Edit = Box<dyn Fn(&mut Recording)>;

/// What the user says where it does not matter.
pub(super) const SAID: &str = "Hello";

pub(super) async fn pass<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    let recording = &reduction.recording;
    let mut edits = of_provider(&recording.provider);
    for (index, turn) in recording.turns.iter().enumerate() {
        edits.extend(of_turn(index, turn));
    }
    for (index, exchange) in recording.exchanges.iter().enumerate() {
        edits.extend(of_exchange(index, exchange));
        edits.extend(of_delivery(index, &exchange.delivery));
    }
    let change = |recording: &Recording, edits: &[&Edit]| {
        let mut plainer = recording.clone();
        // The last first, so that those before it still mean the same header field.
        edits.iter().rev().for_each(|edit| edit(&mut plainer));
        plainer
    };
    reduction.make(&edits, change).await.map(drop)
}

/// The edits for which there is something to change.
fn needed<const N: usize>(edits: [(bool, Edit); N]) -> Vec<Edit> {
    edits.into_iter().filter(|(needed, _)| *needed).map(|(_, edit)| edit).collect()
}

fn of_provider(provider: &ProviderSettings) -> Vec<Edit> {
    let plain = ProviderSettings::default();
    let (request, stream) = (plain.request_max_retries, plain.stream_max_retries);
    needed([
        (
            provider.request_max_retries != request,
            Box::new(move |recording| recording.provider.request_max_retries = request),
        ),
        (
            provider.stream_max_retries != stream,
            Box::new(move |recording| recording.provider.stream_max_retries = stream),
        ),
        (
            provider.stream_idle_timeout_ms.is_some(),
            Box::new(|recording| recording.provider.stream_idle_timeout_ms = None),
        ),
        (
            provider.show_raw_agent_reasoning,
            Box::new(|recording| recording.provider.show_raw_agent_reasoning = false),
        ),
    ])
}

fn of_turn(index: usize, turn: &Turn) -> Vec<Edit> {
    needed([
        (
            turn.interrupt.is_some(),
            Box::new(move |recording| {
                let turn = &mut recording.turns[index];
                (turn.interrupt, turn.may_end_first) = (None, false);
            }),
        ),
        (turn.user != SAID, Box::new(move |recording| recording.turns[index].user = SAID.to_owned())),
    ])
}

fn of_exchange(index: usize, exchange: &Exchange) -> Vec<Edit> {
    let mut edits = needed([
        (exchange.status != 200, Box::new(move |recording| recording.exchanges[index].status = 200)),
        (exchange.request.is_some(), Box::new(move |recording| recording.exchanges[index].request = None)),
    ]);
    for (field, (name, _)) in exchange.headers.iter().enumerate() {
        if !name.eq_ignore_ascii_case("content-type") {
            edits.push(Box::new(move |recording| drop(recording.exchanges[index].headers.remove(field))));
        }
    }
    edits
}

fn of_delivery(index: usize, delivery: &Delivery) -> Vec<Edit> {
    let plain = Delivery::default();
    let edit = |change: fn(&mut Delivery)| -> Edit {
        Box::new(move |recording| change(&mut recording.exchanges[index].delivery))
    };
    needed([
        (delivery.headless, edit(|delivery| delivery.headless = false)),
        (delivery.head_cut.is_some(), edit(|delivery| delivery.head_cut = None)),
        (!delivery.head_delay.is_zero(), edit(|delivery| delivery.head_delay = Duration::ZERO)),
        (!delivery.end_delay.is_zero(), edit(|delivery| delivery.end_delay = Duration::ZERO)),
        (delivery.times_matter, edit(|delivery| delivery.times_matter = false)),
        (
            delivery.pieces.iter().any(|piece| !piece.at.is_zero()),
            edit(|delivery| delivery.pieces.iter_mut().for_each(|piece| piece.at = Duration::ZERO)),
        ),
        (delivery.framing != plain.framing, edit(|delivery| delivery.framing = Delivery::default().framing)),
        (delivery.end != plain.end, edit(|delivery| delivery.end = Delivery::default().end)),
    ])
}
