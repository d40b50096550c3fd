//! Which case has which number.

use super::cuts::{AT_A_TIME, Sweep, Swept, cut, cut_at};
use super::dice::Dice;
use super::faults::fault;
use super::grammar;
use super::mutations::mutated;
use super::spelling::{another, plain};
use super::words::text;
use crate::hunt::law::Law;
use crate::recording::{End, Exchange, Provenance, Recording, Retries, Turn};
use crate::wire::is_success;
use std::ops::Range;

/// How many cases tell of the same events: the first plainly, the others in pieces, or spelt in another way.
pub(in crate::hunt) const TOGETHER: u64 = 4;

/// More than any generated turn asks for beside its own: the answer to a tool's output, the one after a retry, and the
/// answer to the last turn.
const SPARE_ANSWERS: usize = 4;

/// What the user says last. The answer to it completes, whatever came before.
const LAST_WORDS: &str = "And now?";

/// A recording that nobody recorded.
#[derive(Clone, Debug)]
pub struct Case {
    /// Which one: with the seed and the recordings it was made of, this is all it depends on.
    pub number: u64,
    /// The recording. It ends with a turn that completes.
    pub recording: Recording,
    /// What holds between it and the first of its group; nothing where it is that one.
    pub law: Option<Law>,
}

/// All cases of a seed.
///
/// ```
/// use responses_parity::hunt::Cases;
///
/// let cases = Cases::new(7, vec![]);
/// let case = cases.case(1234);
/// assert_eq!(case.recording.exchanges, cases.case(1234).recording.exchanges);
/// println!("{}", case.recording.description);
/// ```
#[derive(Clone, Debug)]
pub struct Cases {
    seed: u64,
    sources: Vec<Recording>,
    sweep: Sweep,
}

/// What the cases of a group have in common.
struct Base {
    recording: Recording,
    recipe: Vec<String>,
    /// Whether it is not what was recorded, or generated.
    is_changed: bool,
    /// Where the others are cut, where that is not left to chance.
    swept: Option<Swept>,
}

impl Base {
    fn of(recording: Recording, made_of: &str) -> Base {
        // What was meant of the recording by itself is not meant of what becomes of it.
        let recording = Recording { added: 0, lint: Vec::new(), ..recording };
        Base { recording, recipe: vec![made_of.to_owned()], is_changed: false, swept: None }
    }

    /// Does something to it that can be told in a few words.
    fn change(&mut self, change: impl FnOnce(&mut Recording) -> &'static str) {
        self.recipe.push(change(&mut self.recording).to_owned());
        self.is_changed = true;
    }
}

