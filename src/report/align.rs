//! Which entries of two sequences belong together.

use crate::observe::{JsonText, Observed};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeMap;

/// Two sequences that have more entries than this that the other lacks are paired by their places alone: they have too
/// little in common for anything better, and looking for it would take for ever.
const FOREIGN: usize = 2_000;

/// What stands beside each other: an entry of the left side, of the right side, or of both, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) left: Option<usize>,
    pub(super) right: Option<usize>,
    /// Whether both are there, and the same.
    pub(super) same: bool,
}

/// Pairs what is the same, then what is called the same; the rest stands alone. Both sides stay in order.
pub(super) fn align(left: &[Observed], right: &[Observed]) -> Vec<Pair> {
    let same = left.iter().zip(right).take_while(|(left, right)| left.value == right.value).count();
    let (left_rest, right_rest) = (&left[same..], &right[same..]);
    let ends = left_rest.iter().rev().zip(right_rest.iter().rev());
    let end = ends.take_while(|(left, right)| left.value == right.value).count();
    let (left_middle, right_middle) =
        (&left_rest[..left_rest.len() - end], &right_rest[..right_rest.len() - end]);
    let mut pairs: Vec<_> = (0..same).map(|index| both(index, index)).collect();
    middle(left_middle, right_middle, same, &mut pairs);
    let (left_end, right_end) = (left.len() - end, right.len() - end);
    pairs.extend((0..end).map(|index| both(left_end + index, right_end + index)));
    pairs
}

fn both(left: usize, right: usize) -> Pair {
    Pair { left: Some(left), right: Some(right), same: true }
}

/// `first` is the index of both middles' first entry.
fn middle(left: &[Observed], right: &[Observed], first: usize, pairs: &mut Vec<Pair>) {
    let (left_ids, right_ids) = ids([left, right], |observed| value_key(&observed.value));
    if foreign(&left_ids, &right_ids) > FOREIGN {
        return by_place(left.len(), right.len(), first, pairs);
    }
    for op in capture_diff_slices(Algorithm::Myers, &left_ids, &right_ids) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                pairs
                    .extend((0..len).map(|index| both(first + old_index + index, first + new_index + index)));
            }
            op => {
                let (old, new) = (op.old_range(), op.new_range());
                by_label(
                    &left[old.clone()],
                    &right[new.clone()],
                    [first + old.start, first + new.start],
                    pairs,
                );
            }
        }
    }
}

fn by_label(left: &[Observed], right: &[Observed], first: [usize; 2], pairs: &mut Vec<Pair>) {
    let (left_ids, right_ids) = ids([left, right], |observed| label_key(&observed.label));
    for op in capture_diff_slices(Algorithm::Myers, &left_ids, &right_ids) {
        let (old, new) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            pairs.extend(old.zip(new).map(|(left, right)| Pair {
                left: Some(first[0] + left),
                right: Some(first[1] + right),
                same: false,
            }));
        } else {
            pairs.extend(old.map(|left| Pair { left: Some(first[0] + left), right: None, same: false }));
            pairs.extend(new.map(|right| Pair { left: None, right: Some(first[1] + right), same: false }));
        }
    }
}

fn by_place(left: usize, right: usize, first: usize, pairs: &mut Vec<Pair>) {
    pairs.extend((0..left.max(right)).map(|index| Pair {
        left: (index < left).then_some(first + index),
        right: (index < right).then_some(first + index),
        same: false,
    }));
}

/// A number for each entry; the same for those with the same key.
fn ids(sides: [&[Observed]; 2], key: impl Fn(&Observed) -> String) -> (Vec<usize>, Vec<usize>) {
    let mut known = BTreeMap::new();
    let [left, right] = sides.map(|entries| {
        let ids = entries.iter().map(|observed| {
            let next = known.len();
            *known.entry(key(observed)).or_insert(next)
        });
        ids.collect::<Vec<_>>()
    });
    (left, right)
}

/// How an entry is told from others: as its value is compared, where the order of members means nothing.
fn value_key(value: &JsonText) -> String {
    let mut value = value.value();
    value.sort_all_objects();
    value.to_string()
}

/// A label without the number that some have: what is called `x #3` here may be `x #4` there.
fn label_key(label: &str) -> String {
    label.split(" #").next().unwrap_or_default().to_owned()
}

/// How many entries there are on either side for which the other has no counterpart anywhere.
fn foreign(left: &[usize], right: &[usize]) -> usize {
    let mut counts = BTreeMap::<usize, isize>::new();
    left.iter().for_each(|id| *counts.entry(*id).or_default() += 1);
    right.iter().for_each(|id| *counts.entry(*id).or_default() -= 1);
    counts.values().map(|count| count.unsigned_abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::{Pair, align};
    use crate::observe::Observed;
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};
    use std::time::Duration;

    fn entries(entries: &[(&str, Value)]) -> Vec<Observed> {
        let observed = |(label, value): &(&str, Value)| Observed {
            label: (*label).to_owned(),
            value: value.clone().into(),
            at: Duration::ZERO,
        };
        entries.iter().map(observed).collect()
    }

    /// `0=0` the same, `1~1` called the same, `2-` and `+2` alone.
    fn aligned(left: &[(&str, Value)], right: &[(&str, Value)]) -> String {
        let pairs = align(&entries(left), &entries(right));
        let texts = pairs.iter().map(|pair| match *pair {
            Pair { left: Some(left), right: Some(right), same } => {
                format!("{left}{}{right}", if same { '=' } else { '~' })
            }
            Pair { left: Some(left), .. } => format!("{left}-"),
            Pair { right, .. } => format!("+{}", right.map(|right| right.to_string()).unwrap_or_default()),
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_lost_leaves_a_gap_and_the_rest_beside_each_other() {
        let all = [("a", json!(1)), ("b", json!(2)), ("c", json!(3))];
        assert_eq!(aligned(&all, &[all[0].clone(), all[2].clone()]), "0=0 1- 2=1");
        assert_eq!(aligned(&all[1..], &all), "+0 0=1 1=2");
        assert_eq!(aligned(&[], &all), "+0 +1 +2");
    }

    #[test]
    fn what_changed_stands_beside_what_it_was() {
        let left = [("a", json!(1)), ("x #3", json!(2)), ("y", json!(0)), ("c", json!(3))];
        let right = [("a", json!(1)), ("x #4", json!(9)), ("c", json!(3))];
        assert_eq!(aligned(&left, &right), "0=0 1~1 2- 3=2");
    }

    #[test]
    fn the_order_of_members_means_nothing() {
        let left = [("a", json!(0)), ("b", json!({"x": 1, "y": 2})), ("c", json!(0))];
        let right = [("c", json!(5)), ("b", json!({"y": 2, "x": 1})), ("d", json!(6))];
        assert_eq!(aligned(&left, &right), "0- +0 1=1 2- +2");
    }

    #[test]
    fn strangers_are_paired_by_their_places_and_soon() {
        let many = |offset: usize| -> Vec<Observed> {
            (0..10_000)
                .map(|index| Observed {
                    label: "a".to_owned(),
                    value: json!(index + offset).into(),
                    at: Duration::ZERO,
                })
                .collect()
        };
        let pairs = align(&many(0), &many(1_000_000)[..9_000]);
        assert_eq!(pairs.len(), 10_000);
        assert_eq!(pairs[9_999], Pair { left: Some(9_999), right: None, same: false });
    }
}
