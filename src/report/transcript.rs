//! All that both sides showed, a line each, for people.

use super::case::Checked;
use super::entry::{said, short};
use super::failure::heading;
use super::layout::cut;
use super::look::{Look, Page, Tone};
use super::printable;
use super::timeline::{Row, Timeline};
use crate::observe::{Channel, Observed};
use unicode_width::UnicodeWidthStr;

/// What a lane is called that is in no channel.
pub(super) const TRAFFIC: &str = "traffic";

/// Both sides of a check on one time line: what differs stands below each other, the left side with `-`, the right one with
/// `+`. Empty where the details of the check were not kept, or it could not run.
pub fn transcript(checked: &Checked, look: Look) -> String {
    let Ok(compared) = &checked.result else { return String::new() };
    let Some(timeline) = Timeline::of(compared) else { return String::new() };
    let mut page = Page::default();
    heading(&mut page, checked, checked.verdict());
    let names = compared.names().map(|name| cut(name, 11));
    page.toned(&format!("    {:>11} {:>11}  {:<18}  what", names[0], names[1], "channel"), Tone::Faint);
    page.end_line();
    for row in &timeline.rows {
        row_lines(&mut page, row, timeline.entries(row), look);
    }
    page.finish(look)
}

fn row_lines(page: &mut Page, row: &Row, [left, right]: [Option<&Observed>; 2], look: Look) {
    if row.channel.is_none() || row.pair.same {
        let tone = row.channel.is_none().then_some(Tone::Faint);
        return line(page, row, ' ', [left, right], tone, look);
    }
    if left.is_some() {
        line(page, row, '-', [left, None], Some(Tone::Left), look);
    }
    if right.is_some() {
        line(page, row, '+', [None, right], Some(Tone::Right), look);
    }
}

fn line(
    page: &mut Page,
    row: &Row,
    mark: char,
    entries: [Option<&Observed>; 2],
    tone: Option<Tone>,
    look: Look,
) {
    let Some(observed) = entries[0].or(entries[1]) else { return };
    let times = entries.map(|entry| entry.map(|observed| format!("{} ms", observed.at.as_millis())));
    let [left, right] = times.map(Option::unwrap_or_default);
    let channel = row.channel.map_or(TRAFFIC, Channel::name);
    let start = format!("  {mark} {left:>11} {right:>11}  {channel:<18}  ");
    let label = printable(&short(&observed.label));
    let text = match row.channel {
        Some(channel) => said(channel, observed),
        None => observed.value.as_str().to_owned(),
    };
    let room = look.columns().saturating_sub(start.width() + label.width() + 2);
    let text = if room >= 12 && !text.is_empty() { format!("  {}", cut(&text, room)) } else { String::new() };
    let whole = format!("{start}{label}{text}");
    match tone {
        Some(tone) => page.toned(&whole, tone),
        None => page.push(&whole),
    }
    page.end_line();
}