impl Cases {
    /// The cases of a seed, some of them made of these recordings. Those that take their time (that wait, retry, or are
    /// interrupted) are left out.
    pub fn new(seed: u64, recordings: Vec<Recording>) -> Cases {
        let sources: Vec<_> = recordings.into_iter().filter(is_quick).collect();
        Cases { seed, sweep: Sweep::of(&sources), sources }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// One case, whatever the others are.
    pub fn case(&self, number: u64) -> Case {
        self.member(&self.base(number / TOGETHER), number)
    }

    /// The first case of the group that these numbers belong to, and those with the numbers, without the first.
    pub(in crate::hunt) fn group(&self, numbers: Range<u64>) -> (Case, Vec<Case>) {
        let base = self.base(numbers.start / TOGETHER);
        let first = numbers.start - numbers.start % TOGETHER;
        let others = numbers.filter(|number| *number != first).map(|number| self.member(&base, number));
        (self.member(&base, first), others.collect())
    }

    fn base(&self, group: u64) -> Base {
        let mut dice = Dice::of(self.seed, "group", group);
        let mut base = match group % 8 {
            0 | 1 => match self.sweep.get(self.seed, group / 8 * 2 + group % 8) {
                Some(swept) => return self.swept(swept),
                None => from_grammar(&mut dice),
            },
            2..=4 => from_grammar(&mut dice),
            _ => self.anything(&mut dice),
        };
        match group % 8 {
            5 | 6 => (0..1 + dice.below(3)).for_each(|_| mutate(&mut dice, &mut base)),
            7 => {
                let exchange = dice.below(base.recording.exchanges.len());
                base.change(|recording| fault(&mut dice, recording, exchange));
            }
            _ => {}
        }
        if base.is_changed {
            // What is left of a conversation may need fewer answers.
            base.recording.exchanges.iter_mut().for_each(|exchange| exchange.may_stay_unasked = true);
        }
        base.recording.exchanges.iter_mut().for_each(|exchange| exchange.delivery.pieces.clear());
        for exchange in streams(&mut base.recording) {
            exchange.body = plain(&exchange.body).into();
        }
        base
    }

    fn swept(&self, swept: Swept) -> Base {
        let recording = self.sources[swept.recording].clone();
        let mut base = Base { swept: Some(swept), ..Base::of(recording.clone(), &recording.name) };
        base.recording.exchanges.iter_mut().for_each(|exchange| exchange.delivery.pieces.clear());
        base
    }

    fn anything(&self, dice: &mut Dice) -> Base {
        match self.sources.get(dice.below(self.sources.len() * 2)) {
            Some(source) => Base::of(source.clone(), &source.name),
            None => from_grammar(dice),
        }
    }

    fn member(&self, base: &Base, number: u64) -> Case {
        let mut recording = base.recording.clone();
        let mut recipe = base.recipe.clone();
        let law = match number % TOGETHER {
            0 => None,
            member => {
                let mut dice = Dice::of(self.seed, "case", number);
                let (law, how) = match &base.swept {
                    Some(swept) => {
                        let cuts = swept.cuts[(member as usize - 1) % AT_A_TIME];
                        cut_at(&mut dice, &mut recording.exchanges[swept.exchange], cuts);
                        (Law::Cuts, format!("cut at {}", cuts[0]))
                    }
                    None => told_otherwise(&mut dice, &mut recording),
                };
                recipe.push(how);
                Some(law)
            }
        };
        add_last_turn(&mut recording);
        recording.name = format!("hunt/{}/{number}", self.seed);
        recording.origin.clear();
        recording.description = recipe.join("; ");
        recording.provenance = Provenance {
            kind: "hunted".to_owned(),
            source: Some(format!("hunt --seed {} --from {number} --cases 1", self.seed)),
            notes: Some(format!("Case {number} of seed {}: {}.", self.seed, recipe.join("; "))),
        };
        Case { number, recording, law }
    }
}

/// Whether a replay of it waits for nothing.
fn is_quick(recording: &Recording) -> bool {
    let never = [recording.provider.request_max_retries, recording.provider.stream_max_retries]
        .iter()
        .all(|retries| *retries == Retries::Times(0));
    let at_once = recording.exchanges.iter().all(|exchange| {
        let delivery = &exchange.delivery;
        delivery.end != End::Stalled && !delivery.times_matter
    });
    let interrupted = recording.turns.iter().any(|turn| turn.interrupt.is_some());
    never && at_once && !interrupted && !recording.provider.unreachable && !recording.exchanges.is_empty()
}

fn from_grammar(dice: &mut Dice) -> Base {
    let turns = if dice.once_in(5) { 2 } else { 1 };
    let said = (0..turns).map(|_| Turn::said(text(dice))).collect();
    let answers = (0..turns).map(|_| Exchange::stream(grammar::body(dice))).collect();
    Base::of(Recording::of_exchanges("", said, answers), "grammar")
}

fn mutate(dice: &mut Dice, base: &mut Base) {
    let exchange = dice.below(base.recording.exchanges.len());
    base.change(|recording| {
        let exchange = &mut recording.exchanges[exchange];
        let (body, what) = mutated(dice, &exchange.body);
        exchange.body = body.into();
        what
    });
}

/// Those that are read as event streams.
fn streams(recording: &mut Recording) -> impl Iterator<Item = &mut Exchange> {
    recording.exchanges.iter_mut().filter(|exchange| is_success(exchange.status))
}

/// Cut, spelt in another way, or both.
fn told_otherwise(dice: &mut Dice, recording: &mut Recording) -> (Law, String) {
    let (spelt, in_pieces) = [(true, false), (false, true), (true, true)][dice.below(3)];
    for exchange in streams(recording) {
        if spelt {
            exchange.body = another(dice, &exchange.body).into();
        }
        if in_pieces {
            cut(dice, exchange);
        }
    }
    match (spelt, in_pieces) {
        (false, _) => (Law::Cuts, "in pieces".to_owned()),
        (true, false) => (Law::Spelling, "spelt otherwise".to_owned()),
        (true, true) => (Law::Spelling, "spelt otherwise and in pieces".to_owned()),
    }
}

/// A turn that completes, after whatever was left over for those before it.
fn add_last_turn(recording: &mut Recording) {
    recording.turns.push(Turn::said(LAST_WORDS));
    recording.exchanges.extend(std::iter::repeat_n(spare_answer(), SPARE_ANSWERS));
}

/// What answers the last turn. Nobody need ask for it.
pub(in crate::hunt) fn spare_answer() -> Exchange {
    Recording::probe().exchanges.remove(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::recording::discover;
    use std::path::Path;

    fn cases(seed: u64) -> Cases {
        let found = discover(Path::new("recordings")).unwrap();
        Cases::new(seed, found.iter().map(|found| found.load().unwrap()).collect())
    }

    fn written(case: &Case) -> String {
        let Recording { name, description, provider, turns, exchanges, .. } = &case.recording;
        format!("{name} {description} {provider:?} {turns:?} {exchanges:?}")
    }

    /// The cases that something goes wrong in: the last group of eight, told plainly, in pieces, and spelt otherwise.
    fn with_faults(end: u64) -> impl Iterator<Item = u64> {
        (28..end).step_by(8 * TOGETHER as usize).flat_map(|first| first..first + TOGETHER)
    }

    #[test]
    fn a_case_depends_on_seed_and_number_alone() {
        let (one, again) = (cases(42), cases(42));
        for number in [3, 0, 77, 78, 400, 1_000_003, u64::MAX - 9] {
            assert_eq!(written(&one.case(number)), written(&again.case(number)));
        }
        assert_ne!(written(&one.case(9)), written(&cases(43).case(9)));
        let (first, others) = one.group(41..43);
        assert_eq!(written(&first), written(&one.case(40)));
        let numbers: Vec<_> = others.iter().map(|case| case.number).collect();
        assert_eq!((numbers.as_slice(), written(&others[1])), (&[41, 42][..], written(&again.case(42))));
        assert_eq!(one.group(40..41).1.len(), 0);
    }

    #[test]
    fn the_others_of_a_group_tell_the_same() {
        let cases = cases(1);
        for number in (0..4000).filter(|number| number % TOGETHER != 0) {
            let (case, first) = (cases.case(number), cases.case(number - number % TOGETHER));
            let plainly = case.law.unwrap().plainly(&case.recording);
            let exchanges = plainly.exchanges.iter().zip(&first.recording.exchanges);
            for (plain, first) in exchanges {
                assert_eq!(plain.body, first.body, "{number}: {}", case.recording.description);
            }
        }
    }

    #[test]
    fn every_case_can_be_written_and_loaded() {
        let cases = cases(2);
        let folder = tempfile::tempdir().unwrap();
        for number in (0..1500).step_by(5) {
            let case = cases.case(number);
            let path = folder.path().join(number.to_string());
            let written = crate::recording::write(&case.recording, &path, crate::recording::Existing::Refuse);
            written.unwrap_or_else(|error| panic!("{number}: {error}\n{}", case.recording.description));
        }
    }

    #[test]
    fn no_piece_ends_behind_its_body() {
        let cases = cases(1);
        // Those with a fault, which may replace a body.
        for number in with_faults(12_000) {
            let Case { recording, .. } = cases.case(number);
            let ends = recording.exchanges.iter().all(|exchange| {
                exchange.delivery.pieces.iter().all(|piece| piece.end <= exchange.body.len())
            });
            assert!(ends, "{number}: {}", recording.description);
        }
    }

    #[test]
    fn what_has_no_body_is_not_reset() {
        let cases = cases(1);
        let bodiless = |exchange: &&Exchange| [204, 304].contains(&exchange.status);
        let mut seen = 0;
        for number in with_faults(12_000) {
            let Case { recording, .. } = cases.case(number);
            for exchange in recording.exchanges.iter().filter(bodiless) {
                assert_eq!(exchange.delivery.end, End::Complete, "{number}: {}", recording.description);
                seen += 1;
            }
        }
        assert!(seen > 0);
    }

    #[test]
    fn what_falls_silent_has_a_head() {
        let cases = cases(1);
        let silent = |exchange: &&Exchange| exchange.delivery.end == End::Stalled;
        let mut seen = 0;
        for number in with_faults(20_000) {
            let Case { recording, .. } = cases.case(number);
            for exchange in recording.exchanges.iter().filter(silent) {
                let is_whole = !exchange.delivery.headless && exchange.delivery.head_cut.is_none();
                assert!(is_whole, "{number}: {}", recording.description);
                seen += 1;
            }
        }
        assert!(seen > 0);
    }

    #[test]
    fn nobody_is_asked_to_wait() {
        let cases = cases(1);
        for number in with_faults(12_000) {
            let Case { recording, .. } = cases.case(number);
            let never = Retries::Times(0);
            let again = recording.provider.stream_max_retries != never
                || recording.provider.request_max_retries != never;
            for exchange in recording.exchanges.iter().filter(|_| again) {
                let waits = exchange
                    .headers
                    .iter()
                    .any(|(name, value)| name == "retry-after" && !["0", "soon"].contains(&value.as_str()));
                let text = String::from_utf8_lossy(&exchange.body).replace("try again in 0s", "");
                let asked = exchange.status == 200 && text.contains("try again in");
                assert!(!waits && !asked, "{number}: {}", recording.description);
            }
        }
    }

    #[test]
    fn there_are_cases_without_recordings() {
        let cases = Cases::new(3, vec![]);
        assert!((0..64).all(|number| !cases.case(number).recording.exchanges.is_empty()));
    }
}
