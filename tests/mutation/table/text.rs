//! What careless hands do to text.

use crate::acts::{any, edit, every, first, in_text, leave_out, rewrite};
use crate::line::{Kind, Line};
use crate::mutation::Shows::In;
use crate::mutation::{Mutation, lie};
use crate::reach::{family, only, saying};
use responses_parity::observe::Channel::{Notifications, ResponseEvents};

pub(super) fn mutations() -> Vec<Mutation> {
    let shown = Line::is_shown_event;
    let changed = |name, change: fn(&str) -> String| {
        lie(name, In(ResponseEvents), family("text"), every(shown, edit(in_text(change))))
    };
    vec![
        changed("compose-accents", composed),
        changed("take-accents-apart", decomposed),
        changed("end-lines-with-one-character", |text| text.replace("\r\n", "\n")),
        changed("trim-text", |text| text.trim().to_owned()).reaching(saying("output_text.delta")),
        changed("take-out-control-characters", |text| text.replace(|c: char| c.is_control(), "")),
        changed("escape-for-html", |text| text.replace('&', "&amp;").replace('<', "&lt;")),
        changed("replace-what-is-beyond-16-bits", |text| text.replace(|c: char| c > '\u{ffff}', "\u{fffd}")),
        changed("read-utf-8-as-latin-1", |text| text.bytes().map(char::from).collect()),
        changed("take-out-what-has-no-width", |text| text.replace(['\u{feff}', '\u{200b}', '\u{200d}'], "")),
        changed("cut-long-text", |text| text.chars().take(10_000).collect())
            .reaching(only(&["events/large-event", "text/long-delta"])),
        lie(
            "drop-empty-deltas",
            In(ResponseEvents),
            saying("\"delta\":\"\""),
            every(is_empty_delta, leave_out),
        ),
        lie(
            "replace-lone-surrogates",
            In(ResponseEvents),
            only(&["events/lone-surrogates"]),
            every(any(Kind::Event), rewrite(without_lone_surrogates)),
        ),
        lie(
            "escape-a-backslash-twice",
            In(Notifications),
            family("text"),
            first(shown, rewrite(|event| Some(event.replacen("\\n", "\\\\n", 1)))),
        ),
    ]
}

fn is_empty_delta(line: &Line) -> bool {
    line.is_shown_event() && line.value().is_some_and(|event| event["delta"] == "")
}

/// The pairs that the recordings have, as the composed form (NFC) has them.
const ACCENTS: [(&str, &str); 4] =
    [("e\u{301}", "\u{e9}"), ("e\u{300}", "\u{e8}"), ("a\u{301}", "\u{e1}"), ("o\u{308}", "\u{f6}")];

fn composed(text: &str) -> String {
    ACCENTS.iter().fold(text.to_owned(), |text, (apart, one)| text.replace(apart, one))
}

fn decomposed(text: &str) -> String {
    ACCENTS.iter().fold(text.to_owned(), |text, (apart, one)| text.replace(one, apart))
}

/// Half of a pair, as JSON writes it, becomes the character for what cannot be read.
fn without_lone_surrogates(event: &str) -> Option<String> {
    let halves = ["\"\\ud83d\"", "\"\\ude80\""];
    Some(halves.iter().fold(event.to_owned(), |event, half| event.replace(half, "\"\\ufffd\"")))
}
