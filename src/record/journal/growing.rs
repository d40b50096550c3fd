//! A stream on its way to the journal.

use super::clean::Cleaner;
use crate::recording::{deltas, unsettled};
use crate::wire::event_boundaries;
use std::ops::Range;

/// How much of what is settled is kept for what follows: what stands before a secret may be all that gives it away.
const CONTEXT: usize = 4 << 10;

/// How long what is unsettled may get, in bytes. No secret is as long, a private key aside.
const LONGEST: usize = 32 << 10;

/// What has come of a body, and how much of it the journal has.
///
/// The journal gets whole events, each as soon as its blank line is there, without the secrets in them and with
/// [unsettled](crate::recording::unsettled) text overwritten. Once that is settled, it gets what really stands there.
/// Whatever is written is therefore all that is known, and nothing that might be a secret; of an event that has come,
/// nothing is missing but such text.
#[derive(Debug, Default)]
pub(super) struct Growing {
    /// Where the window begins in the body.
    start: usize,
    /// The body from there on, as it came.
    raw: Vec<u8>,
    /// The ends of the events in it.
    events: Vec<usize>,
    /// As much of it as the journal has, as it stands there.
    written: Vec<u8>,
    /// Which of that is overwritten only for now.
    hidden: Vec<Range<usize>>,
    /// Whether something unsettled got too long: nothing of any delta is written any more.
    hides_deltas: bool,
}

/// Bytes for a place in the body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: usize,
    pub(super) bytes: Vec<u8>,
}

impl Growing {
    /// A piece came. Gives what the journal is to know of the body now.
    pub(super) fn piece(&mut self, bytes: &[u8], cleaner: &Cleaner<'_>) -> Vec<Change> {
        let from = self.events.last().copied().unwrap_or(0);
        self.raw.extend_from_slice(bytes);
        // A long event comes in many pieces, and is looked through once.
        if !bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return Vec::new();
        }
        let ends = event_boundaries(&self.raw[from..]);
        if ends.is_empty() {
            return Vec::new();
        }
        self.events.extend(ends.into_iter().map(|end| from + end));
        let whole = self.events.last().copied().unwrap_or(0);
        let hidden = self.look(whole);
        let needed = hidden.first().map_or(whole, |first| first.start);
        let changes = self.changes(whole, hidden, cleaner);
        self.forget(needed);
        changes
    }

    /// Nothing more comes. Gives what the journal has to know to hold the whole body; `None` where it was not told
    /// enough, and has to get all of it.
    pub(super) fn finish(&mut self, cleaner: &Cleaner<'_>) -> Option<Vec<Change>> {
        (!self.hides_deltas).then(|| self.changes(self.raw.len(), Vec::new(), cleaner))
    }

    fn look(&mut self, whole: usize) -> Vec<Range<usize>> {
        let body = &self.raw[..whole];
        let unsettled = unsettled(body);
        self.hides_deltas |= unsettled.first().is_some_and(|first| whole - first.start > LONGEST);
        if self.hides_deltas { deltas(body) } else { unsettled }
    }

    /// What is to be written in place of what is, and after it.
    fn changes(&mut self, whole: usize, hidden: Vec<Range<usize>>, cleaner: &Cleaner<'_>) -> Vec<Change> {
        let mut now = cleaner.body(&self.raw[..whole]);
        self.keep_redacted(&mut now);
        hidden.iter().for_each(|place| now[place.clone()].fill(b'*'));
        self.hidden = hidden;
        let mut changes = differences(&self.written, &now[..self.written.len()]);
        if whole > self.written.len() {
            changes.push(Change { at: self.written.len(), bytes: now[self.written.len()..].to_vec() });
        }
        changes.iter_mut().for_each(|change| change.at += self.start);
        self.written = now;
        changes
    }

    /// What was known for a secret stays one, also where what gave it away is out of the window.
    fn keep_redacted(&self, now: &mut [u8]) {
        let mut hidden = self.hidden.iter().peekable();
        for (at, written) in self.written.iter().enumerate() {
            while hidden.next_if(|place| place.end <= at).is_some() {}
            let was_hidden = hidden.peek().is_some_and(|place| place.start <= at);
            if !was_hidden && *written != self.raw[at] {
                now[at] = *written;
            }
        }
    }

    /// Lets go of whole events that say nothing about what is at `needed` or after it.
    fn forget(&mut self, needed: usize) {
        // What was hidden for good must not be looked at again without what it was hidden for.
        let needed = if self.hides_deltas { self.written.len() } else { needed.saturating_sub(CONTEXT) };
        let Some(index) = self.events.iter().rposition(|end| *end <= needed) else { return };
        let end = self.events[index];
        self.raw.drain(..end);
        self.written.drain(..end);
        self.events.drain(..=index);
        self.events.iter_mut().for_each(|event| *event -= end);
        self.hidden.retain(|place| place.start >= end);
        self.hidden.iter_mut().for_each(|place| *place = place.start - end..place.end - end);
        self.start += end;
    }
}

