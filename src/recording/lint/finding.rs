//! What a lint finds.

use super::rule::{LintRule, Severity};
use serde::{Serialize, Serializer};
use std::fmt;
use std::path::PathBuf;

/// What is wrong, or good to know, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule is broken.
    pub rule: LintRule,
    /// The file or folder.
    pub path: PathBuf,
    /// The line in it, where there is one.
    pub line: Option<usize>,
    /// Where in a recording, where it is about one place of it.
    pub place: Option<FindingPlace>,
    /// What is wrong.
    pub problem: String,
    /// How many more like it there are in the same exchange, which are not shown.
    pub more: usize,
}

/// A place in a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FindingPlace {
    /// The exchange, counted from 1.
    pub exchange: usize,
    /// The event in its body, counted from 0.
    pub event: Option<usize>,
    /// The byte of the body at which that begins, or that it is about.
    pub offset: Option<usize>,
    /// What kind of event it is.
    pub kind: Option<String>,
}

impl Finding {
    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }

    /// About a file or folder as a whole.
    pub(super) fn of_path(rule: LintRule, path: impl Into<PathBuf>, problem: impl Into<String>) -> Finding {
        Finding { rule, path: path.into(), line: None, place: None, problem: problem.into(), more: 0 }
    }
}

impl fmt::Display for FindingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exchange {}", self.exchange)?;
        match (self.event, self.offset) {
            (Some(event), Some(offset)) => write!(f, ", event {event} (at byte {offset})")?,
            (None, Some(offset)) => write!(f, ", byte {offset}")?,
            _ => {}
        }
        self.kind.as_ref().map_or(Ok(()), |kind| write!(f, ", {kind}"))
    }
}

/// One line, without the severity: `path:line: place: problem (and 3 more) [rule]`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(place) = &self.place {
            write!(f, ": {place}")?;
        }
        write!(f, ": {}", self.problem)?;
        if self.more > 0 {
            write!(f, " (and {} more like it)", self.more)?;
        }
        write!(f, " [{}]", self.rule)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            severity: Severity,
            rule: LintRule,
            path: &'a PathBuf,
            line: Option<usize>,
            place: &'a Option<FindingPlace>,
            problem: &'a str,
            more: usize,
        }
        let Finding { rule, path, line, place, problem, more } = self;
        Shown { severity: self.severity(), rule: *rule, path, line: *line, place, problem, more: *more }
            .serialize(serializer)
    }
}
