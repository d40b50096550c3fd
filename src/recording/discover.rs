//! Finds the recordings below a path.

use super::error::LoadError;
use super::files::{Kind, check_regular, exists, file_name, files_of, has_ending, is_note, kind};
use super::folder::MANIFEST;
use super::load::{LAYOUTS, examine, load};
use super::model::Recording;
use super::plain;
use super::scripted::is_script;
use std::path::{Path, PathBuf};

/// What to do where there is no recording.
const NEXT: &str = "name a folder with recordings, or run where there is a folder `recordings`, as `responses-parity unpack` writes one";

/// A recording that was found and not yet read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What it is called: its path below the root, or the root's own where that is the recording; without an ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Found {
    /// Reads it.
    ///
    /// # Errors
    /// Those of [`load`].
    pub fn load(&self) -> Result<Recording, LoadError> {
        load(&self.path, &self.name)
    }

    /// Reads it, and goes on after the first thing that is wrong.
    ///
    /// # Errors
    /// Those of [`load`], all of them: at least one.
    pub fn examine(&self) -> Result<Recording, Vec<LoadError>> {
        examine(&self.path, &self.name)
    }
}

/// What was met during the search.
enum Met {
    Recording,
    Folder,
    /// What a script sends, or what is there for readers.
    Companion,
    Stray,
}

/// All recordings at or below `root`, by name.
///
/// Beside recordings there may be other files, which are ignored. A `*.json` that is no script is one of them; but it
/// must be JSON, or a script with a misplaced comma would be missed by nobody. Hidden files and folders are ignored.
/// Links to folders are not followed; `root` itself may be one.
///
/// # Errors
/// Where there is none at all, for a run over nothing proves nothing; where a folder holds files but no recording, or
/// bodies of a recording but no `recording.toml`; where a `*.json` is not JSON, or has no `replies` and stands beside
/// the stream of its name; where two recordings have one name; where something cannot be read.
///
/// ```no_run
/// for found in responses_parity::recording::discover("recordings".as_ref())? {
///     println!("{}", found.load()?.description);
/// }
/// # Ok::<(), responses_parity::recording::LoadError>(())
/// ```
pub fn discover(root: &Path) -> Result<Vec<Found>, LoadError> {
    let Survey { found, problems, .. } = survey(root);
    match problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(found),
    }
}

/// All that is at or below a path: what is a recording, what looks like one and is none, and what is neither.
#[derive(Debug, Default)]
pub struct Survey {
    /// The recordings, by name.
    pub found: Vec<Found>,
    /// Everything that [`discover`] refuses, in the order in which it is met.
    pub problems: Vec<LoadError>,
    /// Files beside recordings that belong to none and are there for no reader.
    pub strays: Vec<PathBuf>,
}

/// The same search as that of [`discover`], which goes on where that stops.
pub fn survey(root: &Path) -> Survey {
    let mut survey = Survey::default();
    if let Err(problem) = survey.all_of(root) {
        survey.problems.push(problem);
    }
    survey
}

/// Whether a file that was named is a recording by itself.
fn check_named(path: &Path) -> Result<(), LoadError> {
    check_regular(path)?;
    let script = path.with_extension("json");
    if has_ending(path, "sse") && exists(&script) {
        check_script_of_stream(&script)?;
        let problem = format!("is what {} sends; name that one instead", file_name(&script));
        return Err(LoadError::new(path, problem));
    }
    if has_ending(path, "sse") || has_ending(path, "json") {
        return Ok(());
    }
    Err(LoadError::new(path, format!("is no recording: expected {LAYOUTS}")))
}

/// Reports call a file by its name without an ending, and whoever reads them does so too.
fn missing(root: &Path) -> String {
    let name = file_name(root);
    let meant = ["sse", "json"].map(|ending| root.with_file_name(format!("{name}.{ending}")));
    match meant.iter().find(|path| exists(path)) {
        Some(meant) => format!("does not exist, but {} does; name that", meant.display()),
        None => format!("does not exist; {NEXT}"),
    }
}

