//! Secrets in one reading of a text.

use super::contexts;
use super::rules::{Looks, RULES, Rule};
use std::ops::Range;

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// What it is, for people.
    pub(super) kind: &'static str,
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// How many bytes of its beginning say what it is, and may stay.
    pub(super) keeps: usize,
    /// Whether nothing but a secret looks so.
    pub(super) certain: bool,
}

/// Looks for secrets of one shape at a place.
type Matcher = fn(&[u8], usize) -> Option<Hit>;

/// What a secret that is no plain key begins with, or what stands before one; in lower case.
const ANCHORS: &[(&str, Matcher)] = &[
    ("-----begin", contexts::pem),
    ("eyj", contexts::jwt),
    ("://", contexts::url_credentials),
    ("jqqj99", contexts::azure_key),
    ("bearer", contexts::bearer),
    ("basic", contexts::basic),
    ("sig=", contexts::url_signature),
    ("signature=", contexts::url_signature),
    ("api", contexts::assigned),
    ("access", contexts::assigned),
    ("account", contexts::assigned),
    ("auth", contexts::assigned),
    ("client", contexts::assigned),
    ("cookie", contexts::assigned),
    ("id_tok", contexts::assigned),
    ("id-tok", contexts::assigned),
    ("idtok", contexts::assigned),
    ("pass", contexts::assigned),
    ("private", contexts::assigned),
    ("refresh", contexts::assigned),
    ("secret", contexts::assigned),
    ("session", contexts::assigned),
    ("subscription", contexts::assigned),
    ("_token", contexts::variable),
    ("_secret", contexts::variable),
    ("_pass", contexts::variable),
    ("_pwd", contexts::variable),
    ("_key", contexts::variable),
    ("_credentials", contexts::variable),
];

/// All secrets of a text, in order, none with a part of another.
pub(super) fn hits(text: &[u8]) -> impl Iterator<Item = Hit> {
    let (mut at, mut found_to) = (0, 0);
    std::iter::from_fn(move || {
        while let Some(place) = next_candidate(text, at) {
            at = place + 1;
            let Some(hit) = match_at(text, place) else { continue };
            // What stands behind a private key that breaks off looks like more of it, as far as its first characters go.
            if hit.kind != contexts::PRIVATE_KEY {
                at = hit.range.end.max(at);
            }
            if hit.range.end > found_to {
                let hit = hit.from(found_to);
                found_to = hit.range.end;
                return Some(hit);
            }
        }
        None
    })
}

fn match_at(text: &[u8], at: usize) -> Option<Hit> {
    let rest = &text[at..];
    let (first, folded) = (rest[0], rest[0].to_ascii_lowercase());
    // Most candidates are none, and to look at one byte is faster than to call a comparison.
    let mut rules = RULES.iter().filter(|rule| {
        let prefix = rule.prefix.as_bytes();
        prefix[0] == first && rest.starts_with(prefix)
    });
    rules.find_map(|rule| match_rule(rule, text, at)).or_else(|| {
        let mut anchors = ANCHORS.iter().filter(|(anchor, _)| {
            let anchor = anchor.as_bytes();
            anchor[0] == folded
                && rest.get(..anchor.len()).is_some_and(|start| start.eq_ignore_ascii_case(anchor))
        });
        anchors.find_map(|(_, matcher)| matcher(text, at))
    })
}

/// How much of a key is looked at to see whether it is one. What is none must cost little, wherever it ends.
const LOOKED_AT: usize = 512;

/// The longest key there is, and more.
const LONGEST: usize = 16 * 1024;

fn match_rule(rule: &Rule, text: &[u8], at: usize) -> Option<Hit> {
    if !begins_word(text, at) {
        return None;
    }
    let start = at + rule.prefix.len();
    let length_within = |most: usize| {
        let length = run(&text[start..text.len().min(start + most)], |byte| rule.alphabet.has(byte));
        // A dot at the end is the sentence's.
        text[start..start + length].iter().rposition(|byte| *byte != b'.').map_or(0, |last| last + 1)
    };
    let beginning = &text[start..start + length_within(LOOKED_AT)];
    let (from, to) = rule.real;
    let looks_so = match rule.looks {
        Looks::Any => true,
        Looks::Random => looks_random(beginning),
        Looks::MixedCase => has_mixed_case(beginning),
    };
    let fits = beginning.len() >= rule.likely && (beginning.len() <= to || !rule.needs_its_length());
    if !fits || !looks_so || is_redacted(beginning) || is_example(beginning) {
        return None;
    }
    let length = length_within(LONGEST);
    Some(Hit {
        kind: rule.kind,
        range: at..start + length,
        keeps: rule.prefix.len(),
        certain: rule.opens && (from..=to).contains(&length),
    })
}

/// How many bytes from the start are such.
pub(super) fn run(text: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !is_such(*byte)).unwrap_or(text.len())
}

