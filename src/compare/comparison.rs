//! Channel by channel.

use super::json_path::{Difference, first_difference};
use crate::observe::{Channel, Observation, Observed};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// How many entries either side of a divergence are kept with it.
const CONTEXT: usize = 3;

/// Two observations, compared on every channel.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// In the order of [`Channel::ALL`].
    pub channels: Vec<ChannelComparison>,
}

/// One channel of two observations.
#[derive(Clone, Debug)]
pub struct ChannelComparison {
    /// Which.
    pub channel: Channel,
    /// How many entries the left observation has.
    pub left: usize,
    /// How many the right one has.
    pub right: usize,
    /// How many entries, from the first on, are the same.
    pub same: usize,
    /// The first place where they differ.
    pub divergence: Option<Divergence>,
}

/// A place where two observations differ.
#[derive(Clone, Debug)]
pub struct Divergence {
    /// In which channel.
    pub channel: Channel,
    /// At which entry, counted from 0.
    pub index: usize,
    /// Where in the entry, and what is there on either side. A side without the entry has `None`.
    pub difference: Difference,
    /// The entries around it on the left.
    pub left: Context,
    /// The entries around it on the right.
    pub right: Context,
}

/// Some entries of a channel.
#[derive(Clone, Debug)]
pub struct Context {
    /// The index of the first of them.
    pub first: usize,
    /// In order.
    pub entries: Vec<Observed>,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_identical(&self) -> bool {
        self.divergences().next().is_none()
    }

    /// The first divergence of every channel that has one.
    pub fn divergences(&self) -> impl Iterator<Item = &Divergence> {
        self.channels.iter().filter_map(|channel| channel.divergence.as_ref())
    }

    /// How many entries of a channel were compared.
    pub fn compared(&self, channel: Channel) -> usize {
        self.channels
            .iter()
            .filter(|found| found.channel == channel)
            .map(|found| found.left.max(found.right))
            .sum()
    }
}

impl Divergence {
    /// Whether it is about nothing but how long an app-server waited before it asked again: that, a busy machine can make
    /// longer, too.
    pub fn is_of_time(&self) -> bool {
        self.channel == Channel::Requests && self.difference.path == "$.retry"
    }
}

/// Compares two observations on every channel.
pub fn compare(left: &Observation, right: &Observation) -> Comparison {
    let channels = Channel::ALL
        .iter()
        .map(|&channel| compare_channel(channel, left.channel(channel), right.channel(channel)));
    Comparison { channels: channels.collect() }
}

/// Compares two sequences of anything that can be written as JSON, as one channel: for a project that has a mapper of its
/// own and no server.
///
/// ```
/// use responses_parity::compare::compare_sequences;
/// use responses_parity::observe::Channel;
///
/// let old = |data: &str| data.trim().to_uppercase();
/// let new = |data: &str| data.to_uppercase();
/// let stream = ["ebb", "flow "];
/// let compared = compare_sequences(Channel::ResponseEvents, stream.map(old), stream.map(new));
/// let divergence = compared.divergence.unwrap();
/// assert_eq!((divergence.index, divergence.difference.path.as_str()), (1, "$"));
/// ```
///
/// # Panics
/// If a value cannot be written as JSON: a map with keys that are no strings, or a serializer that fails.
pub fn compare_sequences<L: Serialize, R: Serialize>(
    channel: Channel,
    left: impl IntoIterator<Item = L>,
    right: impl IntoIterator<Item = R>,
) -> ChannelComparison {
    let left: Vec<_> = left.into_iter().map(|value| observed(&value)).collect();
    let right: Vec<_> = right.into_iter().map(|value| observed(&value)).collect();
    compare_channel(channel, &left, &right)
}

fn observed(value: &impl Serialize) -> Observed {
    let value = serde_json::to_value(value).expect("a value that can be written as JSON");
    let label = value.get("type").and_then(Value::as_str).unwrap_or("value").to_owned();
    Observed { label, value, at: Duration::ZERO }
}

fn compare_channel(channel: Channel, left: &[Observed], right: &[Observed]) -> ChannelComparison {
    let pairs = left.iter().zip(right);
    let same = pairs.take_while(|(left, right)| left.value == right.value).count();
    let divergence = (same < left.len().max(right.len())).then(|| Divergence {
        channel,
        index: same,
        difference: difference_at(left.get(same), right.get(same)),
        left: context(left, same),
        right: context(right, same),
    });
    ChannelComparison { channel, left: left.len(), right: right.len(), same, divergence }
}

fn difference_at(left: Option<&Observed>, right: Option<&Observed>) -> Difference {
    let whole = |side: Option<&Observed>| side.map(|observed| observed.value.clone());
    let inside = left.zip(right).and_then(|(left, right)| first_difference(&left.value, &right.value));
    inside.unwrap_or_else(|| Difference { path: "$".to_owned(), left: whole(left), right: whole(right) })
}

fn context(entries: &[Observed], index: usize) -> Context {
    let first = index.saturating_sub(CONTEXT).min(entries.len());
    let end = (index + CONTEXT + 1).min(entries.len());
    Context { first, entries: entries[first..end].to_vec() }
}
