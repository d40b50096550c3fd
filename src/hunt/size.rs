//! How large a recording is.

use super::body::blocks;
use crate::recording::Recording;
use crate::report::counted;
use std::fmt;

/// How much there is to read in a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// What the user says.
    pub turns: usize,
    /// What the upstream answers.
    pub exchanges: usize,
    /// The blocks of all bodies; one that is no event stream is one, or as many as blank lines make of it.
    pub events: usize,
    /// The bytes of all bodies.
    pub bytes: usize,
    /// The pieces in which these are delivered.
    pub pieces: usize,
}

impl Size {
    /// That of a recording.
    pub fn of(recording: &Recording) -> Size {
        let exchanges = recording.exchanges.iter();
        Size {
            turns: recording.turns.len(),
            exchanges: recording.exchanges.len(),
            events: exchanges.clone().map(|exchange| blocks(&exchange.body).len()).sum(),
            bytes: exchanges.clone().map(|exchange| exchange.body.len()).sum(),
            pieces: exchanges.map(|exchange| exchange.delivery.pieces.len()).sum(),
        }
    }
}

/// For people: `1 turn, 1 exchange, 5 events, 420 bytes in 2 pieces`.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Size { turns, exchanges, events, bytes, pieces } = *self;
        let counts = [(turns, "turn"), (exchanges, "exchange"), (events, "event"), (bytes, "byte")];
        f.write_str(&counts.map(|(count, of)| counted(count, of)).join(", "))?;
        if pieces > 0 { write!(f, " in {}", counted(pieces, "piece")) } else { Ok(()) }
    }
}
