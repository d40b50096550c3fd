//! Channel by channel.

use super::allowed_path::JsonPath;
use super::json_path::{Difference, first_difference_shown};
use crate::observe::{Channel, Observation, Observed, without_secrets};
use crate::recording::redact;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;
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

/// A place where two observations differ. It is compared as it is, and shown without secrets: `difference` and the entries
/// around it hold none.
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

    /// Of the divergences, the one that was seen first: the others are likely to follow from it.
    pub fn earliest(&self) -> Option<&Divergence> {
        self.divergences().min_by_key(|divergence| divergence.at())
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
    /// What is there on either side, as it may be shown; a side without the entry has `None`.
    pub fn entries(&self) -> [Option<&Observed>; 2] {
        [&self.left, &self.right].map(|context| context.at(self.index))
    }

    /// When it was, as the left side says; as the right one does where it alone has the entry. The clocks of the two are
    /// not the same.
    pub fn at(&self) -> Duration {
        self.entries().into_iter().flatten().next().map_or(Duration::ZERO, |observed| observed.at)
    }

    /// Its kind: channel, label and path, with `[*]` for every index. Those of one kind are likely to have one cause.
    pub fn kind(&self) -> String {
        let label =
            self.entries().into_iter().flatten().next().map_or("", |observed| observed.label.as_str());
        // `x #3` here is `x #4` elsewhere.
        let label = label.split(" #").next().unwrap_or_default();
        format!("{} {label} {}", self.channel, JsonPath::of_difference(&self.difference))
    }

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
    Observed { label, value: value.into(), at: Duration::ZERO }
}

fn compare_channel(channel: Channel, left: &[Observed], right: &[Observed]) -> ChannelComparison {
    let pairs = left.iter().zip(right);
    let same = pairs.take_while(|(left, right)| left.value == right.value).count();
    let divergence =
        (same < left.len().max(right.len())).then(|| divergence_at(channel, same, [left, right]));
    ChannelComparison { channel, left: left.len(), right: right.len(), same, divergence }
}

/// Secrets are taken out of the whole channel, for its entries may hold one in pieces.
fn divergence_at(channel: Channel, index: usize, sides: [&[Observed]; 2]) -> Divergence {
    let shown = sides.map(without_secrets);
    let mut contexts = shown.each_ref().map(|entries| context(entries, index));
    for (own, other) in [(0, 1), (1, 0)] {
        hide_twins(&mut contexts[own], index, [sides[own], sides[other]], &shown[other]);
    }
    let difference = difference_at(
        sides.map(|entries| entries.get(index)),
        contexts.each_ref().map(|context| context.at(index)),
    );
    let [left, right] = contexts;
    Divergence { channel, index, difference, left, right }
}

/// What is a piece of a secret on one side is one on the other, too, where the rest of it may be missing.
fn hide_twins(context: &mut Context, index: usize, [own, other]: [&[Observed]; 2], shown: &[Observed]) {
    let near = window(other.len(), index);
    for (entry, own) in context.entries.iter_mut().zip(&own[context.first..]) {
        let is_hidden_twin =
            |index: &usize| other[*index].value == own.value && shown[*index].value != own.value;
        if let Some(twin) = near.clone().find(is_hidden_twin) {
            entry.value = shown[twin].value.clone();
        }
    }
}

fn difference_at(sides: [Option<&Observed>; 2], shown: [Option<&Observed>; 2]) -> Difference {
    let [left, right] = shown.map(|observed| observed.map(|observed| observed.value.value()));
    let inside = match (sides, left.as_ref().zip(right.as_ref())) {
        ([Some(one), Some(other)], Some((left, right))) => {
            first_difference_shown([&one.value.value(), &other.value.value()], [left, right])
        }
        _ => None,
    };
    let whole = || Difference { path: "$".to_owned(), left, right };
    let difference = inside.unwrap_or_else(whole);
    Difference { path: shown_path(difference.path), ..difference }
}

/// A path without secrets. What stands for one in a key is written as such a key is.
fn shown_path(path: String) -> String {
    match redact(&path) {
        Cow::Borrowed(_) => path,
        Cow::Owned(redacted) => {
            JsonPath::try_from(redacted.clone()).map_or(redacted, |path| path.to_string())
        }
    }
}

fn context(entries: &[Observed], index: usize) -> Context {
    let window = window(entries.len(), index);
    Context { first: window.start, entries: entries[window].to_vec() }
}

/// The places around an index.
fn window(length: usize, index: usize) -> Range<usize> {
    index.saturating_sub(CONTEXT).min(length)..(index + CONTEXT + 1).min(length)
}

impl Context {
    /// The entry with this index, if it has it.
    fn at(&self, index: usize) -> Option<&Observed> {
        self.entries.get(index.checked_sub(self.first)?)
    }
}
