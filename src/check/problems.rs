//! What keeps two replays from proving anything.

use crate::compare::Comparison;
use crate::observe::Channel;
use crate::recording::Recording;
use crate::replay::{Ended, Path, Replayed};
use crate::report::Problem;

/// Everything that keeps two replays of a recording from proving something.
pub(super) fn problems_of(
    recording: &Recording,
    comparison: &Comparison,
    direct: &Replayed,
    delegated: &Replayed,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if comparison.compared(Channel::Notifications) == 0 {
        problems.push(Problem::NothingCompared);
    }
    for (path, replayed) in [(Path::Direct, direct), (Path::Delegated, delegated)] {
        problems_of_path(path, replayed, &mut problems);
    }
    if direct.delegated_calls() > 0 {
        problems.push(Problem::DirectDelegated(direct.delegated_calls()));
    }
    let (requests, calls) = (delegated.requests.len(), delegated.delegated_calls());
    // A redirect makes two requests of one call.
    let redirects = recording.exchanges.iter().any(|exchange| (300..400).contains(&exchange.status));
    if calls == 0 {
        problems.push(Problem::NotDelegated);
    } else if requests > calls && !redirects {
        problems.push(Problem::RoundTheClient(requests, calls));
    }
    problems
}

fn problems_of_path(path: Path, replayed: &Replayed, problems: &mut Vec<Problem>) {
    if !replayed.unserved.is_empty() {
        problems.push(Problem::Unserved(path, replayed.unserved.iter().map(|index| index + 1).collect()));
    }
    for (index, request) in replayed.requests.iter().enumerate() {
        if request.answered_by.is_none() {
            problems.push(Problem::Unrecorded(
                path,
                index + 1,
                format!("{} {}", request.method, request.path),
            ));
        }
    }
    for (index, turn) in replayed.turns.iter().enumerate() {
        if let Ended::Never { after } = turn.ended {
            problems.push(Problem::NeverEnded(path, index + 1, after));
        }
    }
}