/// Where two texts of one length differ.
fn differences(before: &[u8], now: &[u8]) -> Vec<Change> {
    let mut changes = Vec::<Change>::new();
    for (at, byte) in before
        .iter()
        .zip(now)
        .enumerate()
        .filter_map(|(at, (before, now))| (before != now).then_some((at, *now)))
    {
        match changes.last_mut().filter(|change| change.at + change.bytes.len() == at) {
            Some(change) => change.bytes.push(byte),
            None => changes.push(Change { at, bytes: vec![byte] }),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event with one delta.
    fn delta(text: &str) -> Vec<u8> {
        let text = serde_json::to_string(text).unwrap();
        format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":{text}}}\n\n").into_bytes()
    }

    fn key() -> String {
        format!("sk-proj-{}", "aB3dE6gH9jK2".repeat(12))
    }

    /// A journal, and whether it ever held something.
    struct Told {
        growing: Growing,
        body: Vec<u8>,
    }

    impl Told {
        fn new() -> Told {
            Told { growing: Growing::default(), body: Vec::new() }
        }

        fn piece(&mut self, bytes: &[u8]) -> String {
            let changes = self.growing.piece(bytes, &Cleaner::default());
            self.apply(changes)
        }

        fn apply(&mut self, changes: Vec<Change>) -> String {
            for Change { at, bytes } in changes {
                assert!(at <= self.body.len());
                let end = at + bytes.len();
                self.body.resize(self.body.len().max(end), 0);
                self.body[at..end].copy_from_slice(&bytes);
            }
            String::from_utf8_lossy(&self.body).into_owned()
        }
    }

    /// What a reader puts together from the deltas.
    fn joined(journal: &str) -> String {
        let events = journal.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
        let deltas = events.map(|data| serde_json::from_str::<serde_json::Value>(data).unwrap());
        deltas.map(|event| event["delta"].as_str().unwrap().to_owned()).collect()
    }

    /// In pieces of whatever length: only the key has digits, and no journal ever does.
    #[test]
    fn no_piece_of_a_key_is_ever_told() {
        let key = key();
        let text: Vec<char> = format!("Use {key} and nothing else.").chars().collect();
        for length in [1, 2, 3, 4, 5, 7, 11, 19, 20, 21, 64, text.len()] {
            let mut told = Told::new();
            for piece in text.chunks(length) {
                let journal = joined(&told.piece(&delta(&piece.iter().collect::<String>())));
                assert!(!journal.contains(|c: char| c.is_ascii_digit()), "{journal}");
            }
            let last = told.growing.finish(&Cleaner::default()).unwrap();
            let journal = joined(&told.apply(last));
            assert_eq!(journal.len(), text.len());
            assert!(
                journal.starts_with("Use sk-proj-REDACTED***") && journal.ends_with("*** and nothing else."),
                "{journal}"
            );
        }
    }

    #[test]
    fn what_is_settled_is_told_as_it_is() {
        let mut told = Told::new();
        assert!(told.piece(&delta("The ree")).contains("\"The ***\""));
        let journal = told.piece(&delta("f is lo"));
        assert!(journal.contains("\"The ree\"") && journal.contains("\"f is **\""), "{journal}");
    }

    #[test]
    fn events_are_told_once_they_are_whole() {
        let mut told = Told::new();
        let event = b"data: {\"type\":\"response.created\"}\r\n\r\n";
        for byte in &event[..event.len() - 2] {
            assert_eq!(told.piece(&[*byte]), "");
        }
        assert_eq!(told.piece(b"\r").len(), event.len() - 1);
        assert_eq!(told.piece(b"\ndata: x\n\n").len(), event.len() + 9);
    }

    #[test]
    fn a_word_without_end_hides_what_follows() {
        let mut told = Told::new();
        let word = "aB3dE6gH9jK2".repeat(100);
        for _ in 0..100 {
            assert!(!told.piece(&delta(&word)).contains("aB3d"));
        }
        let journal = told.piece(&delta(" over. And aB3d more "));
        assert!(!journal.contains("aB3d") && !journal.contains("over"), "{journal}");
        assert_eq!(journal.matches("response.output_text.delta").count(), 101);
        assert!(told.growing.finish(&Cleaner::default()).is_none());
        assert!(told.growing.raw.len() < 2 * LONGEST);
    }

    /// In pieces of whatever length, the journal ends with what the recording has.
    #[test]
    fn every_recording_comes_out_whole() {
        for found in crate::recording::discover("recordings".as_ref()).unwrap() {
            for exchange in
                found.load().unwrap().exchanges.iter().filter(|exchange| exchange.body.len() < 200_000)
            {
                let cleaner = Cleaner::default();
                let length = 1 + exchange.body.len() % 97;
                let mut told = Told::new();
                for piece in exchange.body.chunks(length) {
                    told.piece(piece);
                }
                // What hides its deltas is written anew.
                match told.growing.finish(&cleaner) {
                    Some(last) => drop(told.apply(last)),
                    None => told.body = cleaner.body(&exchange.body),
                }
                assert!(told.body == cleaner.body(&exchange.body), "{}", found.name);
            }
        }
    }

    #[test]
    fn a_long_stream_is_not_kept() {
        let mut told = Told::new();
        let mut expected = Vec::new();
        for number in 0..5000 {
            let event = delta(&format!("{number} ebbs "));
            expected.extend_from_slice(&event);
            told.piece(&event);
        }
        assert!(told.growing.raw.len() < 2 * CONTEXT);
        let last = told.growing.finish(&Cleaner::default()).unwrap();
        assert_eq!(told.apply(last).into_bytes(), expected);
    }
}
