//! The table of a check: a row for each recording.

use crate::observe::Channel;
use crate::report::{Checked, Summary, printable};
use comfy_table::{CellAlignment, Table, presets};

/// One row for each recording: what was compared on each channel, and what came of it.
pub(super) fn table(summary: &Summary) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
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
    table.trim_fmt()
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
            (entries, true) => format!("{entries} ≠"),
            (entries, false) => entries.to_string(),
        }
    });
    let end = [checked.elapsed.as_millis().to_string(), checked.verdict().to_string()];
    [printable(&checked.name)].into_iter().chain(channels).chain(end).collect()
}
