//! A recording as a whole.

use super::exchange::ExchangeContents;
use crate::recording::model::{Provenance, ProviderSettings, Recording, Turn};
use serde::Serialize;

/// What a recording holds.
///
/// ```
/// use responses_parity::recording::{Contents, Recording};
///
/// let contents = Contents::of(&Recording::probe());
/// assert_eq!(contents.turns[0].user, "Hello");
/// assert_eq!(contents.events(), 3);
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Contents {
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub description: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// How the app-server is to treat the upstream.
    pub provider: ProviderSettings,
    /// What the user says.
    pub turns: Vec<Turn>,
    /// What the upstream answers.
    pub exchanges: Vec<ExchangeContents>,
}

impl Contents {
    /// Looks into a recording.
    pub fn of(recording: &Recording) -> Contents {
        let numbered = recording.exchanges.iter().enumerate();
        let interrupted = recording.turns.iter().any(|turn| turn.interrupt.is_some());
        Contents {
            name: recording.name.clone(),
            description: recording.description.clone(),
            provenance: recording.provenance.clone(),
            provider: recording.provider.clone(),
            turns: recording.turns.clone(),
            exchanges: numbered
                .map(|(index, exchange)| ExchangeContents::of(exchange, index + 1, interrupted))
                .collect(),
        }
    }

    /// What was recorded: without what was added when it was loaded.
    pub fn recorded(&self) -> impl Iterator<Item = &ExchangeContents> {
        self.exchanges.iter().filter(|exchange| !exchange.added)
    }

    /// How many events all its streams have.
    pub fn events(&self) -> usize {
        self.exchanges.iter().map(ExchangeContents::events).sum()
    }

    /// How many bytes all its bodies have.
    pub fn bytes(&self) -> usize {
        self.exchanges.iter().map(|exchange| exchange.bytes).sum()
    }
}
