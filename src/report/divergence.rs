//! One divergence, as a person reads it.

use super::excerpt::{common_prefix, excerpt, printable};
use crate::compare::{Context, Divergence};
use serde_json::Value;
use std::fmt::Write;

const VALUE_WIDTH: usize = 160;
const CONTEXT_WIDTH: usize = 100;

/// Channel, index, path, both values, and what stands around them.
pub(super) fn divergence(divergence: &Divergence, names: [&str; 2]) -> String {
    let mut text = String::new();
    let difference = &divergence.difference;
    let _ =
        writeln!(text, "  {} differ at #{}, at {}", divergence.channel, divergence.index, difference.path);
    let focus = match (&difference.left, &difference.right) {
        (Some(left), Some(right)) => common_prefix(left, right),
        _ => 0,
    };
    for (name, value) in names.iter().zip([&difference.left, &difference.right]) {
        let _ = writeln!(text, "    {name:<10} {}", shown(value.as_ref(), focus));
    }
    if difference.left == difference.right {
        text.push_str("    (each holds a secret there, which is not shown; they are not the same)\n");
    }
    for (name, context) in names.iter().zip([&divergence.left, &divergence.right]) {
        let _ = writeln!(text, "    around it, {name}:");
        text.push_str(&around(context, divergence.index));
    }
    text
}

fn shown(value: Option<&Value>, focus: usize) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| excerpt(value, VALUE_WIDTH, focus))
}

fn around(context: &Context, index: usize) -> String {
    let mut text = String::new();
    for (offset, observed) in context.entries.iter().enumerate() {
        let at = context.first + offset;
        let mark = if at == index { '>' } else { ' ' };
        let value = excerpt(&observed.value, CONTEXT_WIDTH, 0);
        let _ = writeln!(
            text,
            "    {mark} {at:>5}  {:>7} ms  {}  {value}",
            observed.at.as_millis(),
            printable(&observed.label)
        );
    }
    if context.first + context.entries.len() <= index {
        let _ = writeln!(text, "    > {index:>5}  (ends here)");
    }
    text
}
