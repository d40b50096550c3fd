//! Which recordings are worth a try.

use responses_parity::recording::{End, Recording};

/// Recordings of more bytes are a third of the work, and show little else than that they are large. They are tried where
/// they are named.
const LARGE: usize = 256 * 1024;

/// Ten requests, each at once after the one before: as often a busy machine can make it look otherwise.
const HASTY: &str = "http/307-too-many";

/// Whether a mutation is tried on a recording.
pub(crate) type Reaches = Box<dyn Fn(&Recording) -> bool + Send + Sync>;

pub(crate) fn anything() -> Reaches {
    those(|_| true)
}

pub(crate) fn only(names: &'static [&'static str]) -> Reaches {
    Box::new(|recording| names.contains(&recording.name.as_str()))
}

pub(crate) fn family(name: &'static str) -> Reaches {
    those(move |recording| recording.name.split('/').next() == Some(name))
}

/// Short ones, beside two whose calls stay open for so long that the others have a neighbour.
pub(crate) fn side_by_side() -> Reaches {
    either(family("text"), only(&["endings/slow-but-alive", "endings/slow-head"]))
}

/// Those with this in a body.
pub(crate) fn saying(text: &'static str) -> Reaches {
    those(move |recording| {
        let holds = |body: &[u8]| body.windows(text.len()).any(|window| window == text.as_bytes());
        recording.exchanges.iter().any(|exchange| holds(&exchange.body))
    })
}

/// Those with such a status.
pub(crate) fn answering(status: impl Fn(u16) -> bool + Send + Sync + 'static) -> Reaches {
    those(move |recording| recording.exchanges.iter().any(|exchange| status(exchange.status)))
}

/// Those with a field in the head of an answer whose name begins so.
pub(crate) fn with_field(name: &'static str) -> Reaches {
    those(move |recording| {
        let mut fields = recording.exchanges.iter().flat_map(|exchange| &exchange.headers);
        fields.any(|(found, _)| found.starts_with(name))
    })
}

pub(crate) fn interrupted() -> Reaches {
    those(|recording| recording.turns.iter().any(|turn| turn.interrupt.is_some()))
}

/// Those in which somebody gives up a call.
pub(crate) fn given_up() -> Reaches {
    those(|recording| recording.exchanges.iter().any(|exchange| exchange.delivery.end == End::Stalled))
}

/// Those in which every answer ends as it should: nothing waits for an event that is held back.
pub(crate) fn whole() -> Reaches {
    those(|recording| {
        let ends = recording.exchanges.iter().all(|exchange| exchange.delivery.end == End::Complete);
        ends && recording.turns.iter().all(|turn| turn.interrupt.is_none())
    })
}

/// Whole ones in which nothing depends on when it comes.
pub(crate) fn timeless() -> Reaches {
    let whole = whole();
    Box::new(move |recording| {
        whole(recording) && recording.exchanges.iter().all(|exchange| !exchange.delivery.times_matter)
    })
}

/// Those whose requests reach somebody.
pub(crate) fn asking() -> Reaches {
    those(|recording| !recording.provider.unreachable)
}

/// Those that both reach.
pub(crate) fn both(one: Reaches, other: Reaches) -> Reaches {
    Box::new(move |recording| one(recording) && other(recording))
}

/// Those that one of the two reaches.
pub(crate) fn either(one: Reaches, other: Reaches) -> Reaches {
    Box::new(move |recording| one(recording) || other(recording))
}

/// Those of them on which it pays to try everything.
fn those(are: impl Fn(&Recording) -> bool + Send + Sync + 'static) -> Reaches {
    Box::new(move |recording| {
        let bytes: usize = recording.exchanges.iter().map(|exchange| exchange.body.len()).sum();
        bytes <= LARGE && recording.name != HASTY && are(recording)
    })
}
