//! What a recorded tool call may do to this machine: nothing, unless somebody wants just that.

use crate::servers::{RealServer, SERVERS};
use libtest_mimic::{Failed, Trial};
use responses_parity::check::{CheckOptions, Side, check_all};
use responses_parity::recording::{Exchange, Recording, Turn};
use responses_parity::replay::{Path as ApiPath, ReplayError};
use responses_parity::report::{Summary, Verdict, failure};
use responses_parity::wire::Dialect;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn trials() -> Vec<Trial> {
    let of_server = |server: RealServer| {
        let named = |what: &str| format!("{}: {what}", server.version);
        [
            Trial::test(named("a recorded touch leaves no file"), move || touch(server, false)),
            Trial::test(named("a touch that is allowed leaves one"), move || touch(server, true)),
            Trial::test(named("it has no delegated path, which is said once"), move || not_delegated(server)),
        ]
    };
    SERVERS.into_iter().flat_map(of_server).collect()
}

/// Every call that any of the servers carries out, each touching a file of its own.
fn touch(server: RealServer, allowed: bool) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let calls = [
        ("shell", json!({ "command": ["touch", folder.path().join("shell")] })),
        ("exec_command", json!({ "cmd": format!("touch {}", folder.path().join("exec_command").display()) })),
    ];
    let calls = calls.map(|(name, arguments)| {
        json!({ "type": "function_call", "call_id": "call_touch", "name": name, "arguments": arguments.to_string() })
    });
    let action = json!({ "type": "exec", "command": ["touch", folder.path().join("local_shell")] });
    let local = json!({ "type": "local_shell_call", "call_id": "call_touch", "status": "completed", "action": action });
    let recordings: Vec<_> = calls.into_iter().chain([local]).map(recording_of).collect();
    let summary = check(server, ApiPath::Direct, allowed, &recordings)??;
    let failures: String = summary.checked.iter().map(failure).collect();
    // Not `is_parity`: 0.128.0 may tell of a command's end after the turn is over, which is a stray then.
    assert_eq!(summary.count(Verdict::Identical), recordings.len(), "{failures}");
    assert_eq!(touched(folder.path())?, if allowed { carried_out(server) } else { &[] });
    Ok(())
}

/// Which of the calls a server knows.
fn carried_out(server: RealServer) -> &'static [&'static str] {
    match (server.dialect, server.version) {
        (Dialect::V1, _) => &["local_shell", "shell"],
        (Dialect::V2, "0.128.0") => &["exec_command", "local_shell", "shell"],
        (Dialect::V2, _) => &["exec_command"],
    }
}

/// A turn in which the model asks for this item, and then says something.
fn recording_of(item: Value) -> Recording {
    let stream = |id: &str, item: &Value| {
        let done = json!({ "type": "response.output_item.done", "item": item });
        let completed = json!({ "type": "response.completed", "response": { "id": id } });
        Exchange::stream(format!("data: {done}\n\ndata: {completed}\n\n"))
    };
    let content = json!([{ "type": "output_text", "text": "Touched." }]);
    let message = json!({ "type": "message", "role": "assistant", "content": content });
    let answered = Exchange { may_stay_unasked: true, ..stream("resp_2", &message) };
    let name = format!("touch/{}", item["name"].as_str().unwrap_or("local_shell"));
    Recording::of_exchanges(name, vec![Turn::said("Touch it.")], vec![stream("resp_1", &item), answered])
}

fn touched(folder: &Path) -> Result<Vec<String>, Failed> {
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let names = entries.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    Ok(names)
}

fn not_delegated(server: RealServer) -> Result<(), Failed> {
    let error = match check(server, ApiPath::Delegated, false, &[Recording::probe()])? {
        Err(error @ ReplayError::NoDelegatedPath { .. }) => error.to_string(),
        other => return Err(format!("expected that it has no delegated path, got {other:?}").into()),
    };
    assert!(error.contains("has no delegated path"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    Ok(())
}

fn check(
    server: RealServer,
    path: ApiPath,
    allow_tools: bool,
    recordings: &[Recording],
) -> Result<Result<Summary, ReplayError>, Failed> {
    let side = Side { dialect: Some(server.dialect), ..Side::of_path(server.command()?, path) };
    let options = CheckOptions { allow_tools, ..CheckOptions::new(vec![side]) };
    let runtime = tokio::runtime::Runtime::new()?;
    Ok(runtime.block_on(check_all(recordings, &options, |_| ())))
}
