//! A whole run, as reports need it, and what it comes to.

use super::contents::counted;
use super::summary::Summary;
use super::verdict::Verdict;
use crate::compare::Allowances;
use crate::observe::Channel;

/// A check of a set of recordings, and what was checked.
#[derive(Debug)]
pub struct Run<'a> {
    /// What was found.
    pub summary: &'a Summary,
    /// What the sides were, in order.
    pub sides: Vec<SideOf>,
    /// What was allowed to differ.
    pub allowed: &'a Allowances,
    /// Which share of the recordings it was, where it was not all of them.
    pub share: Option<Share>,
}

/// One side of a run.
#[derive(Clone, Debug)]
pub struct SideOf {
    /// What reports call it.
    pub name: String,
    /// The path it took to the upstream.
    pub path: &'static str,
    /// The app-server, as a command line.
    pub app_server: String,
}

/// A share of the recordings.
#[derive(Clone, Debug)]
pub struct Share {
    /// Which: `count:1/4`.
    pub partition: String,
    /// How many recordings there are in all shares.
    pub of: usize,
}

/// What a run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Every recording is identical, and nothing is left over.
    Parity,
    /// The share has no recordings.
    Empty,
    /// Something differs, or proves less than it should.
    NoParity,
    /// Nothing was found to differ, but not everything could be judged.
    CouldNotRun,
}

impl Conclusion {
    /// For machines.
    pub fn name(self) -> &'static str {
        match self {
            Conclusion::Parity => "parity",
            Conclusion::Empty => "empty",
            Conclusion::NoParity => "no_parity",
            Conclusion::CouldNotRun => "could_not_run",
        }
    }
}

impl Run<'_> {
    /// What it comes to.
    pub fn conclusion(&self) -> Conclusion {
        match self.summary {
            summary if summary.checked.is_empty() && self.share.is_some() => Conclusion::Empty,
            summary if summary.is_parity() && self.unused().is_empty() => Conclusion::Parity,
            summary if summary.could_not_run() => Conclusion::CouldNotRun,
            _ => Conclusion::NoParity,
        }
    }

    /// Whether nothing is wrong.
    pub fn is_fine(&self) -> bool {
        matches!(self.conclusion(), Conclusion::Parity | Conclusion::Empty)
    }

    /// The allowed differences that nobody needs, by index: each could hide one that nobody means. A share of the
    /// recordings cannot tell, for the others may need them.
    pub fn unused(&self) -> Vec<usize> {
        if self.share.is_some() {
            return Vec::new();
        }
        (0..self.allowed.entries.len()).filter(|index| self.summary.uses_of(*index) == 0).collect()
    }

    /// All of it in one line.
    pub fn verdict(&self) -> String {
        let share = self.share.as_ref();
        let of_share = share
            .map(|share| format!(", the share {} of {}", share.partition, counted(share.of, "recording")))
            .unwrap_or_default();
        let seconds = self.summary.elapsed.as_secs_f64();
        match self.conclusion() {
            Conclusion::Empty => format!("nothing to check: no recordings{of_share}"),
            // A parity is one of two.
            Conclusion::Parity if self.sides.len() == 1 => format!(
                "replayed: {} as recorded ({}), compared with nothing ({}, {seconds:.1} s{of_share})",
                counted(self.summary.checked.len(), "recording"),
                self.sides[0].name,
                self.compared()
            ),
            Conclusion::Parity => format!(
                "parity: {}, {} ({}, {seconds:.1} s{of_share})",
                counted(self.summary.checked.len(), "recording"),
                self.same(),
                self.compared()
            ),
            Conclusion::NoParity | Conclusion::CouldNotRun => {
                format!("no parity: {} ({seconds:.1} s{of_share})", self.counts())
            }
        }
    }

    fn counts(&self) -> String {
        let verdicts = Verdict::ALL.map(|verdict| (verdict, self.summary.count(verdict)));
        let counts = verdicts.iter().filter(|(_, count)| *count > 0);
        let counts = counts.map(|(verdict, count)| format!("{count} {verdict}"));
        let strays = self.summary.strays.len();
        let strays = (strays > 0).then(|| format!("{} of no conversation", counted(strays, "message")));
        let unused = self.unused().len();
        let unused = (unused > 0).then(|| format!("{} unused", counted(unused, "allowed difference")));
        counts.chain(strays).chain(unused).collect::<Vec<_>>().join(", ")
    }

    /// What a parity is between.
    fn same(&self) -> String {
        let names: Vec<_> = self.sides.iter().map(|side| side.name.as_str()).collect();
        match names.as_slice() {
            ["direct", "delegated"] => "identical on both paths".to_owned(),
            ["app-server", "against"] => "identical on both app-servers".to_owned(),
            names => format!("identical on {}", names.join(" and ")),
        }
    }

    /// How much was compared.
    fn compared(&self) -> String {
        let compared = |channel| self.summary.compared(channel);
        if self.summary.across_dialects {
            return counted(compared(Channel::Outcome), "turn");
        }
        format!(
            "{}, {}",
            counted(compared(Channel::Requests), "request"),
            counted(compared(Channel::Notifications), "notification")
        )
    }
}
