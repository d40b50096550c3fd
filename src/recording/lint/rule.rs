//! The rules, and how much it matters that one is broken.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something that a real server would hardly do, or that a recording should not have; unless it is meant.
    Warning,
    /// It cannot be replayed.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// What a lint looks for. In `recording.toml` and in reports a rule is called as here, in lower case and with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// It can be loaded.
    Unreadable,
    /// It holds nothing that may be a secret, or that says who somebody is.
    Secret,
    /// It is the same again once it is written and loaded.
    RoundTrip,
    /// No other recording has the same bytes.
    Duplicate,
    /// Every file beside recordings belongs to one.
    OrphanFile,
    /// It says what it shows.
    NoDescription,
    /// It says where it comes from.
    NoProvenance,
    /// git leaves the line ends of its bodies alone.
    LineEnds,
    /// An exception is needed.
    UnusedException,

    /// The stream is UTF-8.
    NotUtf8,
    /// The data of each event is JSON.
    NotJson,
    /// The JSON of each event names its type.
    NoType,
    /// No object has two members of one name.
    DuplicateMember,
    /// An event's `event` field says what its `type` does.
    EventName,
    /// Events, items and parts have the members that they always have, of the right types.
    WrongMember,
    /// Sequence numbers grow, and every event has one where any has.
    Sequence,
    /// One response is created first, and nothing follows its end.
    Order,
    /// All events are of one response.
    ResponseId,
    /// What an event says of an item comes between the beginning and the end of that item.
    NoItem,
    /// An item has the same `output_index` in all events.
    OutputIndex,
    /// A text is the sum of its pieces wherever it is said again.
    TextDiffers,
    /// `response.completed` lists the items that the stream ended.
    OutputDiffers,
    /// Every item that began ends, where the response completes.
    UnfinishedItem,
    /// The last event ends, where the response does.
    UnfinishedEvent,
    /// The response says how it ends.
    NoEnd,

    /// The type of an event is a public one.
    UnknownEvent,
    /// The type of an item or a part is a public one.
    UnknownItem,
    /// A successful answer is a stream of events.
    NoStream,
    /// Events have sequence numbers.
    NoSequence,
    /// Sequence numbers begin at 0 and leave none out.
    SequenceGap,
    /// The stream begins with `response.created`.
    NoCreated,
    /// `response.completed` repeats the output.
    OutputLeftOut,
    /// The response head has only fields that some app-server reads, or that tell people which build answered.
    UnreadHeader,
}

impl LintRule {
    /// How much it matters that it is broken.
    pub fn severity(self) -> Severity {
        match self {
            LintRule::Unreadable => Severity::Error,
            LintRule::UnknownEvent
            | LintRule::UnknownItem
            | LintRule::NoStream
            | LintRule::NoSequence
            | LintRule::SequenceGap
            | LintRule::NoCreated
            | LintRule::OutputLeftOut
            | LintRule::UnreadHeader => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// Whether a recording can say that it means to break it. Notes need nobody's leave; what is about the exceptions
    /// or the files themselves is to be mended.
    pub(in crate::recording) fn can_be_allowed(self) -> bool {
        let of_the_files = [LintRule::UnusedException, LintRule::OrphanFile, LintRule::LineEnds];
        self.severity() == Severity::Warning && !of_the_files.contains(&self)
    }
}

impl fmt::Display for LintRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
