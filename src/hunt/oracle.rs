//! Who says whether something smaller will still do.

use std::convert::Infallible;
use std::future::{Future, ready};

/// Says of candidates whether they still show what is looked for.
///
/// A closure over one candidate is an oracle:
///
/// ```
/// use responses_parity::hunt::{Oracle, fewest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let word = ["a", "needle", "in", "a", "haystack"];
/// let mut has_needle = |kept: &Vec<usize>| kept.iter().any(|part| word[*part] == "needle");
/// let kept = fewest(word.len(), &mut has_needle, |kept| Some(kept.to_vec())).await;
/// assert_eq!(kept, Ok(vec![1]));
/// # }
/// ```
pub trait Oracle<C> {
    /// Why it can say nothing at all.
    type Error;

    /// Whether each of the candidates holds, in their order. What it says of one must not depend on the others, so that
    /// it may look at all of them at once.
    fn hold(&mut self, candidates: Vec<C>) -> impl Future<Output = Result<Vec<bool>, Self::Error>>;
}

impl<C, F: FnMut(&C) -> bool> Oracle<C> for F {
    type Error = Infallible;

    fn hold(&mut self, candidates: Vec<C>) -> impl Future<Output = Result<Vec<bool>, Infallible>> {
        ready(Ok(candidates.iter().map(self).collect()))
    }
}
