//! What a document shows of a program's output, compared with what the program prints.

/// The words of a line, but for those that are times, which stand before one of `units`; nothing behind `…`.
pub(crate) fn still<'a>(line: &'a str, units: &[&str]) -> Vec<&'a str> {
    let words: Vec<&str> = line.split('…').next().unwrap_or_default().split_whitespace().collect();
    let is_time = |index: usize| {
        let unit = words.get(index + 1).copied().unwrap_or_default();
        let number = words[index].trim_start_matches('(').parse::<f64>().is_ok();
        number && units.contains(&unit)
    };
    (0..words.len()).filter(|index| !is_time(*index)).map(|index| words[index]).collect()
}
