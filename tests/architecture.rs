//! The layers of the crate, and the rules that keep it honest.
//!
//! Each rule names the file and the line that breaks it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// From the bottom up: a module uses only those before it.
const LAYERS: [&str; 14] = [
    "wire",
    "protocol",
    "recording",
    "session",
    "upstream",
    "replay",
    "observe",
    "compare",
    "report",
    "check",
    "exec",
    "record",
    "hunt",
    "cli",
];

struct Line {
    file: PathBuf,
    number: usize,
    text: String,
}

impl Line {
    fn breaks(&self, rule: &str) -> String {
        format!("{}:{}: {rule}\n    {}", self.file.display(), self.number, self.text.trim())
    }
}

/// Every line of code below `folder`: no comments, no doc examples.
fn code(folder: &str) -> Vec<Line> {
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.flat_map(|file| lines_of(&file)).collect()
}

fn lines_of(file: &Path) -> Vec<Line> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().enumerate().filter(|(_, text)| !text.trim_start().starts_with("//"));
    lines
        .map(|(index, text)| Line { file: file.to_owned(), number: index + 1, text: text.to_owned() })
        .collect()
}

fn assert_none(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}

/// The top-level module a file belongs to.
fn module_of(file: &Path) -> String {
    let below = file.strip_prefix("src").unwrap();
    below.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The top-level modules a line names, as `crate::module`.
fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn a_module_uses_only_the_layers_below_it() {
    let mut broken = Vec::new();
    for line in code("src") {
        let module = module_of(&line.file);
        let Some(own) = LAYERS.iter().position(|layer| *layer == module) else {
            continue;
        };
        for used in uses(&line.text) {
            let allowed = LAYERS[..=own].contains(&used) || (module == "cli" && used == "app_server");
            if !allowed {
                broken.push(line.breaks(&format!("`{module}` may not use `{used}`")));
            }
        }
    }
    assert_none(broken);
}

#[test]
fn the_app_server_uses_the_wire_alone() {
    let lines = code("src/app_server");
    let broken = lines.iter().flat_map(|line| {
        let foreign = uses(&line.text).filter(|used| !["wire", "app_server"].contains(used));
        foreign.map(|used| line.breaks(&format!("`app_server` may not use `{used}`"))).collect::<Vec<_>>()
    });
    assert_none(broken.collect());
}

#[test]
fn every_module_has_its_place() {
    let known = |module: &str| LAYERS.contains(&module) || ["app_server", "lib", "main"].contains(&module);
    let modules = fs::read_dir("src").unwrap().map(|entry| module_of(&entry.unwrap().path()));
    let unknown: Vec<_> = modules.filter(|module| !known(module)).collect();
    assert_none(unknown);
}

/// A pattern, where it may stand, and why.
const ONLY_IN: [(&str, &[&str], &str); 7] = [
    ("process::Command", &["src/session/"], "processes are started in one place"),
    ("wiremock::", &["src/upstream/"], "the upstream alone is wiremock"),
    ("println!", &["src/cli/"], "the command line alone prints"),
    (
        "std::fs::",
        &["src/recording/", "src/session/", "src/record/journal/", "src/app_server/config", "src/cli/"],
        "no I/O outside of loading, sessions and the journal of a recorder",
    ),
    // The recorder's proxy is an upstream, too: to the client that is recorded.
    ("tokio::net", &["src/upstream/", "src/record/"], "the upstreams alone listen"),
    ("SystemTime", &[], "wall-clock time reaches no report"),
    (
        "Path::Direct",
        &["src/replay/path.rs", "src/check/", "src/cli/subject.rs", "src/cli/list.rs"],
        "who observes, compares or reports cannot know the path",
    ),
];

#[test]
fn some_things_stand_in_one_place() {
    let mut broken = Vec::new();
    for line in code("src") {
        let file = line.file.to_string_lossy().into_owned();
        for (pattern, places, why) in ONLY_IN {
            if line.text.contains(pattern) && !places.iter().any(|place| file.starts_with(place)) {
                broken.push(line.breaks(why));
            }
        }
    }
    assert_none(broken);
}

#[test]
fn method_names_are_written_once() {
    let quoted = [
        "codex/event/",
        "responsesApi/",
        "\"newConversation",
        "\"sendUserMessage",
        "\"addConversationListener",
    ];
    let lines = code("src");
    let elsewhere = lines.iter().filter(|line| !line.file.ends_with("wire/methods.rs"));
    let broken = elsewhere.filter(|line| {
        quoted.iter().any(|name| line.text.contains(&format!("\"{}", name.trim_start_matches('"'))))
    });
    assert_none(broken.map(|line| line.breaks("method names stand in wire/methods.rs")).collect());
}

#[test]
fn the_observer_is_pure() {
    let forbidden = ["tokio", "async fn", "std::fs", "std::env", "Instant::now", "reqwest"];
    let mut broken = Vec::new();
    for folder in ["src/wire", "src/observe", "src/compare", "src/report"] {
        for line in code(folder) {
            if let Some(word) = forbidden.iter().find(|word| line.text.contains(**word)) {
                broken.push(line.breaks(&format!("`{folder}` does no I/O, but names `{word}`")));
            }
        }
    }
    assert_none(broken);
}

#[test]
fn there_is_no_global_mutable_state() {
    let cells = ["Mutex<", "RwLock<", "OnceLock<", "OnceCell<", "RefCell<", "Atomic", "LazyLock<"];
    let lines = code("src");
    let broken = lines.iter().filter(|line| {
        let text = line.text.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        text.starts_with("static ") && cells.iter().any(|cell| text.contains(cell))
            || text.starts_with("static mut ")
    });
    assert_none(broken.map(|line| line.breaks("state belongs to a value, not to the process")).collect());
}

#[test]
fn files_are_about_one_thing() {
    const LIMIT: usize = 400;
    let files = WalkDir::new("src").into_iter().map(|entry| entry.unwrap().into_path());
    let long =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).filter_map(|path| {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            (lines > LIMIT).then(|| format!("{}: {lines} lines, more than {LIMIT}", path.display()))
        });
    assert_none(long.collect());
}

#[test]
fn modules_only_reexport() {
    let lines = code("src");
    let modules = lines.iter().filter(|line| line.file.ends_with("mod.rs"));
    let logic = modules.filter(|line| {
        ["fn ", "struct ", "enum ", "impl ", "trait "]
            .iter()
            .any(|word| line.text.trim_start().trim_start_matches("pub ").starts_with(word))
    });
    assert_none(logic.map(|line| line.breaks("a mod.rs only re-exports")).collect());
}
