//! Recordings are anybody's files: whatever they are, loading ends, and says what is wrong or gives a recording; and that
//! comes back the same from where it was written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use responses_parity::recording::{
    Contents, Exchange, Existing, Recording, coverage, discover, events_of, examine, lint_recording, load,
    scrub, survey, write,
};
use responses_parity::wire::Header;
use responses_parity_fuzz::parts;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// What can be loaded.
const RECORDINGS: [&str; 5] = ["folder", "bare.sse", "plain", "turns", "script.json"];

/// What they are made of. The first byte of each part of an input says which file it is, from `a` on.
const FILES: [&str; 20] = [
    "folder/recording.toml",
    "folder/01.response.sse",
    "folder/01.response.body",
    "folder/01.response.timing",
    "folder/01.request.json",
    "folder/02.response.sse",
    "folder/02.response.body",
    "folder/02.response.timing",
    "folder/README.md",
    "folder/3.response.sse",
    "bare.sse",
    "plain/stream.sse",
    "plain/events.jsonl",
    "plain/body.json",
    "plain/response.json",
    "plain/request.json",
    "turns/turn-1/stream.sse",
    "turns/turn-2/stream.sse",
    "script.json",
    "script.sse",
];

thread_local! {
    /// One folder for all runs: to find a new name costs more than to use an old one again.
    static ROOT: TempDir = tempfile::tempdir().expect("a temporary folder can be made");
}

fuzz_target!(|files: &[u8]| {
    ROOT.with(|root| {
        let folder = root.path().join("recordings");
        lay_out(&folder, files);
        assert_all_found_or_told(&folder);
        for name in RECORDINGS {
            if let Some(recording) = load_both_ways(&folder.join(name), name) {
                look_at(&recording);
                assert_comes_back(&recording, &folder.join("written"));
            }
        }
        fs::remove_dir_all(&folder).expect("what was made can be removed");
    });
});

fn lay_out(folder: &Path, files: &[u8]) {
    fs::create_dir_all(folder).expect("a folder can be made");
    for file in parts(files) {
        let Some((name, content)) = file.split_first() else { continue };
        let path = folder.join(FILES[usize::from(name.wrapping_sub(b'a')) % FILES.len()]);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    }
}

fn assert_all_found_or_told(folder: &Path) {
    let survey = survey(folder);
    assert_eq!(discover(folder).is_ok(), survey.problems.is_empty());
    assert!(!survey.found.is_empty() || !survey.problems.is_empty(), "nothing at all is a problem");
}

/// To stop at the first thing that is wrong, and to go on after it. Each names the file.
fn load_both_ways(path: &Path, name: &str) -> Option<Recording> {
    match (load(path, name), examine(path, name)) {
        (Ok(loaded), Ok(examined)) => {
            assert_same(&loaded, &examined);
            Some(loaded)
        }
        (Err(problem), Err(problems)) => {
            assert_eq!(problem.to_string(), problems[0].to_string());
            let folder = path.parent().expect("it is in a folder").display().to_string();
            assert!(problems.iter().all(|problem| problem.to_string().contains(&folder)), "{problems:?}");
            None
        }
        (loaded, examined) => panic!("{loaded:?} but {examined:?}"),
    }
}

/// What is said of a recording to whoever looks at it.
fn look_at(recording: &Recording) {
    let events: usize = recording.exchanges.iter().map(|exchange| events_of(exchange).len()).sum();
    assert!(Contents::of(recording).events() <= events);
    for finding in lint_recording(recording) {
        assert!(!finding.to_string().is_empty());
    }
    let _ = coverage(std::slice::from_ref(recording));
}

fn assert_comes_back(recording: &Recording, folder: &Path) {
    let mut expected = recording.clone();
    scrub(&mut expected);
    write(recording, folder, Existing::Refuse).expect("what was loaded can be written");
    let again = load(folder, &recording.name).expect("what was written can be loaded");
    fs::remove_dir_all(folder).expect("what was written can be removed");
    assert_same(&expected, &again);
}

fn assert_same(one: &Recording, other: &Recording) {
    assert_eq!(one.description, other.description);
    assert_eq!(one.provenance, other.provenance);
    assert_eq!(one.provider, other.provider);
    assert_eq!(one.lint, other.lint);
    assert_eq!(one.turns, other.turns);
    let [one, other] =
        [one, other].map(|recording| recording.exchanges.iter().map(by_name).collect::<Vec<_>>());
    assert_eq!(one, other);
}

/// With the fields of its head in the order in which a table keeps them.
fn by_name(exchange: &Exchange) -> Exchange {
    let mut headers: Vec<Header> = exchange.headers.clone();
    headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
    headers.sort_by(|(one, _), (other, _)| one.cmp(other));
    Exchange { headers, ..exchange.clone() }
}
