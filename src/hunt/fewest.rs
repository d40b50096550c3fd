//! The fewest parts of something that will still do: delta debugging, a whole round at a time.

use super::oracle::Oracle;

/// How many candidates there are at a time, each of which may be large.
const AT_ONCE: usize = 32;

/// Finds a small set of parts that still holds, and gives their indexes in order. Of `count` parts, `build` makes a
/// candidate from those that are kept, or nothing where these make none.
///
/// All of them are assumed to hold. Parts are left out in chunks, the largest first; those of one size are all tried,
/// and then left out together where that holds too. In the end each part that is left is needed: without it alone,
/// nothing holds.
///
/// The answer depends on what the oracle says and on nothing else, in whatever order it looks.
///
/// # Errors
/// Those of the oracle.
pub async fn fewest<C, O: Oracle<C>>(
    count: usize,
    oracle: &mut O,
    build: impl Fn(&[usize]) -> Option<C>,
) -> Result<Vec<usize>, O::Error> {
    let mut kept: Vec<usize> = (0..count).collect();
    let mut size = count;
    while !kept.is_empty() {
        size = size.min(kept.len());
        let fewer = without_chunks(&kept, size, oracle, &build).await?;
        let done = size == 1 && fewer.len() == kept.len();
        kept = fewer;
        if done {
            break;
        }
        size = size.div_ceil(2);
    }
    Ok(kept)
}

/// What is left of `kept` once every chunk of this size was tried.
async fn without_chunks<C, O: Oracle<C>>(
    kept: &[usize],
    size: usize,
    oracle: &mut O,
    build: &impl Fn(&[usize]) -> Option<C>,
) -> Result<Vec<usize>, O::Error> {
    let chunks: Vec<&[usize]> = kept.chunks(size).collect();
    let mut needless = Vec::new();
    for some in chunks.chunks(AT_ONCE) {
        let candidates: Vec<Option<C>> =
            some.iter().map(|chunk| build(&left_over(kept, &[*chunk]))).collect();
        let holds = hold(candidates, oracle).await?;
        needless.extend(some.iter().zip(holds).filter(|(_, holds)| *holds).map(|(chunk, _)| *chunk));
    }
    let [first, others @ ..] = needless.as_slice() else { return Ok(kept.to_vec()) };
    let without_all = left_over(kept, &needless);
    if others.is_empty() || hold(vec![build(&without_all)], oracle).await? == [true] {
        return Ok(without_all);
    }
    // Each can go, but not all of them: one after the other, then.
    let mut kept = left_over(kept, &[*first]);
    for chunk in others {
        let fewer = left_over(&kept, &[*chunk]);
        if hold(vec![build(&fewer)], oracle).await? == [true] {
            kept = fewer;
        }
    }
    Ok(kept)
}

/// Whether each of these holds. What could not be built does not.
async fn hold<C, O: Oracle<C>>(candidates: Vec<Option<C>>, oracle: &mut O) -> Result<Vec<bool>, O::Error> {
    let built: Vec<bool> = candidates.iter().map(Option::is_some).collect();
    let mut holds = oracle.hold(candidates.into_iter().flatten().collect()).await?.into_iter();
    Ok(built.into_iter().map(|built| built && holds.next().unwrap_or(false)).collect())
}

/// What is kept beside these chunks, which are parts of it in its order.
fn left_over(kept: &[usize], chunks: &[&[usize]]) -> Vec<usize> {
    let mut gone = chunks.iter().flat_map(|chunk| chunk.iter()).peekable();
    kept.iter().filter(|part| gone.next_if(|next| next == part).is_none()).copied().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use futures_util::FutureExt;

    /// What is found, and how many candidates that took.
    fn found(count: usize, holds: impl Fn(&[usize]) -> bool) -> (Vec<usize>, usize) {
        let mut asked = 0;
        let mut oracle = |kept: &Vec<usize>| {
            asked += 1;
            holds(kept)
        };
        let kept = fewest(count, &mut oracle, |kept| Some(kept.to_vec())).now_or_never().unwrap();
        (kept.unwrap_or_else(|never| match never {}), asked)
    }

    #[test]
    fn what_is_needed_stays_and_nothing_else() {
        for needed in [vec![], vec![0], vec![1999], vec![3, 700, 701], vec![0, 1, 2, 3, 1000, 1500, 1998]] {
            let (kept, asked) = found(2000, |kept| needed.iter().all(|part| kept.contains(part)));
            assert_eq!(kept, needed);
            assert!(asked < 200, "{asked} candidates for {needed:?}");
        }
    }

    #[test]
    fn nothing_to_leave_out_is_left_as_it_is() {
        assert_eq!(found(0, |_| true), (vec![], 0));
        assert_eq!(found(5, |kept| kept.len() == 5).0, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn parts_that_can_go_alone_but_not_together() {
        let (kept, _) = found(64, |kept| kept.len() >= 3);
        assert_eq!(kept.len(), 3);
        let (kept, _) = found(64, |kept| kept.contains(&7) != kept.contains(&8) || kept.len() == 64);
        assert_eq!(kept, [8]);
    }

    #[test]
    fn parts_that_can_go_only_once_others_have() {
        // The last part can always go, and every other one only after the one behind it.
        let (kept, _) = found(20, |kept| (0..kept.len()).all(|index| kept[index] == index));
        assert!(kept.is_empty(), "{kept:?}");
        let (kept, _) = found(20, |kept| kept.len() > 4 && (0..kept.len()).all(|index| kept[index] == index));
        assert_eq!(kept, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn each_part_that_is_left_is_needed() {
        // Every set of rules of the kind "a needs b".
        let mut random = 1_u64;
        for _ in 0..200 {
            let mut next = |below: usize| {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33) as usize % below
            };
            let rules: Vec<[usize; 2]> = (0..12).map(|_| [next(24), next(24)]).collect();
            let wanted = next(24);
            let holds = |kept: &[usize]| {
                let has = |part: &usize| kept.contains(part);
                has(&wanted) && rules.iter().all(|[one, other]| !has(one) || has(other))
            };
            let (kept, _) = found(24, holds);
            assert!(holds(&kept));
            for part in &kept {
                let without: Vec<usize> = kept.iter().copied().filter(|other| other != part).collect();
                assert!(!holds(&without), "{part} of {kept:?} can go: {rules:?}, {wanted}");
            }
        }
    }

    #[test]
    fn sets_that_make_no_candidate_are_not_asked_about() {
        let mut oracle = |kept: &Vec<usize>| {
            assert!(!kept.is_empty());
            true
        };
        let build = |kept: &[usize]| (!kept.is_empty()).then(|| kept.to_vec());
        let kept = fewest(9, &mut oracle, build).now_or_never().unwrap();
        assert_eq!(kept.map(|kept| kept.len()), Ok(1));
    }
}
