//! Two sides on one time line: what belongs together stands beside each other.

use super::align::{Pair, align};
use super::case::{Compared, Detail};
use crate::observe::{Channel, Observed, without_secrets};
use std::time::Duration;

/// Both sides of a comparison, in rows.
#[derive(Debug)]
pub(super) struct Timeline {
    lanes: Vec<Lane>,
    /// In the order of their times, as far as the order of each channel lets them.
    pub(super) rows: Vec<Row>,
}

/// What stands beside each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    lane: usize,
    /// Which channel; `None` for what is never compared.
    pub(super) channel: Option<Channel>,
    /// Which entries of it.
    pub(super) pair: Pair,
    /// Whether this is the first place where the channel differs.
    pub(super) is_first: bool,
}

/// A channel of both sides, without secrets.
#[derive(Debug)]
struct Lane {
    channel: Option<Channel>,
    sides: [Vec<Observed>; 2],
    pairs: Vec<Pair>,
}

impl Timeline {
    /// The time line of a comparison whose details were kept; `None` where they were not. Where there is one side, it is
    /// the left one, and nothing differs.
    pub(super) fn of(compared: &Compared) -> Option<Timeline> {
        let left = compared.details.first()?;
        let right = compared.details.get(1);
        let entries = |detail: &Detail, channel: Option<Channel>| match channel {
            Some(channel) => detail.compared.channel(channel).to_vec(),
            None => detail.traffic.clone(),
        };
        let channels = Channel::ALL.into_iter().map(Some).chain([None]);
        let lanes = channels.map(|channel| {
            let left = entries(left, channel);
            // One side alone is compared with itself.
            let right = right.map_or_else(|| left.clone(), |right| entries(right, channel));
            Lane::new(channel, [left, right])
        });
        let lanes: Vec<_> = lanes.collect();
        Some(Timeline { rows: merged(&lanes), lanes })
    }

    /// The entries of a row, on either side.
    pub(super) fn entries(&self, row: &Row) -> [Option<&Observed>; 2] {
        self.lanes[row.lane].entries(&row.pair)
    }
}

impl Row {
    /// Whether the sides differ here, in something that is compared.
    pub(super) fn differs(&self) -> bool {
        self.channel.is_some() && !self.pair.same
    }
}

impl Lane {
    /// Compared as it is, kept as it may be shown.
    fn new(channel: Option<Channel>, sides: [Vec<Observed>; 2]) -> Lane {
        let pairs = align(&sides[0], &sides[1]);
        let mut shown = sides.each_ref().map(|entries| without_secrets(entries).into_owned());
        for pair in pairs.iter().filter(|pair| pair.same) {
            let (Some(left), Some(right)) = (pair.left, pair.right) else { continue };
            // What is a piece of a secret on one side is one on the other, where the rest of it may be missing.
            if shown[0][left].value != sides[0][left].value {
                shown[1][right].value = shown[0][left].value.clone();
            } else if shown[1][right].value != sides[1][right].value {
                shown[0][left].value = shown[1][right].value.clone();
            }
        }
        Lane { channel, sides: shown, pairs }
    }

    fn entries(&self, pair: &Pair) -> [Option<&Observed>; 2] {
        let [left, right] = &self.sides;
        [pair.left.map(|index| &left[index]), pair.right.map(|index| &right[index])]
    }

    /// When each row was: as the left side says, or the right one where it alone has it; never before the row above it.
    fn times(&self) -> Vec<Duration> {
        let mut latest = Duration::ZERO;
        let times = self.pairs.iter().map(|pair| {
            let [left, right] = self.entries(pair);
            latest = latest.max(left.or(right).map_or(latest, |observed| observed.at));
            latest
        });
        times.collect()
    }

    fn rows(&self, lane: usize) -> impl Iterator<Item = Row> {
        let first = self.pairs.iter().position(|pair| !pair.same).filter(|_| self.channel.is_some());
        self.pairs.iter().enumerate().map(move |(index, pair)| Row {
            lane,
            channel: self.channel,
            pair: *pair,
            is_first: first == Some(index),
        })
    }
}

/// The rows of all lanes by their times. Those of one lane stay in their order, for the sort is stable and their times do
/// not go back.
fn merged(lanes: &[Lane]) -> Vec<Row> {
    let timed =
        lanes.iter().enumerate().flat_map(|(index, lane)| lane.times().into_iter().zip(lane.rows(index)));
    let mut timed: Vec<_> = timed.collect();
    timed.sort_by_key(|(at, _)| *at);
    timed.into_iter().map(|(_, row)| row).collect()
}
