//! What machines read: each document is what its schema says, and says what the table says.

use crate::program::{Changed, Ran, check};
use boon::{Compiler, Schemas};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the schema is called; nobody looks there.
const SCHEMA: &str = "https://responses-parity.example/report.json";

/// The document that a check printed, which is as the schema says.
pub(crate) fn document(ran: &Ran) -> Value {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    let document: Value = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr));
    let mut compiler = Compiler::new();
    compiler.add_resource(SCHEMA, schema).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile(SCHEMA, &mut schemas).unwrap();
    let valid = schemas.validate(&document, index);
    assert!(valid.is_ok(), "{}", valid.unwrap_err());
    document
}

/// A divergence, an incomplete replay, and what is identical.
fn mixed() -> (Ran, Changed) {
    let changed = Changed::new("/_delta/s/\" kettle\"/\" cattle\"/\n");
    let ran = changed.check(&["recordings/text/plain", "recordings/tools", "--format", "json"]);
    (ran, changed)
}

#[test]
fn json_says_what_the_table_says() {
    let ran = check(&["recordings/tools", "--format", "json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let document = document(&ran);
    assert_eq!(document["conclusion"], "parity");
    assert_eq!(document["totals"]["verdicts"]["identical"], document["totals"]["recordings"]);
    let recordings = document["recordings"].as_array().unwrap();
    let sum = |channel: usize| -> u64 {
        recordings.iter().map(|recording| recording["channels"][channel]["compared"].as_u64().unwrap()).sum()
    };
    assert_eq!(document["totals"]["compared"]["requests"], sum(0));
    assert_eq!(document["totals"]["compared"]["notifications"], sum(3));
    let table = check(&["recordings/tools", "--table"]).stdout;
    for recording in recordings {
        let name = recording["name"].as_str().unwrap();
        let row: Vec<&str> = table
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name))
            .unwrap()
            .split_whitespace()
            .collect();
        for (channel, cell) in recording["channels"].as_array().unwrap().iter().zip(&row[1..6]) {
            let compared = channel["compared"].as_u64().unwrap();
            assert_eq!(*cell, if compared == 0 { "-".to_owned() } else { compared.to_string() }, "{name}");
        }
    }
}

#[test]
fn json_names_what_was_replayed_by_its_digests() {
    use sha2::{Digest, Sha256};
    let document = document(&check(&["recordings/text/plain", "--format", "json"]));
    let recording = &document["recordings"][0];
    let body = std::fs::read("recordings/text/plain/01.response.sse").unwrap();
    let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(recording["bodies_sha256"], json!([digest]));
    assert_eq!(
        recording["sides"][0],
        json!({"name": "direct", "requests": 1, "served": [1], "unserved": []})
    );
}

#[test]
fn json_tells_of_a_divergence_where_it_is_and_what_is_around_it() {
    let (ran, _changed) = mixed();
    assert_eq!(ran.status, 1);
    let document = document(&ran);
    assert_eq!(document["conclusion"], "no_parity");
    let plain = &document["recordings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|recording| recording["name"] == "recordings/text/plain");
    let channel = &plain.unwrap()["channels"][3];
    let divergence = &channel["divergence"];
    assert_eq!(divergence["index"], channel["same_from_start"]);
    assert_eq!(divergence["path"], "$.params.msg.delta");
    assert_eq!((&divergence["left"], &divergence["right"]), (&json!(" kettle"), &json!(" cattle")));
    let index = divergence["index"].as_u64().unwrap();
    let around = divergence["context"]["left"].as_array().unwrap();
    assert_eq!(around.len(), 7);
    assert!(around.iter().any(|entry| entry["index"] == index));
}

#[test]
fn json_tells_what_could_not_run_and_what_nobody_asked_for() {
    let gone = "sh -c 'read -r _; printf \"{\\\"id\\\":0,\\\"result\\\":{\\\"userAgent\\\":\\\"x\\\"}}\\\\n\"; read -r _; read -r _'";
    let ran = check(&[
        "recordings/text/plain",
        "--app-server",
        gone,
        "--protocol",
        "v1",
        "--paths",
        "direct",
        "--format",
        "json",
    ]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let dead = document(&ran);
    assert_eq!(
        (&dead["conclusion"], &dead["recordings"][0]["verdict"]),
        (&json!("could_not_run"), &json!("could_not_run"))
    );
    assert_eq!(dead["recordings"][0]["failure"]["side"], "direct");
    let folder = spare();
    let document = document(&check(&[folder.path().to_str().unwrap(), "--format", "json"]));
    let recording = &document["recordings"][0];
    assert_eq!(recording["verdict"], "incomplete");
    assert_eq!(recording["sides"][1]["unserved"], json!([2]));
    assert_eq!(recording["problems"][0]["kind"], "unserved");
    assert_eq!((&document["totals"]["served"], &document["totals"]["unserved"]), (&json!(2), &json!(2)));
}

#[test]
fn github_has_an_annotation_for_each_recording_at_its_place() {
    let changed = Changed::new("s/kettle/cattle/\n");
    let ran = changed.check(&["recordings/text/plain", "--format", "github"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    let start =
        "::error file=recordings/text/plain/recording.toml,line=1,title=recordings/text/plain%3A divergent::";
    assert!(lines[0].starts_with(start), "{}", lines[0]);
    assert!(lines[0].contains("differ at #") && lines[0].contains("%0A"), "{}", lines[0]);
    assert!(lines[1].starts_with("::error title=responses-parity::no parity: 1 divergent"), "{}", lines[1]);
}

/// A recording with an answer that nobody asks for.
fn spare() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let stream = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n";
    let spare = folder.path().join("spare");
    std::fs::create_dir(&spare).unwrap();
    let manifest = "format = 1\n[[turn]]\nuser = \"Hello\"\n[[exchange]]\n[[exchange]]\n";
    std::fs::write(spare.join("recording.toml"), manifest).unwrap();
    std::fs::write(spare.join("01.response.sse"), stream).unwrap();
    std::fs::write(spare.join("02.response.sse"), stream).unwrap();
    folder
}

#[test]
fn github_points_at_the_exchange_that_nobody_asked_for() {
    let folder = spare();
    let ran = check(&[folder.path().to_str().unwrap(), "--format", "github"]);
    let start = format!(
        "::error file={}/spare/recording.toml,line=5,title=spare%3A incomplete::",
        folder.path().display()
    );
    assert!(ran.stdout.starts_with(&start), "{}", ran.stdout);
}

#[test]
fn github_tells_what_could_not_begin() {
    let ran = check(&["no/such/folder", "--format", "github"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stdout.starts_with("::error title=could not run::no/such/folder"), "{}", ran.stdout);
    assert!(ran.stderr.starts_with("error: no/such/folder"), "{}", ran.stderr);
}
