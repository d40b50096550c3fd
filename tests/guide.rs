//! The guide does what it says: its commands are run, what they print is what is shown, its links lead somewhere, and the
//! messages that it explains exist.
//!
//! In a Markdown file, a block of `sh` is a script that must end well. In a block of `text`, a line that begins with `$` is
//! a command, and the lines below it are what it prints. A block of `console` is for readers alone: it needs what is not
//! here. The blocks of a file run in order, in a folder of their own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::disallowed_methods, reason = "the programs under test are no app-servers")]

#[path = "support/samples.rs"]
mod samples;

use samples::still;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use walkdir::WalkDir;

/// What stands behind a time.
const UNITS: [&str; 4] = ["ms", "ms,", "s)", "identical"];

const PROGRAM: &str = env!("CARGO_BIN_EXE_responses-parity");

/// Everything that a reader of the guide comes by.
fn pages() -> Vec<PathBuf> {
    let guide = WalkDir::new("docs").sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    let guide = guide.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let others = ["README.md", "ARCHITECTURE.md", "recordings/README.md"].map(PathBuf::from);
    guide.chain(others).collect()
}

struct Block {
    language: String,
    line: usize,
    text: String,
}

fn blocks(page: &Path) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in fs::read_to_string(page).unwrap().lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block { language: language.to_owned(), line: index + 2, text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

/// Runs a script where the program is the one that was built just now.
fn bash(folder: &Path, script: &str) -> Output {
    let programs = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(folder).env("PATH", path);
    command.output().expect("bash is installed")
}

fn run(page: &Path, block: &Block, folder: &Path, script: &str) -> String {
    let Output { status, stdout, stderr } = bash(folder, script);
    let (out, err) = (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{}:{}: {status}\n{script}\n{out}{err}", page.display(), block.line);
    out
}

/// Runs the commands of a block, and finds each line that is shown among what its command prints.
fn transcript(page: &Path, block: &Block, folder: &Path) {
    let mut printed = String::new();
    for shown in block.text.lines() {
        if let Some(command) = shown.strip_prefix("$ ") {
            printed = run(page, block, folder, command);
            continue;
        }
        let wanted = still(shown, &UNITS);
        let is_there = printed.lines().any(|line| still(line, &UNITS).starts_with(&wanted));
        assert!(is_there, "{}:{}: nothing prints\n{shown}\nbut\n{printed}", page.display(), block.line);
    }
}

#[test]
fn what_the_guide_runs_works() {
    let mut commands = 0;
    for page in pages().iter().filter(|page| page.starts_with("docs")) {
        let folder = tempfile::tempdir().unwrap();
        for block in blocks(page) {
            match block.language.as_str() {
                "sh" => drop(run(page, &block, folder.path(), &block.text)),
                "text" if block.text.starts_with("$ ") => transcript(page, &block, folder.path()),
                _ => continue,
            }
            commands += 1;
        }
    }
    assert!(commands > 10, "{commands}");
}

/// A block that is run by nobody is marked as such.
#[test]
fn every_block_says_what_it_is() {
    let known = ["sh", "text", "console", "toml", "json", "yaml", "rust"];
    for page in pages().iter().filter(|page| page.starts_with("docs")) {
        for block in blocks(page) {
            let place = format!("{}:{}", page.display(), block.line);
            assert!(known.contains(&block.language.as_str()), "{place}: {:?}", block.language);
        }
    }
}

/// As GitHub makes it of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(page: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(page).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut links = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let targets = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for target in targets.filter(|target| !target.starts_with("http")) {
            let (file, part) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let place = format!("{}: {target}", page.display());
            assert!(file.exists(), "{place}: there is no {}", file.display());
            assert!(part.is_empty() || anchors(&file).contains(part), "{place}: there is no such part");
            links += 1;
        }
    }
    assert!(links > 15, "{links}");
}

/// Every message in a heading, cut where it holds something of the case at hand, stands in the sources.
#[test]
fn messages_that_are_explained_exist() {
    let sources = WalkDir::new("src").into_iter().map(|entry| entry.unwrap().into_path());
    let sources: String =
        sources.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap()).collect();
    let text = fs::read_to_string("docs/when-it-fails.md").unwrap();
    let messages = text
        .lines()
        .filter(|line| line.starts_with("## `"))
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    let mut pieces = 0;
    for message in messages {
        let parts = message.split(['…', '#', '$', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        for piece in parts.map(|piece| piece.trim_matches([' ', ',', ';'])).filter(|piece| piece.len() > 8) {
            assert!(sources.contains(piece), "docs/when-it-fails.md explains {piece:?}, which nothing says");
            pieces += 1;
        }
    }
    assert!(pieces > 12, "{pieces}");
}
