//! What keeps replays from proving anything.

use super::side::Side;
use crate::compare::Comparison;
use crate::observe::Channel;
use crate::replay::{Ended, Path, Replayed};
use crate::report::{Problem, ProblemKind};
use crate::upstream::ReceivedRequest;
use std::time::Duration;

/// What keeps the replays of a recording from proving something, whatever they show.
pub(super) fn problems_of(sides: &[(&Side, &Replayed)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (side, replayed) in sides {
        let mut kinds = of_replay(replayed);
        kinds.extend(of_path(side.path, replayed));
        problems.extend(kinds.into_iter().map(|kind| Problem { side: side.name.clone(), kind }));
    }
    if let [(left, one), (right, other)] = sides {
        let side = format!("{} and {}", left.name, right.name);
        problems.extend(back_offs(one, other).into_iter().map(|kind| Problem { side: side.clone(), kind }));
    }
    problems
}

/// Where a comparison looked at nothing that an app-server shows.
pub(super) fn nothing_compared(comparison: &Comparison, sides: &[Side]) -> Option<Problem> {
    let is_empty = |&channel: &Channel| comparison.compared(channel) == 0;
    [Channel::Notifications, Channel::Outcome].iter().all(is_empty).then(|| {
        let side = sides.iter().map(|side| side.name.as_str()).collect::<Vec<_>>().join(" and ");
        Problem { side, kind: ProblemKind::NothingCompared }
    })
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
        match turn.ended {
            Ended::Never { after } => kinds.push(ProblemKind::NeverEnded(index + 1, after)),
            Ended::Endless { after } => kinds.push(ProblemKind::Endless(index + 1, after)),
            Ended::Complete | Ended::Aborted if !turn.interrupted_as_recorded => {
                kinds.push(ProblemKind::NeverInterrupted(index + 1));
            }
            Ended::Complete | Ended::Aborted => {}
        }
    }
    kinds.extend(replayed.refused_urls.iter().cloned().map(ProblemKind::CallElsewhere));
    kinds
}

/// Whether the replay went the way it was meant to go.
fn of_path(path: Path, replayed: &Replayed) -> Vec<ProblemKind> {
    let calls = replayed.delegated_calls();
    let requests = replayed.requests.iter().enumerate();
    let own = requests.filter(|(_, request)| !request.delegated).map(|(index, _)| index + 1);
    match path {
        Path::Direct if calls > 0 => vec![ProblemKind::Delegated(calls)],
        Path::Direct => Vec::new(),
        Path::Delegated if calls == 0 => vec![ProblemKind::NotDelegated],
        Path::Delegated => own.map(ProblemKind::RoundTheClient).collect(),
    }
}

/// How much longer one side may wait than the other before it is another schedule and not a busy machine: this, and three
/// times the shorter wait. Back-offs are doubled from one to the next, so that another schedule is soon further away.
const BUSY_MACHINE: Duration = Duration::from_secs(1);

/// The waits before requests that were sent again, where the two sides waited for very different times.
fn back_offs(left: &Replayed, right: &Replayed) -> Vec<ProblemKind> {
    let waits = |replayed: &Replayed| -> Vec<Option<Duration>> {
        let again = |pair: &[ReceivedRequest]| pair[0].body == pair[1].body;
        let pairs = replayed.requests.windows(2);
        pairs.map(|pair| again(pair).then(|| pair[1].at.saturating_sub(pair[0].at))).collect()
    };
    let both = waits(left).into_iter().zip(waits(right)).enumerate();
    let differ = both.filter_map(|(index, waits)| {
        let (Some(left), Some(right)) = waits else { return None };
        let (shorter, longer) = (left.min(right), left.max(right));
        (longer > shorter * 3 + BUSY_MACHINE).then_some(ProblemKind::OtherBackOff(index + 2, left, right))
    });
    differ.collect()
}
