//! What is played under a name, and one conversation that plays it.

use super::ExchangeName;
use crate::recording::{Exchange, Recording};
use crate::upstream::script::Script;
use crate::upstream::{MountError, Speed};
use std::sync::Arc;

/// What a name stands for: the exchanges of one recording, or of several, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Play {
    exchanges: Arc<[Exchange]>,
    names: Arc<[ExchangeName]>,
}

impl Play {
    pub(super) fn of<'a>(recordings: impl IntoIterator<Item = &'a Recording>) -> Play {
        let (mut exchanges, mut names) = (Vec::new(), Vec::new());
        for recording in recordings {
            let taken = recording.of_one_conversation();
            let name = |index| ExchangeName { recording: recording.name.clone(), index, of: taken.len() };
            names.extend((0..taken.len()).map(name));
            exchanges.extend(taken.iter().cloned());
        }
        Play { exchanges: exchanges.into(), names: names.into() }
    }

    /// Every exchange, by its name.
    pub(super) fn exchanges(&self) -> impl Iterator<Item = (&ExchangeName, &Exchange)> {
        self.names.iter().zip(self.exchanges.iter())
    }

    /// A conversation at its first exchange.
    pub(super) fn begin(&self, speed: Speed) -> Result<Place, MountError> {
        Ok(Place { script: Arc::new(Script::new(self.exchanges.clone(), speed)?), play: self.clone() })
    }
}

/// One conversation.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) script: Arc<Script>,
    play: Play,
}

impl Place {
    pub(super) fn exchange(&self, index: usize) -> Option<(&ExchangeName, &Exchange)> {
        Some((self.play.names.get(index)?, self.play.exchanges.get(index)?))
    }
}
