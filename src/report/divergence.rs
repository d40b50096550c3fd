//! One divergence, as a person reads it.

use super::align::{Pair, align};
use super::entry::{said, short};
use super::excerpt::printable;
use super::layout::cut;
use super::look::{Look, Page, Tone};
use super::marked::{Marked, marked};
use crate::compare::{Context, Difference, Divergence};
use crate::observe::{Channel, Observed};
use unicode_width::UnicodeWidthStr;

/// The most columns that the name of a side takes.
const NAME_WIDTH: usize = 24;
/// How many columns a value takes where a divergence is told in one line: as many of these as there is room for.
const SHORT_VALUES: [usize; 3] = [40, 20, 10];

/// Channel, index, path, both values with the part that differs, and what stands around them on either side.
pub(super) fn divergence(page: &mut Page, divergence: &Divergence, names: [&str; 2], look: Look) {
    page.push("  ");
    place(page, divergence, Tone::Strong);
    page.end_line();
    values(page, &divergence.difference, names, look);
    if divergence.difference.left == divergence.difference.right {
        page.line("    (each holds a secret there, which is not shown; they are not the same)");
    }
    around(page, divergence, names, look);
}

/// The same in one line of at most `width` columns: without the values where there is no room for them.
pub(super) fn divergence_line(page: &mut Page, divergence: &Divergence, width: usize) {
    place(page, divergence, Tone::Strong);
    let Difference { path, left, right } = &divergence.difference;
    let taken = divergence.channel.name().len() + path.width() + " differs at #00000, at : ≠ ".len();
    let fits = |both: &[Marked; 2]| {
        let columns = both.iter().map(|shown| shown.text.width() + shown.note.width());
        columns.sum::<usize>() + taken <= width
    };
    let short = SHORT_VALUES.iter().map(|room| marked([left.as_ref(), right.as_ref()], *room));
    if let Some([left, right]) = short.into_iter().find(fits) {
        page.push(": ");
        value(page, &left, [Tone::Left, Tone::LeftMark]);
        page.push(" ≠ ");
        value(page, &right, [Tone::Right, Tone::RightMark]);
    }
    page.end_line();
}

/// `notifications differ at #14, at $.params.msg.delta`.
pub(super) fn place(page: &mut Page, divergence: &Divergence, tone: Tone) {
    let Divergence { channel, index, difference, .. } = divergence;
    page.toned(channel.name(), tone);
    // The only one of them that is one.
    let differ = if *channel == Channel::Outcome { "differs" } else { "differ" };
    page.push(&format!(" {differ} at #{index}, at "));
    page.toned(&printable(&difference.path), tone);
}

fn values(page: &mut Page, difference: &Difference, names: [&str; 2], look: Look) {
    let names = names.map(|name| cut(name, NAME_WIDTH));
    let width = names.iter().map(|name| name.width()).max().unwrap_or_default().max(10);
    let indent = 4 + width + 1;
    let both = [difference.left.as_ref(), difference.right.as_ref()];
    // Some of the line is left for how long a value is that was cut.
    let both = marked(both, look.columns().saturating_sub(indent + 20));
    let tones = [[Tone::Left, Tone::LeftMark], [Tone::Right, Tone::RightMark]];
    for ((name, shown), tones) in names.iter().zip(&both).zip(tones) {
        let space = " ".repeat(width - name.width());
        page.push(&format!("    {name}{space} "));
        value(page, shown, tones);
        page.end_line();
        // Colours mark it otherwise.
        if let Some(carets) = shown.carets().filter(|_| !look.colour) {
            page.line(&format!("{}{carets}", " ".repeat(indent)));
        }
    }
}

fn value(page: &mut Page, shown: &Marked, [tone, mark]: [Tone; 2]) {
    page.toned(&shown.text[..shown.mark.start], tone);
    page.toned(&shown.text[shown.mark.clone()], mark);
    page.toned(&shown.text[shown.mark.end..], tone);
    page.toned(&shown.note, Tone::Faint);
}

/// What is the same on both sides stands in one line, with both times.
fn around(page: &mut Page, divergence: &Divergence, names: [&str; 2], look: Look) {
    let Divergence { channel, index, left, right, .. } = divergence;
    let names = names.map(|name| format!("{:>11}", cut(name, 11)));
    page.toned(&format!("    around it   {} {}", names[0], names[1]), Tone::Faint);
    page.end_line();
    for pair in pairs(left, right, *index) {
        let entries = [(left, pair.left), (right, pair.right)].map(|(context, at)| entry(context, at));
        let is_it = entries.iter().flatten().any(|(at, _)| at == index);
        if pair.same {
            context_line(page, *channel, is_it, entries, Tone::Faint, look);
            continue;
        }
        for (side, tone) in [(0, Tone::Left), (1, Tone::Right)] {
            let mut alone = [None, None];
            alone[side] = entries[side];
            if alone[side].is_some() {
                context_line(page, *channel, is_it, alone, tone, look);
            }
        }
    }
    for (side, context) in [left, right].into_iter().enumerate() {
        if context.first + context.entries.len() <= *index {
            let name = names[side].trim();
            page.toned(&format!("  > {index:>9} {name} ends before this"), [Tone::Left, Tone::Right][side]);
            page.end_line();
        }
    }
}

/// What stands beside each other around an index. Where one side is ahead, its last entries have their counterparts beyond
/// what is shown of the other; they are left out, or they would look as if they had none.
fn pairs(left: &Context, right: &Context, index: usize) -> Vec<Pair> {
    let mut pairs = align(&left.entries, &right.entries);
    let is_it = |pair: &Pair| {
        let at =
            [(left, pair.left), (right, pair.right)].map(|(context, at)| at.map(|at| context.first + at));
        at.contains(&Some(index))
    };
    while let Some(last) = pairs.last()
        && (last.left.is_none() || last.right.is_none())
        && !is_it(last)
    {
        pairs.pop();
    }
    pairs
}

type Indexed<'a> = Option<(usize, &'a Observed)>;

fn entry(context: &Context, at: Option<usize>) -> Indexed<'_> {
    at.map(|at| (context.first + at, &context.entries[at]))
}

fn context_line(
    page: &mut Page,
    channel: Channel,
    is_it: bool,
    entries: [Indexed<'_>; 2],
    tone: Tone,
    look: Look,
) {
    let Some((_, observed)) = entries[0].or(entries[1]) else { return };
    let index = match entries.map(|entry| entry.map(|(index, _)| index)) {
        [Some(left), Some(right)] if left != right => format!("{left}/{right}"),
        [left, right] => left.or(right).map(|index| index.to_string()).unwrap_or_default(),
    };
    let times = entries.map(|entry| entry.map(|(_, observed)| format!("{} ms", observed.at.as_millis())));
    let [left, right] = times.map(Option::unwrap_or_default);
    let mark = if is_it { '>' } else { ' ' };
    let start = format!("  {mark} {index:>9}  {left:>9} {right:>11}  ");
    let label = printable(&short(&observed.label));
    page.toned(&start, tone);
    page.toned(&label, tone);
    let room = look.columns().saturating_sub(start.width() + label.width() + 2);
    let text = said(channel, observed);
    if room >= 12 && !text.is_empty() {
        page.push("  ");
        page.toned(&cut(&text, room), tone);
    }
    page.end_line();
}
