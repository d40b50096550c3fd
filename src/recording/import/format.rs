//! The formats, and how each is recognised.

use super::cassette::{self, LISTS};
use super::curl;
use super::har;
use super::interaction::Sink;
use super::json::parse_json;
use super::lines;
use super::node::Damage;
use super::yaml::parse_yaml;
use bytes::Bytes;
use serde::Deserialize;
use std::fmt;

/// What another tool wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The body of a stream and nothing else.
    Stream,
    /// What `curl -i` prints: heads and bodies.
    Curl,
    /// An event's JSON on each line.
    JsonLines,
    /// A cassette of VCR, vcrpy, betamax or go-vcr, as YAML.
    Yaml,
    /// The same, as JSON.
    Json,
    /// HTTP Archive 1.2.
    Har,
}

/// What is known of a file before it is read.
#[derive(Clone, Copy)]
struct Sign {
    format: Format,
    name: &'static str,
    endings: &'static [&'static str],
}

const SIGNS: [Sign; 6] = [
    Sign { format: Format::Stream, name: "a stream of server-sent events", endings: &["sse"] },
    Sign { format: Format::Curl, name: "what `curl -i` prints", endings: &["http"] },
    Sign { format: Format::JsonLines, name: "JSON lines, an event on each", endings: &["jsonl", "ndjson"] },
    Sign { format: Format::Yaml, name: "a cassette (YAML)", endings: &["yaml", "yml"] },
    Sign { format: Format::Json, name: "a cassette (JSON)", endings: &["json"] },
    Sign { format: Format::Har, name: "a HAR", endings: &["har"] },
];

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SIGNS.iter().find(|sign| sign.format == *self).map_or("", |sign| sign.name))
    }
}

impl Format {
    /// By content first, then by the ending of the file's name.
    ///
    /// # Errors
    /// Where neither says anything; the error names what was tried.
    pub(super) fn recognise(content: &Bytes, name: &str) -> Result<Format, Damage> {
        let by_ending = || {
            let (_, ending) = name.trim_end_matches(".gz").rsplit_once('.')?;
            SIGNS.iter().find(|sign| sign.endings.contains(&ending)).map(|sign| sign.format)
        };
        by_content(content).or_else(by_ending).ok_or_else(|| {
            let tried: Vec<_> = SIGNS.iter().map(|sign| sign.name).collect();
            let hint = if content.starts_with(b"{") {
                "; the body of an answer alone does not tell its status: have its head printed too (`curl -i`)"
            } else {
                ""
            };
            Damage::new(format!(
                "is in no format that can be imported, neither by its content nor by its ending; tried: {}{hint}",
                tried.join(", ")
            ))
        })
    }

    /// Reads what the file holds, in order.
    pub(super) fn read(self, content: &Bytes, sink: Sink<'_>) -> Result<(), Damage> {
        match self {
            Format::Stream => sink(lines::of_stream(content.clone())?),
            Format::Curl => curl::read(content, sink),
            Format::JsonLines => sink(lines::of_events(text(content)?)?),
            Format::Yaml => cassette::read(&*parse_yaml(text(content)?)?, sink),
            Format::Json => cassette::read(&*parse_json(text(content)?)?, sink),
            Format::Har => har::read(&*parse_json(text(content)?)?, sink),
        }
    }

    /// What nobody can know who reads such a file.
    pub(super) fn unknown(self) -> &'static [&'static str] {
        match self {
            Format::Stream => &["status", "headers", "requests", "pieces", "times", "end of the connection"],
            Format::Curl => &["requests", "pieces", "times"],
            Format::JsonLines => &[
                "status",
                "headers",
                "framing of the events",
                "requests",
                "pieces",
                "times",
                "end of the connection",
            ],
            Format::Yaml | Format::Json | Format::Har => &["pieces", "times", "end of the connection"],
        }
    }
}

fn by_content(content: &[u8]) -> Option<Format> {
    if curl::is_curl(content) {
        return Some(Format::Curl);
    }
    let text = String::from_utf8_lossy(content);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        return by_json(text);
    }
    let begins = |line: &str, names: &[&str]| {
        names.iter().any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    };
    let first = text.lines().next().unwrap_or_default();
    if first.starts_with(':') || begins(first, &["data", "event", "id", "retry"]) {
        return Some(Format::Stream);
    }
    text.lines().any(|line| begins(line, &LISTS)).then_some(Format::Yaml)
}

/// The first line may be an event by itself. Else the names of the first members tell, for a file may be damaged later.
fn by_json(text: &str) -> Option<Format> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        _kind: String,
    }
    let first = text.lines().next().unwrap_or_default();
    if serde_json::from_str::<Typed>(first).is_ok() {
        return Some(Format::JsonLines);
    }
    let names = |names: &[&str]| names.iter().any(|name| text.contains(&format!("\"{name}\"")));
    if names(&["log"]) && names(&["entries"]) {
        Some(Format::Har)
    } else if names(&LISTS) {
        Some(Format::Json)
    } else {
        None
    }
}

fn text(content: &[u8]) -> Result<&str, Damage> {
    let text = std::str::from_utf8(content).map_err(|error| {
        let line = 1 + content[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Damage::at(Some(line), "is not UTF-8")
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}
