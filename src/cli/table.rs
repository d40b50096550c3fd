//! The table of a check: a row for each recording.

use crate::observe::Channel;
use crate::report::{Checked, Look, Summary, Verdict, printable};
use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// What stands in a cell whose channel differs.
const DIFFERS: char = '≠';

/// One row for each recording: what was compared on each channel, and what came of it. Headers and names are broken where
/// the look is too narrow for them.
pub(super) fn table(summary: &Summary, look: Look) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(look.width).unwrap_or(u16::MAX));
    let channels = Channel::ALL.iter().map(|channel| channel.name().replace('_', " "));
    table.set_header(
        ["recording".to_owned()].into_iter().chain(channels).chain(["ms", "verdict"].map(str::to_owned)),
    );
    for checked in &summary.checked {
        table.add_row(row(checked));
    }
    for column in 1..=Channel::ALL.len() + 1 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = table.trim_fmt();
    if look.colour { coloured(&text) } else { text }
}

/// A channel's cell: how many entries were compared, with a mark where they differ; `-` where neither path showed any.
fn row(checked: &Checked) -> Vec<String> {
    let channels = Channel::ALL.iter().map(|&channel| {
        let Ok(compared) = &checked.result else {
            return "?".to_owned();
        };
        let entries = compared.comparison.compared(channel);
        let differs = compared.comparison.divergences().any(|divergence| divergence.channel == channel);
        match (entries, differs) {
            (0, _) => "-".to_owned(),
            (entries, true) => format!("{entries} {DIFFERS}"),
            (entries, false) => entries.to_string(),
        }
    });
    let end = [checked.elapsed.as_millis().to_string(), checked.verdict().to_string()];
    [printable(&checked.name)].into_iter().chain(channels).chain(end).collect()
}

/// Marks and verdicts in colours. A name that ends like a verdict is in another column, and a line's end is a verdict.
fn coloured(table: &str) -> String {
    let lines = table
        .lines()
        .enumerate()
        .map(|(index, line)| if index == 0 { bold(line) } else { row_in_colours(line) });
    lines.collect::<Vec<_>>().join("\n")
}

fn row_in_colours(line: &str) -> String {
    let red = AnsiColor::Red.on_default().bold();
    let line = line.replace(DIFFERS, &format!("{red}{DIFFERS}{red:#}"));
    for verdict in Verdict::ALL {
        let name = verdict.to_string();
        if let Some(before) = line.strip_suffix(&name) {
            let style = if verdict == Verdict::Identical { AnsiColor::Green.on_default() } else { red };
            return format!("{before}{style}{name}{style:#}");
        }
    }
    line
}

fn bold(line: &str) -> String {
    let bold = Style::new().bold();
    format!("{bold}{line}{bold:#}")
}
