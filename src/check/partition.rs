//! A share of the recordings, for machines that divide them among themselves.

use crate::recording::Found;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// One of so many shares. All shares together are the whole, and no recording is in two.
///
/// The spelling is that of `cargo nextest --partition`.
///
/// ```
/// use responses_parity::check::Partition;
///
/// let partition: Partition = "hash:1/4".parse()?;
/// assert_eq!(partition.to_string(), "hash:1/4");
/// assert!("hash:5/4".parse::<Partition>().is_err());
/// # Ok::<(), responses_parity::check::PartitionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    kind: Kind,
    /// From 1.
    shard: usize,
    of: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Dealt out, anew for each path that was named.
    Count,
    /// By the name alone: what is added or removed moves no other recording.
    Hash,
    /// Dealt out over all paths.
    Slice,
}

/// Why a text is no partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `count:M/N`, `hash:M/N` or `slice:M/N`, with M from 1 to N")]
pub struct PartitionError;

impl Partition {
    /// This share of what was found, in its order; what was found at each path that was named stands by itself.
    pub fn select(&self, found: Vec<Vec<Found>>) -> Vec<Found> {
        let mut selected = Vec::new();
        let mut seen = 0;
        for of_path in found {
            let first = if self.kind == Kind::Slice { seen } else { 0 };
            seen += of_path.len();
            let dealt = of_path.into_iter().enumerate();
            let own = dealt.filter(|(index, found)| self.is_mine(first + index, &found.name));
            selected.extend(own.map(|(_, found)| found));
        }
        selected
    }

    fn is_mine(&self, index: usize, name: &str) -> bool {
        let place = match self.kind {
            Kind::Count | Kind::Slice => index % self.of,
            Kind::Hash => hash(name, self.of),
        };
        place + 1 == self.shard
    }
}

/// The same on every machine and in every version: the first eight bytes of the name's SHA-256, as a number.
fn hash(name: &str, of: usize) -> usize {
    let digest = Sha256::digest(name);
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // Smaller than `of`, which is a `usize`.
    (number % of as u64) as usize
}

impl FromStr for Partition {
    type Err = PartitionError;

    fn from_str(text: &str) -> Result<Partition, PartitionError> {
        let (kind, share) = text.split_once(':').ok_or(PartitionError)?;
        let (shard, of) = share.split_once('/').ok_or(PartitionError)?;
        let kind = match kind {
            "count" => Kind::Count,
            "hash" => Kind::Hash,
            "slice" => Kind::Slice,
            _ => return Err(PartitionError),
        };
        let number = |text: &str| text.parse::<usize>().map_err(|_| PartitionError);
        let (shard, of) = (number(shard)?, number(of)?);
        let partition = Partition { kind, shard, of };
        if (1..=of).contains(&shard) { Ok(partition) } else { Err(PartitionError) }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Count => "count",
            Kind::Hash => "hash",
            Kind::Slice => "slice",
        };
        write!(f, "{kind}:{}/{}", self.shard, self.of)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::{Partition, PartitionError};
    use crate::recording::Found;
    use pretty_assertions::assert_eq;
    use std::path::PathBuf;

    fn found(names: &[&str]) -> Vec<Found> {
        names.iter().map(|name| Found { name: (*name).to_owned(), path: PathBuf::from(name) }).collect()
    }

    fn shares(kind: &str, of: usize, paths: &[&[&str]]) -> Vec<String> {
        let share = |shard: usize| {
            let partition: Partition = format!("{kind}:{shard}/{of}").parse().unwrap();
            let selected = partition.select(paths.iter().map(|names| found(names)).collect());
            selected.iter().map(|found| found.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        (1..=of).map(share).collect()
    }

    const PATHS: [&[&str]; 2] = [&["a", "b", "c"], &["d", "e"]];

    #[test]
    fn count_deals_out_each_path_and_slice_all_of_them() {
        assert_eq!(shares("count", 2, &PATHS), ["a c d", "b e"]);
        assert_eq!(shares("slice", 2, &PATHS), ["a c e", "b d"]);
    }

    #[test]
    fn a_hash_is_the_same_for_ever_whatever_stands_beside_it() {
        assert_eq!(shares("hash", 3, &PATHS), ["", "a b", "c d e"]);
        assert_eq!(shares("hash", 3, &[&["e", "b"]]), ["", "b", "e"]);
    }

    #[test]
    fn all_shares_together_are_the_whole() {
        let names: Vec<String> = (0..200).map(|index| format!("family/{index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for kind in ["count", "hash", "slice"] {
            for of in [1, 2, 3, 7, 300] {
                let shares = shares(kind, of, &[&names[..120], &names[120..]]);
                let mut all: Vec<&str> = shares.iter().flat_map(|share| share.split_whitespace()).collect();
                all.sort_unstable();
                let mut whole = names.clone();
                whole.sort_unstable();
                assert_eq!(all, whole, "{kind} {of}");
            }
        }
    }

    #[test]
    fn what_is_no_partition() {
        let texts =
            ["", "1/4", "count:", "count:1", "count:0/4", "count:5/4", "count:1/0", "half:1/2", "count:-1/2"];
        for text in texts {
            assert_eq!(text.parse::<Partition>(), Err(PartitionError), "{text}");
        }
    }
}
