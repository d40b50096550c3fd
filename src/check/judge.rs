//! What comes of the replays of one recording. No I/O and no processes, so that any thread can do it.

use super::options::CheckOptions;
use super::problems::{nothing_compared, problems_of};
use super::side::Side;
use crate::compare::{Allowances, compare, places};
use crate::observe::{Channel, Observation, Observed, observe, observe_and_release, traffic};
use crate::recording::Recording;
use crate::replay::Replayed;
use crate::report::{Compared, Detail, Noise, Seen, Silence};
use crate::wire::Dialect;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What has to be known of a check to judge replays.
#[derive(Debug)]
pub(super) struct Judge {
    sides: Vec<Side>,
    /// Those that the sides speak.
    dialects: BTreeSet<Dialect>,
    allowed: Allowances,
    all_places: bool,
    details: bool,
}

/// The replays of one side.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) replays: Vec<Replayed>,
    pub(super) silences: Vec<Silence>,
}

impl Judge {
    pub(super) fn new(options: &CheckOptions, dialects: BTreeSet<Dialect>) -> Judge {
        let CheckOptions { sides, allowed, all_places, details, .. } = options;
        Judge {
            sides: sides.clone(),
            dialects,
            allowed: allowed.clone(),
            all_places: *all_places,
            details: *details,
        }
    }

    /// The first replay of each side is compared with the other side's; the rest only with the first.
    pub(super) fn compared(&self, recording: &Recording, runs: Vec<Run>) -> Compared {
        let (mut runs, silences): (Vec<_>, Vec<_>) =
            runs.into_iter().map(|Run { replays, silences }| (replays, silences)).unzip();
        let mut problems = problems_of(&self.first_of(&runs));
        let traffic = if self.details { traffic_of(&self.first_of(&runs)) } else { Vec::new() };
        let firsts = self.sides.iter().zip(runs.iter_mut().map(|runs| &mut runs[0]));
        let seen: Vec<_> = firsts.map(|(side, replayed)| seen(side, replayed)).collect();
        let (mut left, mut right) = self.comparable(&seen);
        let mut allowed = BTreeSet::new();
        self.take_out_allowed(recording, [&mut left, &mut right], &mut allowed);
        let comparison = compare(&left, &right);
        let places = if self.all_places { places(&left, &right) } else { Vec::new() };
        problems.extend(nothing_compared(&comparison, &self.sides));
        let mut noise = Vec::new();
        for (runs, first) in runs.iter().zip(&seen) {
            noise.extend(self.noise_of(recording, &runs[1..], first, &mut allowed));
        }
        let details = if self.details {
            let compared = [left.into_owned(), right.into_owned()].into_iter().zip(traffic);
            compared.map(|(compared, traffic)| Detail { compared, traffic }).collect()
        } else {
            Vec::new()
        };
        let silences = silences.concat();
        let allowed = allowed.into_iter().collect();
        Compared { comparison, places, allowed, problems, noise, silences, seen, details }
    }

    /// The first replay of each side.
    fn first_of<'a>(&'a self, runs: &'a [Vec<Replayed>]) -> Vec<(&'a Side, &'a Replayed)> {
        self.sides.iter().zip(runs.iter().map(|runs| &runs[0])).collect()
    }

    /// Every place at which a further replay differs from the first one, each kind of place once. What may differ between
    /// the sides may differ between two replays of one.
    fn noise_of(
        &self,
        recording: &Recording,
        repeats: &[Replayed],
        first: &Seen,
        allowed: &mut BTreeSet<usize>,
    ) -> Vec<Noise> {
        let mut kinds = BTreeSet::new();
        let mut noise = Vec::new();
        for replayed in repeats {
            let (mut once, mut again) = (Cow::Borrowed(&first.observation), Cow::Owned(observe(replayed)));
            self.take_out_allowed(recording, [&mut once, &mut again], allowed);
            let fresh = places(&once, &again).into_iter().filter(|place| kinds.insert(place.to_string()));
            noise.extend(fresh.map(|place| Noise { side: first.side.clone(), place }));
        }
        noise
    }

    /// Takes what may differ out of both, and adds the indexes of the allowances that were needed.
    fn take_out_allowed(
        &self,
        recording: &Recording,
        [left, right]: [&mut Cow<'_, Observation>; 2],
        needed: &mut BTreeSet<usize>,
    ) {
        // Observations may be large, and are copied only where something is to be taken out of them.
        if !self.allowed.entries.is_empty() {
            needed.extend(self.allowed.apply(recording, left.to_mut(), right.to_mut()));
        }
    }

    /// The first side and the last, without what one of them cannot have.
    fn comparable<'a>(&self, seen: &'a [Seen]) -> (Cow<'a, Observation>, Cow<'a, Observation>) {
        let (left, right) = (&seen[0].observation, &seen[seen.len() - 1].observation);
        let both = |change: fn(Observation) -> Observation| {
            (Cow::Owned(change(left.clone())), Cow::Owned(change(right.clone())))
        };
        if self.dialects_meet() {
            return both(Observation::across_dialects);
        }
        // Two servers need not both show them. One server that shows them on one path alone has something to answer for.
        let shows = |observation: &Observation| !observation.channel(Channel::ResponseEvents).is_empty();
        if !self.is_one_server() && shows(left) != shows(right) {
            return both(Observation::without_response_events);
        }
        (Cow::Borrowed(left), Cow::Borrowed(right))
    }

    /// Whether the sides speak different dialects, so that only what means the same in both is compared.
    pub(super) fn dialects_meet(&self) -> bool {
        self.dialects.len() > 1
    }

    /// Whether both sides are the same app-server.
    pub(super) fn is_one_server(&self) -> bool {
        let commands = self.sides.iter().map(|side| side.command.to_string());
        commands.collect::<BTreeSet<_>>().len() == 1
    }
}

/// Takes the transcript out of the replay.
fn seen(side: &Side, replayed: &mut Replayed) -> Seen {
    let observation = observe_and_release(replayed);
    let served = replayed.requests.iter().filter_map(|request| request.answered_by).map(|index| index + 1);
    Seen {
        side: side.name.clone(),
        observation,
        served: served.collect::<BTreeSet<_>>().into_iter().collect(),
        unserved: replayed.unserved.iter().map(|index| index + 1).collect(),
    }
}

/// What the first side said beside what is observed, and the last one, if that is another.
fn traffic_of(sides: &[(&Side, &Replayed)]) -> Vec<Vec<Observed>> {
    let last = (sides.len() > 1).then(|| &sides[sides.len() - 1]);
    sides.first().into_iter().chain(last).map(|(_, replayed)| traffic(replayed)).collect()
}
