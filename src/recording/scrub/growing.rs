//! Secrets of a body that is not all there yet.
//!
//! A key that a model writes in pieces looks like nothing until enough of it is there; whoever writes down what has come
//! so far has written its beginning by then. So of each channel of deltas the last word is unsettled until it ends, and a
//! private key until its end line. A word ends at white space, at a quotation mark, a bracket, a comma or a character
//! that is not ASCII: no secret of the other modules has any of these within, private keys aside.

use super::contexts::find;
use super::documents::documents;
use super::json::leaves;
use super::view::View;
use std::collections::BTreeMap;
use std::ops::Range;

/// How much of a channel's text is remembered to find the marks of a private key in it, in bytes. None is as long.
const MARK: usize = 64;

/// The places of a stream so far that may turn out to belong to a secret when more of it comes. What it holds of secrets
/// already is found by [`scrub`](super::scrub).
///
/// Deltas are told apart by what kind of event they come in, and by its indexes; a word counts as unsettled if it is so in
/// either way. A `done` of the same kind and indexes settles what it is about, and the last word of the response
/// everything.
pub(crate) fn unsettled(body: &[u8]) -> Vec<Range<usize>> {
    let mut channels = Channels::default();
    for document in documents(body) {
        channels.event(&document);
    }
    let places = channels.open.into_values().flat_map(|channel| channel.places);
    let mut places: Vec<Range<usize>> = places.collect();
    places.sort_by_key(|place| (place.start, place.end));
    places.dedup();
    places
}

/// The places of all deltas in a stream.
pub(crate) fn deltas(body: &[u8]) -> Vec<Range<usize>> {
    let documents = documents(body);
    let views = documents.iter().flat_map(|document| Event::of(document).deltas);
    views.flat_map(|delta| places(&delta, 0)).collect()
}

/// What an event says, as far as it matters here.
#[derive(Default)]
struct Event {
    kind: Vec<u8>,
    indexes: Vec<u8>,
    deltas: Vec<View<'static>>,
}

impl Event {
    fn of(document: &View<'_>) -> Event {
        let mut event = Event::default();
        leaves(&document.text, |leaf| {
            let Some(name) = leaf.name() else { return };
            if leaf.is_string && leaf.names().any(|name| name == b"delta") {
                let mut delta = View::default();
                delta.push_resolved(document, leaf.range.clone());
                event.deltas.push(delta);
            } else if name == b"type" && leaf.names().count() == 1 {
                event.kind = leaf.written().to_owned();
            } else if name.ends_with(b"index") {
                event.indexes.extend_from_slice(leaf.written());
                event.indexes.push(b'\n');
            }
        });
        event
    }
}

/// What is open, by the kind of event, and by that and its indexes.
#[derive(Default)]
struct Channels {
    open: BTreeMap<(Vec<u8>, Option<Vec<u8>>), Channel>,
}

impl Channels {
    fn event(&mut self, document: &View<'_>) {
        const LAST_WORDS: [&[u8]; 3] = [b"response.completed", b"response.failed", b"response.incomplete"];
        let Event { kind, indexes, deltas } = Event::of(document);
        for delta in &deltas {
            self.open.entry((kind.clone(), None)).or_default().add(delta);
            self.open.entry((kind.clone(), Some(indexes.clone()))).or_default().add(delta);
        }
        if LAST_WORDS.contains(&kind.as_slice()) {
            self.open.clear();
        } else if let Some(subject) = kind.strip_suffix(b".done") {
            self.settle([subject, b".delta"].concat(), indexes);
        }
    }

    fn settle(&mut self, kind: Vec<u8>, indexes: Vec<u8>) {
        let Some(settled) = self.open.remove(&(kind.clone(), Some(indexes))) else { return };
        // Of several that take turns, this may not be the one that came last.
        let of_kind = (kind, None);
        if self.open.get(&of_kind).is_some_and(|channel| channel.places.last() == settled.places.last()) {
            self.open.remove(&of_kind);
        }
    }
}

/// One text that comes in pieces.
#[derive(Default)]
struct Channel {
    /// Where its unsettled end stands in the body.
    places: Vec<Range<usize>>,
    /// The last bytes of its text.
    recent: Vec<u8>,
    within_key: bool,
}

impl Channel {
    fn add(&mut self, delta: &View<'_>) {
        let before = self.recent.len();
        self.recent.extend_from_slice(&delta.text);
        let (began, ended) = (last(&self.recent, b"-----BEGIN"), last(&self.recent, b"-----END"));
        let was_within_key = self.within_key;
        if began.or(ended).is_some() {
            self.within_key = began > ended;
        }
        let word = delta.text.iter().rposition(|byte| ends_word(*byte)).map(|end| end + 1);
        // What is settled goes; from where on this piece is not?
        let from = match (was_within_key, self.within_key) {
            (true, true) => 0,
            (false, true) => self.settled(began.map_or(0, |began| began.saturating_sub(before))),
            (true, false) => self.settled(word.unwrap_or(0)),
            (false, false) => word.map_or(0, |word| self.settled(word)),
        };
        self.places.extend(places(delta, from));
        let beyond = self.recent.len().saturating_sub(MARK);
        self.recent.drain(..beyond);
    }

