//! The table of recordings: a row for each.

use crate::recording::{Contents, ExchangeContents};
use crate::report::{counted, cut, printable};
use comfy_table::{CellAlignment, Table, presets};

const HEADER: [&str; 8] =
    ["recording", "turns", "exchanges", "events", "bytes", "status", "end", "description"];
/// The columns with numbers.
const NUMBERS: std::ops::RangeInclusive<usize> = 1..=4;
/// The least that is shown of a description.
const SHORTEST: usize = 20;

/// One row for each recording, with as much of its description as fits lines of `width`; all of it where there is none.
pub(super) fn catalogue(contents: &[Contents], width: Option<usize>) -> String {
    let rows: Vec<[String; 7]> = contents.iter().map(row).collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(HEADER);
    let room = width.unwrap_or(usize::MAX).saturating_sub(width_of(&rows)).max(SHORTEST);
    for (contents, row) in contents.iter().zip(rows) {
        table.add_row(row.into_iter().chain([cut(&contents.description, room)]));
    }
    for number in NUMBERS {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// How many columns are taken before the description: a space on either side of everything.
fn width_of(rows: &[[String; 7]]) -> usize {
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| row[column].as_str()).chain([HEADER[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default() + 2
    };
    (0..7).map(widest).sum::<usize>() + 2
}

fn row(contents: &Contents) -> [String; 7] {
    let recorded: Vec<&ExchangeContents> = contents.recorded().collect();
    [
        printable(&contents.name),
        contents.turns.len().to_string(),
        recorded.len().to_string(),
        recorded.iter().map(|exchange| exchange.events()).sum::<usize>().to_string(),
        recorded.iter().map(|exchange| exchange.bytes).sum::<usize>().to_string(),
        in_short(recorded.iter().map(|exchange| status(exchange))),
        in_short(recorded.iter().map(|exchange| exchange.end.name().to_owned())),
    ]
}

fn status(exchange: &ExchangeContents) -> String {
    if exchange.headless || exchange.head_cut.is_some() {
        "-".to_owned()
    } else {
        exchange.status.to_string()
    }
}

/// What follows itself is said once: `503 ×5, 200`.
fn in_short(words: impl Iterator<Item = String>) -> String {
    let mut runs = Vec::<(String, usize)>::new();
    for word in words {
        match runs.last_mut() {
            Some((last, count)) if *last == word => *count += 1,
            _ => runs.push((word, 1)),
        }
    }
    let shown =
        runs.into_iter().map(|(word, count)| if count == 1 { word } else { format!("{word} ×{count}") });
    let shown = shown.collect::<Vec<_>>().join(", ");
    if shown.is_empty() { "-".to_owned() } else { shown }
}

/// One line.
pub(super) fn totals(contents: &[Contents]) -> String {
    let sum = |count: fn(&Contents) -> usize| contents.iter().map(count).sum::<usize>();
    let recorded = |count: fn(&ExchangeContents) -> usize| {
        contents.iter().flat_map(Contents::recorded).map(count).sum::<usize>()
    };
    [
        counted(contents.len(), "recording"),
        counted(sum(|contents| contents.turns.len()), "turn"),
        counted(recorded(|_| 1), "exchange"),
        counted(recorded(ExchangeContents::events), "event"),
        counted(recorded(|exchange| exchange.bytes), "byte"),
    ]
    .join(", ")
}
