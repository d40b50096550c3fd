//! `serve`, read by the official clients: every recording, in the Node.js and the Python client.
//!
//! Needs what `scripts/install-counterparts serve` installs, and is no part of a plain `cargo test`:
//!
//! ```sh
//! scripts/install-counterparts serve && cargo test --test counterparts_serve
//! ```
//!
//! Every request falls into one class, computed from the recording's bytes and its delivery, and each class says what
//! a correct client makes of it. Where a client is known to do otherwise, that is listed with the reason; an entry that
//! is not needed fails.

// Clippy knows tests, but not what they call.
#![allow(clippy::unwrap_used)]

mod class;
mod client;
mod deviations;
#[path = "../installed.rs"]
mod installed;
mod json;
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "../../serve/process.rs"]
mod process;

use class::{Class, Request, requests_of};
use client::{Client, Seen};
use deviations::{deviation, deviations_of_nothing};
use process::Serve;
use responses_parity::recording::{Recording, discover};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Other recordings to read, where this names a folder: their classes hold as they do for the project's own.
const OTHERS: &str = "COUNTERPARTS_RECORDINGS";

#[test]
fn the_node_client_reads_every_recording() {
    reads_every_recording(Client::Node);
}

#[test]
fn the_python_client_reads_every_recording() {
    reads_every_recording(Client::Python);
}

fn reads_every_recording(client: Client) {
    let folder = std::env::var_os(OTHERS).map_or_else(|| PathBuf::from("recordings"), PathBuf::from);
    let found = discover(&folder).unwrap();
    let recordings: Vec<Recording> = found.iter().map(|found| found.load().unwrap()).collect();
    let planned: Vec<(&str, Vec<Request>)> =
        recordings.iter().map(|recording| (recording.name.as_str(), requests_of(recording))).collect();

    let mut serve = Serve::start(&[folder]);
    let urls = serve.listed(recordings.len());
    let seen = client.read(&planned, &urls);
    let (status, _, stderr) = serve.interrupt();
    assert!(status.success(), "{status}: {stderr}");
    assert!(stderr.ends_with("; every exchange was asked for"), "{stderr}");

    let mut wrong: Vec<String> = Vec::new();
    if std::env::var_os(OTHERS).is_none() {
        let names: Vec<&str> = planned.iter().map(|(name, _)| *name).collect();
        wrong.extend(deviations_of_nothing(client, &names));
    }
    let mut classes = BTreeMap::<Class, usize>::new();
    for (name, requests) in &planned {
        for (index, request) in requests.iter().enumerate() {
            *classes.entry(request.class).or_default() += 1;
            let seen = seen.get(&((*name).to_owned(), index));
            wrong.extend(
                problem(client, name, index, request, seen)
                    .map(|problem| format!("{name} {index}: {problem}")),
            );
        }
    }
    #[expect(clippy::print_stdout, reason = "shown with --nocapture")]
    {
        println!("{client:?}: {} recordings, {} requests: {classes:?}", recordings.len(), seen.len());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with what a client saw.
fn problem(
    client: Client,
    name: &str,
    index: usize,
    request: &Request,
    seen: Option<&Seen>,
) -> Option<String> {
    let Some(seen) = seen else { return Some("nothing was told".to_owned()) };
    let as_any_client = client.difference(request, seen);
    let Some(deviation) = deviation(client, name, index) else { return as_any_client };
    if as_any_client.is_none() {
        return Some(format!("the deviation is not needed any more: {}", deviation.why));
    }
    let deviating = request.cut_short(deviation.events, deviation.class);
    client.difference(&deviating, seen)
}