    /// Nothing before this place of the next piece is unsettled.
    fn settled(&mut self, from: usize) -> usize {
        self.places.clear();
        from
    }
}

fn ends_word(byte: u8) -> bool {
    !byte.is_ascii() || byte.is_ascii_control() || b" \"'`<>(){}[]|,;".contains(&byte)
}

/// Where the text of a view stands from there on.
fn places(view: &View<'_>, from: usize) -> Vec<Range<usize>> {
    if from >= view.text.len() {
        return Vec::new();
    }
    view.places(from..view.text.len()).map(|place| place.source).collect()
}

fn last(text: &[u8], what: &[u8]) -> Option<usize> {
    let mut found = None;
    let mut at = 0;
    while let Some(offset) = find(&text[at..], what) {
        found = Some(at + offset);
        at += offset + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event with a delta for the first content of an item.
    fn delta(item: usize, text: &str) -> String {
        let text = serde_json::to_string(text).unwrap();
        format!(
            "data: {{\"type\":\"response.output_text.delta\",\"output_index\":{item},\"delta\":{text}}}\n\n"
        )
    }

    /// What is unsettled of these events, as it is written there.
    fn left(events: &[String]) -> Vec<String> {
        let body = events.concat();
        unsettled(body.as_bytes()).into_iter().map(|place| body[place].to_owned()).collect()
    }

    fn of_one(pieces: &[&str]) -> String {
        left(&pieces.iter().map(|piece| delta(0, piece)).collect::<Vec<_>>()).concat()
    }

    #[test]
    fn the_last_word_is_unsettled_until_it_ends() {
        assert_eq!(of_one(&["The key is sk", "-pr", "oj-"]), "sk-proj-");
        assert_eq!(of_one(&["The key is sk", "-pr", "oj-, and"]), "and");
        assert_eq!(of_one(&["The key is sk", "-proj-."]), "sk-proj-.");
        assert_eq!(of_one(&["The key is sk", "\n"]), "");
        assert_eq!(of_one(&["sk", "\u{2713}"]), "");
        assert_eq!(of_one(&["", "a", ""]), "a");
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(
            left(&[r#"data: {"type":"x.delta","delta":"a\nb\u0041c"}"#.to_owned() + "\n\n"]).concat(),
            "b\\u0041c"
        );
    }

    #[test]
    fn a_private_key_is_unsettled_until_its_end() {
        let key = ["Here: -----BEGIN RSA", " PRIVATE KEY-----\n", "MIIE pQIB\n", "AAKC"];
        assert_eq!(of_one(&key), "-----BEGIN RSA PRIVATE KEY-----\\nMIIE pQIB\\nAAKC");
        let ended = [&key[..], &["\n-----END RSA PRIVATE KEY-----", "\nThat is all"]].concat();
        assert_eq!(of_one(&ended), "all");
        let long = "x y ".repeat(100);
        assert!(of_one(&[&key[..], &[&long]].concat()).ends_with(&long));
    }

    #[test]
    fn several_texts_take_turns() {
        assert_eq!(
            left(&[delta(0, "a sk-"), delta(1, "b gh"), delta(0, "pro"), delta(1, "p_")]),
            ["sk-", "gh", "pro", "p_"]
        );
    }

    #[test]
    fn what_is_done_is_settled() {
        let done = |item: usize| {
            format!("data: {{\"type\":\"response.output_text.done\",\"output_index\":{item}}}\n\n")
        };
        let begun = [delta(0, "a sk-"), delta(1, "b gh")];
        assert_eq!(left(&[&begun[..], &[done(0)]].concat()), ["gh"]);
        // Of its kind, the one that is done came last; of itself, the other is still open.
        assert_eq!(left(&[&begun[..], &[done(1)]].concat()), ["sk-"]);
        let completed = "data: {\"type\":\"response.completed\"}\n\n".to_owned();
        assert!(left(&[&begun[..], &[completed]].concat()).is_empty());
    }

    #[test]
    fn every_delta_has_its_place() {
        let body = [delta(0, "one two"), delta(0, ""), delta(1, "three")].concat();
        let found: Vec<_> = deltas(body.as_bytes()).into_iter().map(|place| &body[place]).collect();
        assert_eq!(found, ["one two", "three"]);
    }
}