/// Whether no word goes on here. An escape (`\n`, `%3D`) ends one, too.
pub(super) fn begins_word(text: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|place| text[place]);
    let Some(last) = before(1) else { return true };
    if !(last.is_ascii_alphanumeric() || b"_-".contains(&last)) {
        return true;
    }
    let is_hex = |back| before(back).is_some_and(|byte| byte.is_ascii_hexdigit());
    let letter_escape = b"nrtbf".contains(&last) && before(2) == Some(b'\\');
    let percent_escape = is_hex(1) && is_hex(2) && before(3) == Some(b'%');
    let number_escape = (1..=4).all(is_hex) && before(5) == Some(b'u') && before(6) == Some(b'\\');
    letter_escape || percent_escape || number_escape
}

/// Whether text was made by chance and not by people: digits and letters, mixed in a long run, of many kinds.
pub(super) fn looks_random(text: &[u8]) -> bool {
    const RUN: usize = 12;
    const KINDS: usize = 8;
    let mut runs = text.split(|byte| !byte.is_ascii_alphanumeric());
    let mixed = |part: &[u8]| {
        part.len() >= RUN && part.iter().any(u8::is_ascii_digit) && part.iter().any(u8::is_ascii_alphabetic)
    };
    let mut seen = [false; 256];
    text.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    runs.any(mixed) && seen.iter().filter(|seen| **seen).count() >= KINDS
}

/// Whether small and capital letters alternate as they do in no words.
fn has_mixed_case(text: &[u8]) -> bool {
    const CAPITALS_WITHIN: usize = 5;
    let begins_again = |pair: &&[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    let within = text.windows(2).filter(begins_again).count();
    let has_digit = text.iter().any(u8::is_ascii_digit);
    within >= CAPITALS_WITHIN || (within > 0 && has_digit)
}

/// What the documentation of a vendor shows.
fn is_example(text: &[u8]) -> bool {
    text.ends_with(b"EXAMPLE") || text.ends_with(b"EXAMPLEKEY")
}

/// What stands in a secret's place. It is as long, and goes on with what is in the alphabet of no key.
pub(super) fn redaction(length: usize) -> Vec<u8> {
    const WORD: &[u8] = b"REDACTED";
    let word = if length < WORD.len() { b"" } else { WORD };
    word.iter().copied().chain(std::iter::repeat(b'*')).take(length).collect()
}

impl Hit {
    /// The part of it that begins there at the earliest.
    fn from(self, start: usize) -> Hit {
        let within = start.saturating_sub(self.range.start);
        Hit {
            range: self.range.start + within..self.range.end,
            keeps: self.keeps.saturating_sub(within),
            ..self
        }
    }

    /// What is to stand in its place. Secrets that are alike stay so.
    pub(super) fn replacement(&self, secret: &[u8]) -> Vec<u8> {
        let is_key = self.kind == contexts::PRIVATE_KEY;
        let mut stays = if is_key { contexts::is_no_secret(secret) } else { vec![false; secret.len()] };
        stays.iter_mut().take(self.keeps).for_each(|stays| *stays = true);
        let mut redaction = redaction(stays.iter().filter(|stays| !**stays).count()).into_iter();
        let replaced = secret.iter().zip(stays).map(|(byte, stays)| {
            let hidden = if stays { None } else { redaction.next() };
            hidden.unwrap_or(*byte)
        });
        replaced.collect()
    }
}

/// Whether a text is what stands in a secret's place, whoever put it there.
pub(super) fn is_redacted(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 2] = [b"redacted", b"xxxxxxxx"];
    let begins = |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    WORDS.iter().any(|word| begins(word)) || text.iter().all(|byte| b"*xX._-".contains(byte))
}

/// Whether a secret may begin with three bytes, by their lowest five bits, so that letters are so in either case. Most
/// of a body is passed over by this table alone.
static CANDIDATES: [bool; 1 << 15] = candidates();

const fn folded(so_far: usize, next: u8) -> usize {
    ((so_far << 5) | (next & 31) as usize) & 0x7fff
}

const fn candidates() -> [bool; 1 << 15] {
    let mut is_candidate = [false; 1 << 15];
    let mut index = 0;
    while index < RULES.len() {
        add(&mut is_candidate, RULES[index].prefix.as_bytes());
        index += 1;
    }
    index = 0;
    while index < ANCHORS.len() {
        add(&mut is_candidate, ANCHORS[index].0.as_bytes());
        index += 1;
    }
    is_candidate
}

/// A prefix of two bytes goes on in any way.
const fn add(is_candidate: &mut [bool; 1 << 15], prefix: &[u8]) {
    let mut third = 0;
    while third < 32 {
        if prefix.len() < 3 || prefix[2] & 31 == third {
            is_candidate[folded(folded(folded(0, prefix[0]), prefix[1]), third)] = true;
        }
        third += 1;
    }
}

/// The next place at or after `from` at which a secret may begin.
fn next_candidate(text: &[u8], from: usize) -> Option<usize> {
    let (first, rest) = text.get(from..)?.split_at_checked(2)?;
    let mut three = folded(folded(0, first[0]), first[1]);
    for (offset, byte) in rest.iter().enumerate() {
        three = folded(three, *byte);
        if CANDIDATES[three] {
            return Some(from + offset);
        }
    }
    None
}
