//! Chance that can be had again.

/// Numbers that look random and depend on a seed alone: SplitMix64, which is a few lines and will be the same in every
/// release.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice for one purpose, and one number of that purpose.
    pub(super) fn of(seed: u64, purpose: &str, number: u64) -> Dice {
        let parts = purpose.bytes().map(u64::from).chain([number]);
        Dice(parts.fold(Dice(seed).next(), |state, part| Dice(state ^ part).next()))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of 0 up to `count`, which is not among them; 0 where there is none.
    pub(super) fn below(&mut self, count: usize) -> usize {
        // Below `count`, and so a `usize`.
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// True once in so many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these, of which there must be some.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Some of what is at hand, in its order: each with the same chance.
    pub(super) fn some_of<T>(&mut self, all: Vec<T>) -> Vec<T> {
        all.into_iter().filter(|_| self.once_in(2)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        // Published with the algorithm, for the seed 1234567.
        let mut dice = Dice(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([dice.next(), dice.next(), dice.next()], expected);
        let first = |purpose, number| Dice::of(7, purpose, number).next();
        assert_eq!(first("a", 1), first("a", 1));
        assert_ne!(first("a", 1), first("a", 2));
        assert_ne!(first("a", 1), first("b", 1));
    }

    #[test]
    fn every_face_comes_up() {
        let mut dice = Dice::of(1, "faces", 0);
        let mut faces = [0; 6];
        (0..6000).for_each(|_| faces[dice.below(6)] += 1);
        assert!(faces.iter().all(|times| (800..1200).contains(times)), "{faces:?}");
        assert_eq!(dice.below(0), 0);
    }
}
