//! What a mutation is.

use crate::acts::Act;
use crate::reach::{Reaches, anything};
use responses_parity::observe::Channel;
use std::time::Duration;

/// One way of treating what is passed on, and what must come of it.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) act: Act,
    pub(crate) reaches: Reaches,
    pub(crate) must: Must,
    pub(crate) sides: Sides,
    /// How many recordings at once; one where neighbours would disturb.
    pub(crate) jobs: usize,
    /// How long a turn may be silent.
    pub(crate) patience: Duration,
    /// Why some recordings look the same although they were reached.
    pub(crate) spares: Option<&'static str>,
}

/// What must come of a mutation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Must {
    /// It corrupts, and must be caught.
    Show(Shows),
    /// It changes nothing that means anything: whoever reports it raises a false alarm.
    Pass,
    /// It loses something that no observer of this app-server can miss, for this reason.
    StayUnseen(&'static str),
    /// There is nothing that it could do, for this reason.
    FindNothing(&'static str),
}

/// Where a corruption must show, in one of the recordings it reaches at least; it must be found in all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shows {
    /// In this channel, as a divergence.
    In(Channel),
    /// As a problem of the replay, with these words.
    AsProblem(&'static str),
    /// Among what belongs to no conversation, with these words.
    AsStray(&'static str),
    /// As the failure of an app-server, with these words.
    AsFailure(&'static str),
}

/// What a mutated side is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// The direct path as it was seen once; nothing disturbs that.
    Kept,
    /// The direct path at the same time, as every check does it; the relay passes that on as it is.
    Both,
    /// The direct path at the same time, treated in the same way.
    Alike,
}

/// A corruption.
pub(crate) fn lie(name: &'static str, shows: Shows, reaches: Reaches, act: Act) -> Mutation {
    Mutation { must: Must::Show(shows), reaches, ..honest(name, act) }
}

/// Another way of saying the same.
pub(crate) fn honest(name: &'static str, act: Act) -> Mutation {
    Mutation {
        name,
        act,
        reaches: anything(),
        must: Must::Pass,
        sides: Sides::Kept,
        jobs: 16,
        patience: Duration::from_secs(20),
        spares: None,
    }
}

/// A corruption that cannot show.
pub(crate) fn unseen(name: &'static str, reason: &'static str, reaches: Reaches, act: Act) -> Mutation {
    Mutation { must: Must::StayUnseen(reason), reaches, ..honest(name, act) }
}

/// A corruption of what is not there.
pub(crate) fn unreached(name: &'static str, reason: &'static str, reaches: Reaches, act: Act) -> Mutation {
    Mutation { must: Must::FindNothing(reason), reaches, ..honest(name, act) }
}

impl Mutation {
    pub(crate) fn reaching(self, reaches: Reaches) -> Mutation {
        Mutation { reaches, ..self }
    }

    pub(crate) fn showing(self, shows: Shows) -> Mutation {
        Mutation { must: Must::Show(shows), ..self }
    }

    /// Says why some recordings look the same although they were reached.
    pub(crate) fn sparing(self, reason: &'static str) -> Mutation {
        Mutation { spares: Some(reason), ..self }
    }

    /// For what only two replays at the same time can show.
    pub(crate) fn against_the_direct_side(self) -> Mutation {
        Mutation { sides: Sides::Both, ..self }
    }

    /// For what is no matter of the path.
    pub(crate) fn on_both_sides(self) -> Mutation {
        Mutation { sides: Sides::Alike, ..self }
    }

    pub(crate) fn one_at_a_time(self) -> Mutation {
        Mutation { jobs: 1, ..self }
    }

    /// For turns that never end.
    pub(crate) fn impatiently(self) -> Mutation {
        Mutation { patience: Duration::from_secs(2), ..self }
    }
}
