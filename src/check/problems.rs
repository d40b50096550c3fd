//! What keeps replays from proving anything.

use super::side::Side;
use crate::compare::Comparison;
use crate::observe::Channel;
use crate::recording::Recording;
use crate::replay::{Ended, Path, Replayed};
use crate::report::{Problem, ProblemKind};

/// Everything that keeps the replays of a recording from proving something.
pub(super) fn problems_of(
    recording: &Recording,
    comparison: &Comparison,
    sides: &[(&Side, &Replayed)],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (side, replayed) in sides {
        let mut kinds = of_replay(replayed);
        kinds.extend(of_path(recording, side.path, replayed));
        problems.extend(kinds.into_iter().map(|kind| Problem { side: side.name.clone(), kind }));
    }
    if [Channel::Notifications, Channel::Outcome].iter().all(|&channel| comparison.compared(channel) == 0) {
        let side = sides.iter().map(|(side, _)| side.name.as_str()).collect::<Vec<_>>().join(" and ");
        problems.push(Problem { side, kind: ProblemKind::NothingCompared });
    }
    problems
}

fn of_replay(replayed: &Replayed) -> Vec<ProblemKind> {
    let mut kinds = Vec::new();
    let shows = |method: &crate::wire::Message| matches!(method, crate::wire::Message::Notification { .. });
    if !replayed.transcript.entries.iter().any(|entry| shows(&entry.message)) {
        kinds.push(ProblemKind::NothingShown);
    }
    if !replayed.unserved.is_empty() {
        kinds.push(ProblemKind::Unserved(replayed.unserved.iter().map(|index| index + 1).collect()));
    }
    for (index, request) in replayed.requests.iter().enumerate() {
        if request.answered_by.is_none() {
            kinds.push(ProblemKind::Unrecorded(index + 1, format!("{} {}", request.method, request.path)));
        }
    }
    for (index, turn) in replayed.turns.iter().enumerate() {
        if let Ended::Never { after } = turn.ended {
            kinds.push(ProblemKind::NeverEnded(index + 1, after));
        }
    }
    kinds
}

/// Whether the replay went the way it was meant to go.
fn of_path(recording: &Recording, path: Path, replayed: &Replayed) -> Option<ProblemKind> {
    let (requests, calls) = (replayed.requests.len(), replayed.delegated_calls());
    // A redirect makes two requests of one call.
    let redirects = recording.exchanges.iter().any(|exchange| (300..400).contains(&exchange.status));
    match path {
        Path::Direct => (calls > 0).then_some(ProblemKind::Delegated(calls)),
        Path::Delegated if calls == 0 => Some(ProblemKind::NotDelegated),
        Path::Delegated => {
            (requests > calls && !redirects).then_some(ProblemKind::RoundTheClient(requests, calls))
        }
    }
}
