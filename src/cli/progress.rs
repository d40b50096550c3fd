//! The progress bar: on a terminal alone.

use crate::hunt::{HuntProgress, Progress as Round};
use crate::report::{Checked, Verdict};
use indicatif::{ProgressBar, ProgressStyle};

/// How far a check is.
pub(super) struct Progress {
    bar: ProgressBar,
    failed: usize,
}

impl Progress {
    /// Shows nothing where stderr is no terminal.
    pub(super) fn new(recordings: usize) -> Progress {
        let bar = ProgressBar::new(recordings as u64);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} recordings  {msg}  {elapsed}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Progress { bar, failed: 0 }
    }

    pub(super) fn done(&mut self, checked: &Checked) {
        if checked.verdict() != Verdict::Identical {
            self.failed += 1;
            self.bar.set_message(format!("{} not identical", self.failed));
        }
        self.bar.inc(1);
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// How small a recording has become.
pub(super) struct Rounds {
    bar: ProgressBar,
}

impl Rounds {
    /// Shows nothing where stderr is no terminal.
    pub(super) fn new() -> Rounds {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
            bar.set_style(style);
        }
        Rounds { bar }
    }

    pub(super) fn show(&self, Round { checks, smallest }: &Round) {
        self.bar.set_message(format!("{smallest}  ({checks} checks)"));
        self.bar.tick();
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// How far a hunt is.
pub(super) struct Hunting {
    bar: ProgressBar,
}

impl Hunting {
    /// Shows nothing where stderr is no terminal. `None` is as many cases as there is time for.
    pub(super) fn new(cases: Option<u64>) -> Hunting {
        let (bar, template) = match cases {
            Some(cases) => {
                (ProgressBar::new(cases), "{bar:30} {pos}/{len} cases  {per_sec}  {msg}  {elapsed}")
            }
            None => (ProgressBar::no_length(), "{spinner} {pos} cases  {per_sec}  {msg}  {elapsed}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Hunting { bar }
    }

    pub(super) fn show(&self, HuntProgress { cases, kinds, found }: &HuntProgress) {
        self.bar.set_position(*cases);
        self.bar.set_message(format!("{kinds} kinds of events, {found} found"));
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
