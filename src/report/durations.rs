//! What took longest.

use super::look::{Look, Page, Tone};
use super::printable;
use super::summary::Summary;

/// The recordings whose replays took longest, at most so many, the slowest first.
pub fn durations(summary: &Summary, most: usize, look: Look) -> String {
    let mut slowest: Vec<_> = summary.checked.iter().collect();
    // A stable sort: those that took as long stay in the order of their names.
    slowest.sort_by_key(|checked| std::cmp::Reverse(checked.elapsed));
    let mut page = Page::default();
    page.toned(&format!("slowest {} of {}:", most.min(slowest.len()), slowest.len()), Tone::Strong);
    page.end_line();
    for checked in slowest.into_iter().take(most) {
        page.push(&format!("{:>8} ms  {}", checked.elapsed.as_millis(), printable(&checked.name)));
        page.end_line();
    }
    page.finish(look)
}
