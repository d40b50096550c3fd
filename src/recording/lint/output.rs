//! The output that the end of a response lists.

use super::findings::{At, Findings};
use super::items::Item;
use super::rule::LintRule;
use serde_json::Value;

/// Thoughts are sealed anew for every event, so that these differ in real streams.
const SEALED: &str = "encrypted_content";

/// Compares the output with the items that the stream ended. Unless it is `complete`, it may hold others too.
pub(super) fn check(at: At<'_>, value: &Value, items: &[Item], complete: bool, found: &mut Findings<'_>) {
    let Some(output) = value.pointer("/response/output").and_then(Value::as_array) else { return };
    let mut done: Vec<&Item> = items.iter().filter(|item| item.done.is_some()).collect();
    done.sort_by_key(|item| item.index);
    if output.is_empty() && !done.is_empty() {
        // The ChatGPT backend does so.
        return found.at(
            at,
            LintRule::OutputLeftOut,
            format!("`response.output` is empty; {} items ended", done.len()),
        );
    }
    let problem = if complete { in_full(output, &done) } else { in_part(output, &done) };
    if let Some(problem) = problem {
        found.at(at, LintRule::OutputDiffers, problem);
    }
}

fn in_full(output: &[Value], done: &[&Item]) -> Option<String> {
    if output.len() != done.len() {
        return Some(format!("`response.output` has {} items; {} ended", output.len(), done.len()));
    }
    let mut pairs = output.iter().zip(done).enumerate();
    pairs.find_map(|(index, (listed, item))| {
        let member = different_member(listed, item.done.as_ref()?)?;
        Some(format!("`response.output[{index}].{member}` is not what the item ended with"))
    })
}

fn in_part(output: &[Value], done: &[&Item]) -> Option<String> {
    done.iter().find_map(|item| {
        let whole = item.done.as_ref()?;
        let is_same = |listed: &Value| different_member(listed, whole).is_none();
        let id = item.id.as_deref().unwrap_or("without an id");
        (!output.iter().any(is_same)).then(|| format!("`response.output` lacks the item {id}, which ended"))
    })
}

/// The first member that is not the same in two items.
fn different_member(left: &Value, right: &Value) -> Option<String> {
    let (Some(left), Some(right)) = (left.as_object(), right.as_object()) else {
        return (left != right).then(|| "type".to_owned());
    };
    let names = left.keys().chain(right.keys()).filter(|name| *name != SEALED);
    names.into_iter().find(|name| left.get(*name) != right.get(*name)).cloned()
}
