//! What a YAML or JSON file holds, with the line where each part begins.

use bytes::Bytes;
use serde_json::Value;
use std::rc::Rc;
use std::str::FromStr;

/// Something that is not as it must be, within a file that is known elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// Counted from 1, where lines are known.
    pub(super) line: Option<usize>,
    pub(super) problem: String,
}

impl Damage {
    pub(super) fn new(problem: impl Into<String>) -> Damage {
        Damage { line: None, problem: problem.into() }
    }

    pub(super) fn at(line: Option<usize>, problem: impl Into<String>) -> Damage {
        Damage { line, problem: problem.into() }
    }

    /// The same, of a part of the file. Its line counts where no closer one is known.
    pub(super) fn within(self, part: &str, line: Option<usize>) -> Damage {
        Damage { line: self.line.or(line), problem: format!("{part}: {}", self.problem) }
    }
}

/// A part of a file. What an alias stands for is shared, so that a file full of them is no larger than it looks.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: Option<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Null,
    /// Text, number or truth value as it is written; or what was written as base64.
    Scalar(Bytes),
    List(Vec<Rc<Node>>),
    Map(Vec<(String, Rc<Node>)>),
    /// Of a YAML tag that is not read here.
    Foreign(String),
}

impl Node {
    /// The member of that name, where there is one and it is not null. Of two, the last counts, as for those who wrote
    /// the file.
    pub(super) fn member(&self, name: &str) -> Option<&Node> {
        let Kind::Map(members) = &self.kind else { return None };
        let (_, node) = members.iter().rev().find(|(found, _)| found == name)?;
        (!matches!(node.kind, Kind::Null)).then_some(node)
    }

    /// The member of that name, which must be there.
    pub(super) fn required(&self, name: &str) -> Result<&Node, Damage> {
        let missing = || format!("`{name}` is missing; got {}", self.shape());
        self.member(name).ok_or_else(|| Damage::at(self.line, missing()))
    }

    /// The names of its members that are not among the known ones and not null.
    pub(super) fn unknown_members<'a>(&'a self, known: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let members = if let Kind::Map(members) = &self.kind { members.as_slice() } else { &[] };
        let names = members.iter().filter(|(_, node)| !matches!(node.kind, Kind::Null));
        names.map(|(name, _)| name.as_str()).filter(|name| !known.contains(name))
    }

    /// Its members, where it is a map.
    pub(super) fn members(&self, what: &str) -> Result<&[(String, Rc<Node>)], Damage> {
        if let Kind::Map(members) = &self.kind { Ok(members) } else { Err(self.not(what, "a map")) }
    }

    /// Its entries, where it is a list.
    pub(super) fn entries(&self, what: &str) -> Result<&[Rc<Node>], Damage> {
        if let Kind::List(entries) = &self.kind { Ok(entries) } else { Err(self.not(what, "a list")) }
    }

    pub(super) fn bytes(&self, what: &str) -> Result<&Bytes, Damage> {
        if let Kind::Scalar(bytes) = &self.kind { Ok(bytes) } else { Err(self.not(what, "text")) }
    }

    pub(super) fn text(&self, what: &str) -> Result<&str, Damage> {
        std::str::from_utf8(self.bytes(what)?).map_err(|_| self.not(what, "text that is UTF-8"))
    }

    pub(super) fn number<N: FromStr>(&self, what: &str) -> Result<N, Damage> {
        self.text(what)?.parse().map_err(|_| self.not(what, "a number"))
    }

    /// The text of the member of that name, where it is text.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.member(name)?.text(name).ok()
    }

    /// As JSON, with all that is written as text: to look into it, not to keep it. None where it is larger than `room`
    /// bytes, as it may be once every alias is written out.
    pub(super) fn value(&self, room: &mut usize) -> Option<Value> {
        *room = room.checked_sub(1)?;
        Some(match &self.kind {
            Kind::Null | Kind::Foreign(_) => Value::Null,
            Kind::Scalar(bytes) => {
                *room = room.checked_sub(bytes.len())?;
                String::from_utf8_lossy(bytes).into_owned().into()
            }
            Kind::List(entries) => {
                entries.iter().map(|entry| entry.value(room)).collect::<Option<Vec<_>>>()?.into()
            }
            Kind::Map(members) => {
                let members = members.iter().map(|(name, node)| Some((name.clone(), node.value(room)?)));
                Value::Object(members.collect::<Option<_>>()?)
            }
        })
    }

    fn not(&self, what: &str, expected: &str) -> Damage {
        Damage::at(self.line, format!("{what} is not {expected}, but {}", self.shape()))
    }

    /// What it is, for people.
    fn shape(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Scalar(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if text.len() <= 40 => format!("{text:?}"),
                Ok(_) => format!("a text of {} bytes", bytes.len()),
                Err(_) => format!("{} bytes that are not UTF-8", bytes.len()),
            },
            Kind::List(entries) => format!("a list of {}", entries.len()),
            Kind::Map(members) if members.is_empty() => "an empty map".to_owned(),
            Kind::Map(members) => {
                let names: Vec<_> = members.iter().take(8).map(|(name, _)| name.as_str()).collect();
                let more = if members.len() > names.len() { ", …" } else { "" };
                format!("a map of {}{more}", names.join(", "))
            }
            Kind::Foreign(tag) => format!("a value with the tag {tag}, which is not read here"),
        }
    }
}
