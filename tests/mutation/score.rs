//! Whether what came of a mutation is what must come of it, and the table of all of them.

use crate::field::Run;
use crate::mutation::{Must, Mutation, Shows};
use responses_parity::report::{Checked, Verdict, failure};
use std::collections::BTreeMap;
use std::fmt;

/// How many recordings are named, and how many reports shown, where something is wrong with many.
const NAMED: usize = 12;
const SHOWN: usize = 2;

/// What a mutation came to.
pub(crate) struct Score {
    pub(crate) name: &'static str,
    must: Must,
    /// In how many recordings it was tried, found something to do, and was found.
    tried: usize,
    reached: usize,
    caught: usize,
    as_it_must: bool,
}

/// All of them.
pub(crate) struct Scores {
    pub(crate) recordings: usize,
    pub(crate) scores: Vec<Score>,
}

/// Counts, and says what is wrong where something is.
pub(crate) fn judge(mutation: &Mutation, run: &Run) -> (Score, Result<(), String>) {
    let by_stray = matches!(mutation.must, Must::Show(Shows::AsStray(words)) if says(&run.strays, words));
    let is_reached = |checked: &&Checked| run.reached.contains(&checked.name);
    let is_found = |checked: &&Checked| by_stray || checked.verdict() != Verdict::Identical;
    let (reached, spared): (Vec<_>, Vec<_>) = run.checked.iter().partition(is_reached);
    let (caught, survived): (Vec<_>, Vec<_>) = reached.iter().copied().partition(is_found);
    let alarms = spared.into_iter().filter(|checked| checked.verdict() != Verdict::Identical).collect();
    let problem = match mutation.must {
        _ if !Vec::is_empty(&alarms) => Some(told("found where nothing was done", &alarms)),
        Must::FindNothing(_) if reached.is_empty() => strays_of(run),
        Must::FindNothing(_) => Some(told("it found something to do", &reached)),
        _ if reached.is_empty() => Some("it reached no recording".to_owned()),
        Must::Show(shows) => problem_of_lie(mutation, shows, run, &caught, &survived),
        Must::Pass | Must::StayUnseen(_) if !caught.is_empty() => Some(told("found", &caught)),
        Must::Pass | Must::StayUnseen(_) => strays_of(run),
    };
    let score = Score {
        name: mutation.name,
        must: mutation.must,
        tried: run.checked.len(),
        reached: reached.len(),
        caught: caught.len(),
        as_it_must: problem.is_none(),
    };
    (score, problem.map_or(Ok(()), Err))
}

fn problem_of_lie(
    mutation: &Mutation,
    shows: Shows,
    run: &Run,
    caught: &[&Checked],
    survived: &[&Checked],
) -> Option<String> {
    if !caught.iter().any(|checked| is_shown(shows, checked, &run.strays)) {
        return Some(told(&format!("not shown as it must be, {shows:?}; strays {:?}", run.strays), caught));
    }
    match (survived.is_empty(), mutation.spares) {
        (false, None) => Some(told("survived", survived)),
        (true, Some(reason)) => Some(format!("it spares nothing, although {reason:?}")),
        _ => None,
    }
}

fn strays_of(run: &Run) -> Option<String> {
    (!run.strays.is_empty()).then(|| format!("messages that are nobody's: {:?}", run.strays))
}

fn is_shown(shows: Shows, checked: &Checked, strays: &[String]) -> bool {
    match (shows, &checked.result) {
        (Shows::AsStray(words), _) => says(strays, words),
        (Shows::AsFailure(words), Err(failure)) => failure.problem.contains(words),
        (Shows::In(channel), Ok(compared)) => {
            compared.comparison.divergences().any(|divergence| divergence.channel == channel)
        }
        (Shows::AsProblem(words), Ok(compared)) => {
            compared.problems.iter().any(|problem| problem.to_string().contains(words))
        }
        _ => false,
    }
}

fn says(strays: &[String], words: &str) -> bool {
    strays.iter().any(|stray| stray.contains(words))
}

/// Which recordings, and of some of them the whole report.
fn told(what: &str, checked: &[&Checked]) -> String {
    let names: Vec<_> = checked.iter().take(NAMED).map(|checked| checked.name.as_str()).collect();
    let more = checked.len().saturating_sub(NAMED);
    let mut text = format!("{what}: {} and {more} more\n", names.join(", "));
    for checked in checked.iter().take(SHOWN) {
        text.push_str(&failure(checked));
    }
    text
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heading = format!("mutation, of {} recordings", self.recordings);
        writeln!(f, "\n{heading:<44} {:>5} {:>7} {:>6}  must", "tried", "reached", "caught")?;
        for score in &self.scores {
            writeln!(f, "{score}")?;
        }
        let count = |is: fn(&Must) -> bool| {
            let of_it: Vec<_> = self.scores.iter().filter(|score| is(&score.must)).collect();
            (of_it.iter().filter(|score| score.as_it_must).count(), of_it.len())
        };
        let (caught, lies) = count(|must| matches!(must, Must::Show(_)));
        let (passed, honest) = count(|must| matches!(must, Must::Pass));
        let (_, unseen) = count(|must| matches!(must, Must::StayUnseen(_) | Must::FindNothing(_)));
        write!(f, "\nmutation score: {caught} of {lies} caught; honest: {passed} of {honest} identical; ")?;
        write!(f, "unreachable: {unseen}")?;
        let mut reasons = BTreeMap::<_, usize>::new();
        for score in &self.scores {
            if let Must::StayUnseen(reason) | Must::FindNothing(reason) = score.must {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        let reasons: Vec<_> = reasons.iter().map(|(reason, count)| format!("{count}: {reason}")).collect();
        if reasons.is_empty() { Ok(()) } else { write!(f, " ({})", reasons.join("; ")) }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Score { name, tried, reached, caught, .. } = self;
        let wrong = if self.as_it_must { "" } else { "   WRONG" };
        write!(f, "{name:<44} {tried:>5} {reached:>7} {caught:>6}  {}{wrong}", self.must)
    }
}

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Must::Show(Shows::In(channel)) => write!(f, "show in {channel}"),
            Must::Show(Shows::AsProblem(words)) => write!(f, "be a problem: {words}"),
            Must::Show(Shows::AsStray(words)) => write!(f, "be a stray: {words}"),
            Must::Show(Shows::AsFailure(words)) => write!(f, "be a failure: {words}"),
            Must::Pass => f.write_str("pass: it is honest"),
            Must::StayUnseen(reason) => write!(f, "stay unseen: {reason}"),
            Must::FindNothing(reason) => write!(f, "find nothing to do: {reason}"),
        }
    }
}
