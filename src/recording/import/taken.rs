//! What of a file becomes the recording, and what does not.

use super::interaction::{Belongs, Interaction};
use super::node::Damage;
use super::turns::Said;
use crate::recording::files::MAX_IMPORT_BYTES;
use crate::recording::model::Exchange;
use crate::recording::redirects::make_local;
use bytes::Bytes;
use serde_json::Value;

/// How many exchanges a recording is given: each is two or three files.
const MAX_EXCHANGES: usize = 999;

/// What of a file belongs to the recording.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) exchanges: Vec<Exchange>,
    /// What each request said, as far as it is known.
    pub(super) said: Vec<Said>,
    pub(super) notes: Vec<String>,
    pub(super) skipped: Vec<String>,
    /// How many requests are known.
    pub(super) requests: usize,
    bytes: usize,
}

impl Taken {
    /// Takes an interaction, or says why it is skipped.
    pub(super) fn offer(&mut self, interaction: Interaction) -> Result<(), Damage> {
        self.bytes += interaction.size();
        self.check_room()?;
        let part = place(&interaction);
        match interaction.belongs() {
            Belongs::No(why) => self.skipped.push(format!("{part}: {}", clipped(&why))),
            Belongs::ByItsAnswer => {
                let note = "its address is blanked or missing, but its answer is a stream of a response";
                self.notes.push(format!("{part}: {note}"));
                self.take(interaction, &part)?;
            }
            Belongs::Yes => self.take(interaction, &part)?,
        }
        self.check_room()
    }

    /// Nothing more is offered.
    pub(super) fn complete(mut self) -> Result<Taken, Damage> {
        if self.exchanges.is_empty() {
            let problem = format!("holds no answer to a POST …/responses; {}", skipped(&self.skipped));
            return Err(Damage::new(problem));
        }
        self.notes.extend(make_local(&mut self.exchanges));
        Ok(self)
    }

    /// Whether all of it may be held in memory: what the file says, and what that is once decoded.
    fn check_room(&self) -> Result<(), Damage> {
        if self.bytes <= 2 * MAX_IMPORT_BYTES && self.exchanges.len() <= MAX_EXCHANGES {
            return Ok(());
        }
        Err(Damage::new(format!(
            "holds more than {MAX_EXCHANGES} answers or {} MiB once it is decoded; import it in parts",
            (2 * MAX_IMPORT_BYTES) >> 20
        )))
    }

    fn take(&mut self, interaction: Interaction, part: &str) -> Result<(), Damage> {
        let asked = interaction.asked.parsed.clone();
        let (exchange, notes) = interaction.exchange()?;
        self.notes.extend(notes.into_iter().map(|note| format!("{part}: {note}")));
        let request = exchange.request.as_ref();
        let asked = request.and_then(|request| serde_json::from_slice::<Value>(request).ok()).or(asked);
        self.requests += usize::from(asked.is_some());
        self.bytes += exchange.body.len() + request.map_or(0, Bytes::len);
        self.said.push(asked.as_ref().map(Said::of_request).unwrap_or_default());
        self.exchanges.push(exchange);
        Ok(())
    }
}

/// Where a part of the file is, for people.
fn place(interaction: &Interaction) -> String {
    match interaction.line {
        Some(line) => format!("{} (line {line})", interaction.part),
        None => interaction.part.clone(),
    }
}

fn skipped(skipped: &[String]) -> String {
    match skipped {
        [] => "it holds nothing at all".to_owned(),
        [only] => format!("it holds {only}"),
        [first, rest @ ..] => format!("it holds {first}; and {} more", rest.len()),
    }
}

/// No longer than a person reads.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
