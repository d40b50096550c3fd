//! Text of every kind that has ever been trouble.

use super::dice::Dice;

/// Words for a model to say.
const WORDS: [&str; 16] = [
    "tea",
    " and",
    " the",
    " kettle",
    "é",
    "雪",
    "🫖",
    "👩‍🚀",
    " e\u{301}",
    "\n",
    "\t",
    "\"quoted\"",
    "\\",
    "…",
    " 1.0",
    "",
];

/// What breaks readers of text: control characters, line ends that are none for everybody, marks, what looks like
/// something else.
const ODD: [&str; 20] = [
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{202e}",
    "\u{fffd}",
    "\r\n",
    "\r",
    "data: {}\n\n",
    "[DONE]",
    "null",
    "{\"type\":\"response.completed\"}",
    "019aab0e-2f3c-7a10-9c1e-3f2b8a7d6c5e",
    "http://127.0.0.1:9/v1",
    "/tmp",
    "<conversation>",
    "Please try again in 0s",
];

/// A piece of text, mostly a word or two.
pub(super) fn text(dice: &mut Dice) -> String {
    let words = if dice.once_in(40) { 200 } else { 1 + dice.below(3) };
    let mut text: String = (0..words).map(|_| dice.pick(&WORDS)).collect();
    if dice.once_in(6) {
        text.push_str(dice.pick(&ODD));
    }
    if dice.once_in(150) {
        text.push_str(&dice.pick(&["x", "雪", "\\\""]).repeat(20_000));
    }
    text
}

/// Something to call an item or a call by; now and then the same again, or nothing.
pub(super) fn name(dice: &mut Dice, kind: &str) -> String {
    match dice.below(12) {
        0 => String::new(),
        1 => format!("{kind} ünïcode\"\\"),
        _ => format!("{kind}_{}", dice.below(5)),
    }
}

/// The end of the last character that ends here or before.
pub(super) fn char_boundary(text: &str, near: usize) -> usize {
    (0..=near.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
