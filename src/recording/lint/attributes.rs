//! Whether git leaves the bytes of recordings alone.
//!
//! A git that is told to (`core.autocrlf`, on many machines the default) changes the line ends of whatever it takes for
//! text, unless a `.gitattributes` says `-text`. A stream would still load then, and be another one.

use super::finding::Finding;
use super::rule::LintRule;
use crate::recording::files::{Kind, file_name, files_of, has_ending, is_note, kind};
use crate::recording::folder::MANIFEST;
use regex::Regex;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const FILE: &str = ".gitattributes";

/// One finding for each kind of file that git may change in a repository, whatever the number of the files.
pub(super) fn check(recordings: &[PathBuf]) -> Vec<Finding> {
    let mut rules = Rules::default();
    let mut at_risk = BTreeMap::<(PathBuf, String), Vec<PathBuf>>::new();
    for file in recordings.iter().flat_map(|path| files_of_bytes(path)) {
        let Some(repository) = repository_of(&file) else { continue };
        if !rules.leave_alone(&file, &repository) {
            at_risk.entry((repository, pattern_for(&file))).or_default().push(file);
        }
    }
    let findings = at_risk.into_iter().map(|((repository, pattern), files)| {
        let problem = format!(
            "git may change the line ends of {} files such as {}; add a line `{pattern} -text`",
            files.len(),
            files[0].display()
        );
        Finding::of_path(LintRule::LineEnds, repository.join(FILE), problem)
    });
    findings.collect()
}

/// The files whose bytes count. What people write by hand may have any line ends.
fn files_of_bytes(recording: &Path) -> Vec<PathBuf> {
    let mut files = files_at(recording);
    files.retain(|file| counts(&file_name(file)));
    let streamed = recording.with_extension("sse");
    if has_ending(recording, "json") && streamed.is_file() {
        files = vec![streamed];
    }
    files
}

/// What cannot be read is told of elsewhere.
fn files_at(path: &Path) -> Vec<PathBuf> {
    match kind(path) {
        Ok(Kind::File) => vec![path.to_owned()],
        Ok(Kind::Folder) => {
            files_of(path).unwrap_or_default().iter().flat_map(|path| files_at(path)).collect()
        }
        _ => Vec::new(),
    }
}

fn counts(name: &str) -> bool {
    !is_note(name) && name != MANIFEST && name != "response.json" && !name.starts_with('.')
}

/// All files of the kind: `*.response.body` for `01.response.body`.
fn pattern_for(file: &Path) -> String {
    let name = file_name(file);
    match name.split_once('.') {
        Some((number, part)) if number.parse::<usize>().is_ok() && !name.ends_with(".sse") => {
            format!("*.{part}")
        }
        _ if name.ends_with(".sse") => "*.sse".to_owned(),
        _ => name,
    }
}

fn repository_of(file: &Path) -> Option<PathBuf> {
    let file = fs::canonicalize(file).ok()?;
    file.ancestors().skip(1).find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// The lines of every `.gitattributes` that was read.
#[derive(Default)]
struct Rules {
    by_folder: BTreeMap<PathBuf, Vec<Line>>,
}

/// A pattern, and whether it says that what matches is no text.
struct Line {
    pattern: Regex,
    whole_path: bool,
    leaves_alone: bool,
}

impl Rules {
    /// The last line that says something counts, and that of the nearest folder.
    fn leave_alone(&mut self, file: &Path, repository: &Path) -> bool {
        let Ok(file) = fs::canonicalize(file) else { return false };
        let folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(repository));
        for folder in folders {
            let lines = self.by_folder.entry(folder.to_owned()).or_insert_with(|| read(folder));
            if let Some(line) = lines.iter().rev().find(|line| line.matches(&file, folder)) {
                return line.leaves_alone;
            }
        }
        false
    }
}

impl Line {
    fn matches(&self, file: &Path, folder: &Path) -> bool {
        let below = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned();
        let subject = if self.whole_path { below } else { file_name(file) };
        self.pattern.is_match(&subject)
    }
}

fn read(folder: &Path) -> Vec<Line> {
    let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    text.lines().filter_map(parse).collect()
}

/// `None` for a line that says nothing of text.
fn parse(line: &str) -> Option<Line> {
    let mut words = line.split_whitespace();
    let pattern = words.next().filter(|pattern| !pattern.starts_with(['#', '[']))?;
    let leaves_alone = words.rev().find_map(|attribute| match attribute {
        "-text" | "binary" => Some(true),
        "text" | "!text" | "-binary" => Some(false),
        _ if attribute.starts_with("text=") || attribute.starts_with("eol=") => Some(false),
        _ => None,
    })?;
    let whole_path = pattern.contains('/');
    Some(Line {
        pattern: Regex::new(&regex_of(pattern.trim_start_matches('/'))).ok()?,
        whole_path,
        leaves_alone,
    })
}

/// A pattern of `.gitattributes` as a regular expression.
fn regex_of(pattern: &str) -> String {
    let mut regex = String::from("^");
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let (length, part) = match c {
            '*' if rest.starts_with("**/") => (3, "(?:.*/)?".to_owned()),
            '*' if rest.starts_with("**") => (2, ".*".to_owned()),
            '*' => (1, "[^/]*".to_owned()),
            '?' => (1, "[^/]".to_owned()),
            '[' | ']' => (1, c.to_string()),
            _ => (c.len_utf8(), regex::escape(&c.to_string())),
        };
        regex.push_str(&part);
        rest = &rest[length..];
    }
    regex + "$"
}