impl Survey {
    fn all_of(&mut self, root: &Path) -> Result<(), LoadError> {
        if !root.exists() {
            return Err(LoadError::new(root, missing(root)));
        }
        if !root.is_dir() {
            check_named(root)?;
        }
        if !root.is_dir() || is_recording_folder(root) {
            self.found.push(Found { name: name_of(root, Path::new("")), path: root.to_owned() });
            return Ok(());
        }
        self.search(root, root)?;
        if self.found.is_empty() && self.problems.is_empty() {
            return Err(LoadError::new(root, format!("holds no recording; {NEXT}")));
        }
        self.found.sort();
        self.problems.extend(of_one_name(&self.found));
        Ok(())
    }

    fn search(&mut self, folder: &Path, root: &Path) -> Result<(), LoadError> {
        let before = (self.found.len(), self.problems.len());
        let mut strays = Vec::new();
        for path in files_of(folder)? {
            match meet(&path) {
                Ok(Met::Recording) => self.found.push(Found { name: name_of(&path, root), path }),
                Ok(Met::Folder) => {
                    if let Err(problem) = self.search(&path, root) {
                        self.problems.push(problem);
                    }
                }
                Ok(Met::Companion) => {}
                Ok(Met::Stray) => strays.push(path),
                Err(problem) => self.problems.push(problem),
            }
        }
        let is_idle = before == (self.found.len(), self.problems.len());
        match strays.first() {
            Some(stray) if folder != root && is_idle => {
                let got = file_name(stray);
                let problem = format!("holds files but no recording: expected {LAYOUTS}; got {got}");
                Err(LoadError::new(folder, problem))
            }
            _ => {
                self.strays.append(&mut strays);
                Ok(())
            }
        }
    }
}

fn meet(path: &Path) -> Result<Met, LoadError> {
    let name = file_name(path);
    if is_numbered_body(&name) {
        let problem = format!("belongs to a recording, but there is no {MANIFEST} beside it");
        return Err(LoadError::new(path, problem));
    }
    match kind(path)? {
        Kind::Folder if is_recording_folder(path) => Ok(Met::Recording),
        Kind::Folder => Ok(Met::Folder),
        Kind::File if is_note(&name) => Ok(Met::Companion),
        _ if has_ending(path, "sse") => meet_stream(path),
        _ if has_ending(path, "json") => meet_json(path),
        _ => Ok(Met::Stray),
    }
}

fn meet_stream(path: &Path) -> Result<Met, LoadError> {
    check_regular(path)?;
    let script = path.with_extension("json");
    if !exists(&script) {
        return Ok(Met::Recording);
    }
    check_script_of_stream(&script)?;
    Ok(Met::Companion)
}

fn meet_json(path: &Path) -> Result<Met, LoadError> {
    if is_script(path)? { Ok(Met::Recording) } else { Ok(Met::Stray) }
}

/// JSON beside a stream of its name must be a script: that it is none is far more likely a slip.
fn check_script_of_stream(path: &Path) -> Result<(), LoadError> {
    if is_script(path)? {
        return Ok(());
    }
    let stream = file_name(&path.with_extension("sse"));
    let problem = format!(
        "stands beside {stream}, so it must be a script, but it has no `replies`; add them, or give it another name"
    );
    Err(LoadError::new(path, problem))
}

fn is_recording_folder(folder: &Path) -> bool {
    exists(&folder.join(MANIFEST)) || plain::is_plain(folder)
}

/// `01.response.sse` and its like, which mean nothing without a manifest.
fn is_numbered_body(name: &str) -> bool {
    name.split_once(".response.").is_some_and(|(number, _)| number.parse::<usize>().is_ok())
}

/// `found` is sorted by name.
fn of_one_name(found: &[Found]) -> Vec<LoadError> {
    let pairs = found.windows(2).filter(|pair| pair[0].name == pair[1].name);
    let problems = pairs.map(|pair| {
        let other = pair[0].path.display();
        let problem = format!("is called {:?}, and so is {other}; rename one of them", pair[1].name);
        LoadError::new(&pair[1].path, problem)
    });
    problems.collect()
}

/// With `/` between its parts on every system.
fn name_of(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = if path.is_file() { below.with_extension("") } else { below.to_owned() };
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    // The root of the file system is a part that is called `/` itself.
    parts.collect::<Vec<_>>().join("/").replacen("//", "/", 1)
}
