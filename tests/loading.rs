//! What is refused when recordings are found and read, and in which words. All from real files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use responses_parity::recording::{
    Exchange, LoadError, MAX_BODY_BYTES, MAX_MANIFEST_BYTES, Recording, Turn, discover,
};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const MANIFEST: &str = "format = 1\n[[turn]]\nuser = \"Hello\"\n[[exchange]]\n";
const STREAM: &str = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n";

/// A folder of recordings, gone after the test.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new(files: &[(&str, &str)]) -> Files {
        let files_below = Files { folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            files_below.write(name, text);
        }
        files_below
    }

    /// One recording, `a`, with this manifest and one stream.
    fn with_manifest(manifest: &str) -> Files {
        Files::new(&[("a/recording.toml", manifest), ("a/01.response.sse", STREAM)])
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A file of so many bytes that takes no room.
    fn write_long(&self, name: &str, bytes: usize) {
        File::create(self.path(name)).unwrap().set_len(bytes as u64).unwrap();
    }

    fn link(&self, name: &str, target: impl AsRef<Path>) {
        symlink(target, self.path(name)).unwrap();
    }

    /// Finds and loads all of them.
    fn load(&self) -> Result<Vec<Recording>, LoadError> {
        load_all(self.folder.path())
    }

    /// The names of the recordings, or the error, without the folder.
    fn told(&self) -> String {
        self.told_at("")
    }

    /// The same, of a path below the folder.
    fn told_at(&self, below: &str) -> String {
        let told = match load_all(&self.path(below)) {
            Ok(recordings) => {
                recordings.into_iter().map(|recording| recording.name).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        };
        told.replace(&self.folder.path().display().to_string(), "[root]")
    }

    fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() { self.folder.path().to_owned() } else { self.folder.path().join(below) }
    }

    /// A pipe that nobody writes to: to open it is to wait for ever.
    #[expect(clippy::disallowed_methods, reason = "a pipe is not an app-server")]
    fn pipe(&self, name: &str) {
        assert!(Command::new("mkfifo").arg(self.path(name)).status().unwrap().success());
    }
}

fn load_all(root: &Path) -> Result<Vec<Recording>, LoadError> {
    discover(root)?.iter().map(|found| found.load()).collect()
}

/// What is told of each, a line for each.
fn told_of_all<'a>(files: impl IntoIterator<Item = &'a [(&'a str, &'a str)]>) -> String {
    files.into_iter().map(|files| Files::new(files).told()).collect::<Vec<_>>().join("\n")
}

fn told_of_manifests(manifests: &[&str]) -> String {
    manifests.iter().map(|manifest| Files::with_manifest(manifest).told()).collect::<Vec<_>>().join("\n")
}

#[test]
fn json_that_cannot_be_parsed_is_no_bare_stream() {
    let broken = "{\n  \"replies\": [\n    {\"status\": 500,}\n  ]\n}";
    let told = told_of_all([
        &[("x.json", broken), ("x.sse", STREAM)][..],
        &[("x.json", broken)][..],
        &[("y.sse", STREAM), ("notes.json", "")][..],
        &[("x.json", "{\"repleis\": []}"), ("x.sse", STREAM)][..],
    ]);
    insta::assert_snapshot!(told, @r#"
    [root]/x.json:3: trailing comma
    [root]/x.json:3: trailing comma
    [root]/notes.json:1: EOF while parsing a value
    [root]/x.json: stands beside x.sse, so it must be a script, but it has no `replies`; add them, or give it another name
    "#);
}

#[test]
fn other_json_beside_recordings_is_ignored() {
    let files = Files::new(&[("x.sse", STREAM), ("package.json", "{\"name\": \"x\"}"), ("notes.txt", "")]);
    insta::assert_snapshot!(files.told(), @r#"x"#);
}

#[test]
fn files_that_are_named() {
    let files = Files::new(&[
        ("script.json", "{\"replies\": [{\"sse\": \"script.sse\"}]}"),
        ("script.sse", STREAM),
        ("other.json", "{}"),
        ("other.txt", ""),
    ]);
    let told = ["script.json", "script.sse", "other.json", "other.txt"].map(|name| files.told_at(name));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/script
    [root]/script.sse: is what script.json sends; name that one instead
    [root]/other.json: is no script: expected an object with `replies`
    [root]/other.txt: is no recording: expected a folder with a recording.toml, a *.sse stream, a *.json script, or a folder with a stream.sse
    "#);
}

#[test]
fn unknown_members_of_a_script() {
    let told = told_of_all([
        &[("x.json", "{\n  \"promtps\": [\"Hi\"],\n  \"replies\": []\n}")][..],
        &[("x.json", "{\n  \"replies\": [\n    {\"statsu\": 500}\n  ]\n}")][..],
        &[("x.json", "{\"replies\": [], \"provider\": {\"retries\": 1}}")][..],
        &[("x.json", "{\"replies\": {}}")][..],
        &[("x.json", "{\"replies\": [], \"prompts\": []}")][..],
    ]);
    insta::assert_snapshot!(told, @r#"
    [root]/x.json:2: unknown field `promtps`, expected one of `description`, `provider`, `base_url`, `toml`, `prompts`, `replies`, `then`, `interrupt_after_ms`, `timeout_s`, `toml_v1`, `toml_v2`, `tables`, `tables_v1`, `tables_v2`, `features_v2`, `features_v2_override`
    [root]/x.json:3: unknown field `statsu`, expected one of `status`, `headers`, `content_type`, `sse`, `body`, `framing`, `delay_ms`, `split`, `cut_at`, `cut`, `stall_at`, `stall_ms`, `hold_open_ms`, `refuse`
    [root]/x.json:1: unknown field `retries`, expected one of `request_max_retries`, `stream_max_retries`, `stream_idle_timeout_ms`
    [root]/x.json:1: invalid type: map, expected a sequence
    [root]/x.json: `prompts` is empty: what does the user say?
    "#);
}

#[test]
fn every_member_that_a_script_may_have() {
    let script = r#"{"description": "", "provider": {"request_max_retries": 0, "stream_max_retries": 0,
        "stream_idle_timeout_ms": 700}, "toml": "", "toml_v1": "", "toml_v2": "", "tables": "", "tables_v1": "",
        "tables_v2": "", "prompts": ["Hello"], "timeout_s": 10, "interrupt_after_ms": null, "then": "repeat",
        "base_url": null, "features_v2": "", "features_v2_override": {}, "replies": [{"status": 200, "headers": {},
        "content_type": "text/event-stream", "sse": "x.sse", "body": null, "framing": "chunked", "delay_ms": 0,
        "split": 6, "cut_at": 30, "cut": "rst", "stall_at": 20, "stall_ms": 8, "hold_open_ms": 1, "refuse": false}]}"#;
    insta::assert_snapshot!(Files::new(&[("x.json", script), ("x.sse", STREAM)]).told(), @r#"x"#);
}

#[test]
fn a_folder_with_files_but_no_recording() {
    let told = told_of_all([
        &[("good.sse", STREAM), ("a/recordings.toml", MANIFEST)][..],
        &[("good.sse", STREAM), ("a/b/thing.see", STREAM), ("a/README.md", "")][..],
        &[
            ("good.sse", STREAM),
            ("a/README.md", ""),
            ("b/LICENSE", ""),
            ("b/SOURCE.md", ""),
            ("c/.hidden", ""),
        ][..],
        &[("family/good.sse", STREAM), ("family/notes.txt", "")][..],
    ]);
    insta::assert_snapshot!(told, @r#"
    [root]/a: holds files but no recording: expected a folder with a recording.toml, a *.sse stream, a *.json script, or a folder with a stream.sse; got recordings.toml
    [root]/a/b: holds files but no recording: expected a folder with a recording.toml, a *.sse stream, a *.json script, or a folder with a stream.sse; got thing.see
    good
    family/good
    "#);
    let files = Files::new(&[("good.sse", STREAM)]);
    fs::create_dir_all(files.folder.path().join("empty/emptier")).unwrap();
    insta::assert_snapshot!(files.told(), @r#"good"#);
}

#[test]
fn strays_in_a_recording() {
    let told =
        ["extra.sse", "sub/recording.toml", "1.response.sse", "01.response.tming", "README.md", ".swp"].map(
            |stray| {
                let files = Files::with_manifest(MANIFEST);
                files.write(&format!("a/{stray}"), STREAM);
                format!("{stray}: {}", files.told_at("a"))
            },
        );
    insta::assert_snapshot!(told.join("\n"), @r#"
    extra.sse: [root]/a/extra.sse: is no part of a recording: beside recording.toml stand NN.request.json, NN.response.sse, .body or .timing, and README.md
    sub/recording.toml: [root]/a/sub: is no part of a recording: beside recording.toml stand NN.request.json, NN.response.sse, .body or .timing, and README.md
    1.response.sse: [root]/a/1.response.sse: would not be read: it must be called 01.response.sse
    01.response.tming: [root]/a/01.response.tming: is no part of a recording: beside recording.toml stand NN.request.json, NN.response.sse, .body or .timing, and README.md
    README.md: [root]/a
    .swp: [root]/a
    "#);
}

#[test]
fn strays_in_the_plain_layout() {
    let told = told_of_all([
        &[("a/stream.sse", STREAM), ("a/respnse.json", "{}")][..],
        &[("a/turn-1/stream.sse", STREAM), ("a/turn-3/stream.sse", STREAM)][..],
        &[("a/turn-1/stream.sse", STREAM), ("a/turn-1/sub/x", "")][..],
        &[("a/stream.sse", STREAM), ("a/body.json", "{}")][..],
        &[("a/turn-1/stream.sse", STREAM), ("a/SOURCE.md", "")][..],
    ]);
    insta::assert_snapshot!(told, @r#"
    [root]/a/respnse.json: is no part of this recording, which is stream.sse, events.jsonl, body.json, body.txt, body.html, response.json, request.json
    [root]/a/turn-3: is no part of this recording, which is turn-1
    [root]/a/turn-1/sub: is no part of this recording, which is stream.sse, events.jsonl, body.json, body.txt, body.html, response.json, request.json
    [root]/a/body.json: there is also [root]/a/stream.sse; which is the body?
    a
    "#);
}

#[test]
fn two_recordings_of_one_name() {
    let files = Files::new(&[("x.sse", STREAM), ("x/stream.sse", STREAM)]);
    insta::assert_snapshot!(files.told(), @r#"[root]/x.sse: is called "x", and so is [root]/x; rename one of them"#);
}

#[test]
fn links_are_refused() {
    let body = Files::new(&[("a/recording.toml", MANIFEST)]);
    body.link("a/01.response.sse", "/etc/passwd");
    let manifest = Files::new(&[("elsewhere.txt", MANIFEST), ("a/01.response.sse", STREAM)]);
    manifest.link("a/recording.toml", "../elsewhere.txt");
    let bare = Files::new(&[("a.sse", STREAM)]);
    bare.link("b.sse", "a.sse");
    let script = Files::new(&[("a.json", "{\"replies\": [{\"sse\": \"b.txt\"}]}")]);
    script.link("b.txt", "/etc/passwd");
    let turn = Files::new(&[("a/turn-1/stream.sse", STREAM)]);
    turn.link("a/turn-2", "turn-1");
    let dangling = Files::new(&[("a.sse", STREAM)]);
    dangling.link("b.json", "nowhere");
    let told = [&body, &manifest, &bare, &script, &turn, &dangling].map(Files::told);
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/a/01.response.sse: is a symbolic link, and those are not followed; put the file itself here
    [root]/a/recording.toml: is a symbolic link, and those are not followed; put the file itself here
    [root]/b.sse: is a symbolic link, and those are not followed; put the file itself here
    [root]/b.txt: is a symbolic link, and those are not followed; put the file itself here
    [root]/a/turn-2: is a symbolic link, and those are not followed; put the folder itself here
    [root]/b.json: is a symbolic link, and those are not followed; put the file itself here
    "#);
}

#[test]
fn links_to_folders_are_not_followed() {
    let files = Files::new(&[("family/a.sse", STREAM)]);
    files.link("family/loop", "..");
    files.link("again", "family");
    insta::assert_snapshot!(files.told(), @r#"family/a"#);
    files.write("linked/README.md", "");
    files.link("linked/family", "../family");
    insta::assert_snapshot!(files.told(), @r#"[root]/linked: holds files but no recording: expected a folder with a recording.toml, a *.sse stream, a *.json script, or a folder with a stream.sse; got family"#);
}

#[test]
fn the_root_may_be_a_link() {
    let files = Files::with_manifest(MANIFEST);
    let other = Files::new(&[]);
    other.link("all", files.folder.path());
    other.link("one", files.folder.path().join("a"));
    insta::assert_snapshot!([other.told_at("all"), other.told_at("one")].join("\n"), @r#"
    a
    [root]/one
    "#);
}

#[test]
fn what_is_no_regular_file() {
    let pipe = Files::new(&[("a/recording.toml", MANIFEST)]);
    pipe.pipe("a/01.response.sse");
    let socket = Files::new(&[("a/recording.toml", MANIFEST)]);
    let _listener = UnixListener::bind(socket.path("a/01.response.sse")).unwrap();
    let folder = Files::new(&[("a/recording.toml", MANIFEST), ("a/01.response.sse/x", "")]);
    let device = load_all(Path::new("/dev/zero")).unwrap_err().to_string();
    insta::assert_snapshot!([pipe.told(), socket.told(), folder.told(), device].join("\n"), @r#"
    [root]/a/01.response.sse: is a pipe, a device or a socket, where a recording has a regular file
    [root]/a/01.response.sse: is a pipe, a device or a socket, where a recording has a regular file
    [root]/a/01.response.sse: is a folder, where a recording has a file
    /dev/zero: is a pipe, a device or a socket, where a recording has a regular file
    "#);
}

#[test]
fn files_that_are_too_long() {
    let body = Files::with_manifest(MANIFEST);
    body.write_long("a/01.response.sse", MAX_BODY_BYTES + 1);
    let manifest = Files::with_manifest(MANIFEST);
    manifest.write_long("a/recording.toml", MAX_MANIFEST_BYTES + 1);
    let script = Files::new(&[]);
    script.write_long("x.json", MAX_MANIFEST_BYTES + 1);
    insta::assert_snapshot!([body, manifest, script].map(|files| files.told()).join("\n"), @r#"
    [root]/a/01.response.sse: has 67108865 bytes, but such a file may have 67108864 (64 MiB); make it smaller
    [root]/a/recording.toml: has 1048577 bytes, but such a file may have 1048576 (1 MiB); make it smaller
    [root]/x.json: has 1048577 bytes, but such a file may have 1048576 (1 MiB); make it smaller
    "#);
}

#[test]
fn a_body_of_the_greatest_length() {
    let files = Files::new(&[]);
    files.write_long("a.sse", MAX_BODY_BYTES);
    assert_eq!(discover(files.folder.path()).unwrap().len(), 1);
}

#[test]
fn what_http_cannot_carry() {
    let exchanges = [
        "status = 99",
        "status = 199",
        "status = 1000",
        "status = 70000",
        "\nheaders = { \"two words\" = \"x\" }",
        "headers = { \"\" = \"x\" }",
        "headers = { x = \"one\\ntwo\" }",
        "[exchange.headers]\nx = \"\\u0000\"",
        "end = \"eof\"\nhead_cut = 0",
        "end = \"eof\"\nhead_cut = 9000",
        "head_delay_ms = 3600001",
        "end_delay_ms = 9223372036854775807",
        "end_delay_ms = -1",
    ];
    let manifests = exchanges.map(|exchange| format!("{MANIFEST}{exchange}\n"));
    insta::assert_snapshot!(told_of_manifests(&manifests.each_ref().map(String::as_str)), @r#"
    [root]/a/recording.toml:5: status 99 is not that of a final response: expected 200 to 999
    [root]/a/recording.toml:5: status 199 is not that of a final response: expected 200 to 999
    [root]/a/recording.toml:5: status 1000 is not that of a final response: expected 200 to 999
    [root]/a/recording.toml:5: status 70000 is not that of a final response: expected 200 to 999
    [root]/a/recording.toml:6: "two words" cannot be the name of a header field: expected letters, digits and hyphens
    [root]/a/recording.toml:5: "" cannot be the name of a header field: expected letters, digits and hyphens
    [root]/a/recording.toml:5: header field "x" cannot have the value "one\ntwo": expected no line ends and no control characters
    [root]/a/recording.toml:5: header field "x" cannot have the value "\0": expected no line ends and no control characters
    [root]/a/recording.toml:6: head_cut is 0; where nothing of the head arrives, say `headless = true`
    [root]/a/recording.toml:6: head_cut is 9000, but the response head has less than 512 bytes
    [root]/a/recording.toml:5: head_delay_ms is 3600001 ms, but at most 3600000 (an hour) are waited
    [root]/a/recording.toml:5: end_delay_ms is 9223372036854775807 ms, but at most 3600000 (an hour) are waited
    [root]/a/recording.toml:5: invalid value: integer `-1`, expected a number from 0
    "#);
}

#[test]
fn what_http_cannot_carry_in_the_other_layouts() {
    let told = told_of_all([
        &[("a/stream.sse", STREAM), ("a/response.json", "{\"status\": 101}")][..],
        &[("a/stream.sse", STREAM), ("a/response.json", "{\"headers\": {\"a b\": \"\"}}")][..],
        &[("x.json", "{\"replies\": [{\"status\": 100000}]}")][..],
        &[("x.json", "{\"replies\": [{\"headers\": {\"x\": \"\\r\\n\"}}]}")][..],
        &[("x.json", "{\"replies\": [{\"content_type\": \"\\n\"}]}")][..],
        &[("x.json", "{\"replies\": [{\"delay_ms\": 3600001}]}")][..],
        &[(
            "x.json",
            "{\"replies\": [{\"hold_open_ms\": 18446744073709551615, \"stall_at\": 9, \"stall_ms\": 9}]}",
        )][..],
    ]);
    insta::assert_snapshot!(told, @r#"
    [root]/a/response.json: status 101 is not that of a final response: expected 200 to 999
    [root]/a/response.json: "a b" cannot be the name of a header field: expected letters, digits and hyphens
    [root]/x.json: status 100000 is not that of a final response: expected 200 to 999
    [root]/x.json: header field "x" cannot have the value "\r\n": expected no line ends and no control characters
    [root]/x.json: header field "content-type" cannot have the value "\n": expected no line ends and no control characters
    [root]/x.json: the time before the head is 3600001 ms, but at most 3600000 (an hour) are waited
    [root]/x.json: the time before the end is 18446744073709551615 ms, but at most 3600000 (an hour) are waited
    "#);
}

#[test]
fn the_greatest_of_what_http_carries() {
    let exchange = "status = 999\nend = \"eof\"\nhead_cut = 1\nhead_delay_ms = 3600000\nend_delay_ms = 3600000\n\
        [exchange.headers]\nx = [\"ünï\", \"\"]\n";
    insta::assert_snapshot!(told_of_manifests(&[&format!("{MANIFEST}{exchange}")]), @r#"a"#);
}

/// Whoever reads a hundred, as HTTP libraries do, can read all that is relayed.
#[test]
fn as_many_header_fields_as_are_relayed() {
    let many = |fields: usize| {
        let fields: String = (0..fields).map(|number| format!("x-{number} = \"\"\n")).collect();
        format!("{MANIFEST}[exchange.headers]\n{fields}")
    };
    let told = told_of_manifests(&[&many(96), &many(97)]);
    insta::assert_snapshot!(told, @"
    a
    [root]/a/recording.toml:5: 97 header fields, but at most 96 are relayed
    ");
}

#[test]
fn times_that_cannot_be() {
    let told = ["-1 3", "NaN 3", "1e300 3", "3600001 3", "x 3", "1 -3", "1 9999", "1"].map(|line| {
        let files = Files::with_manifest(MANIFEST);
        files.write("a/01.response.timing", &format!("0 1\n{line}\n"));
        files.told()
    });
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/a/01.response.timing:2: "-1" is no number of milliseconds: expected 0 to an hour
    [root]/a/01.response.timing:2: "NaN" is no number of milliseconds: expected 0 to an hour
    [root]/a/01.response.timing:2: "1e300" is no number of milliseconds: expected 0 to an hour
    [root]/a/01.response.timing:2: the time is 3600001 ms, but at most 3600000 (an hour) are waited
    [root]/a/01.response.timing:2: "x" is no number of milliseconds: invalid float literal
    [root]/a/01.response.timing:2: "-3" is no byte offset: invalid digit found in string
    [root]/a/01.response.timing:2: offset 9999 lies beyond the body, which has 59 bytes
    [root]/a/01.response.timing:2: expected `<ms> <byte offset>`, got "1"
    "#);
}

#[test]
fn interrupts_that_are_never_reached() {
    let moments = [
        "after_events = 0",
        "after_requests = 0",
        "after_retries = 0",
        "after_events = -1",
        "after_requests = 2",
    ];
    let manifest =
        |moment| format!("format = 1\n[[turn]]\nuser = \"x\"\ninterrupt = {{ {moment} }}\n[[exchange]]\n");
    let manifests = moments.map(manifest);
    insta::assert_snapshot!(told_of_manifests(&manifests.each_ref().map(String::as_str)), @r#"
    [root]/a/recording.toml:4: after_events counts from 1, so 0 would never be reached
    [root]/a/recording.toml:4: after_requests counts from 1, so 0 would never be reached
    [root]/a/recording.toml:4: after_retries counts from 1, so 0 would never be reached
    [root]/a/recording.toml:4: invalid value: integer `-1`, expected a number from 0
    [root]/a/recording.toml:4: after_requests is 2, but there are 1 [[exchange]] to ask for
    "#);
    let first = "format = 1\n[[turn]]\nuser = \"x\"\nmay_end_first = \"so it is\"\n[[exchange]]\n";
    insta::assert_snapshot!(told_of_manifests(&[first]), @"[root]/a/recording.toml:4: may_end_first, but the turn is not interrupted: before what does it end?");
    let table = "format = 1\n[[turn]]\nuser = \"x\"\n[turn.interrupt]\nafter_events = 1\n[[exchange]]\n";
    insta::assert_snapshot!(told_of_manifests(&[table]), @r#"a"#);
}

#[test]
fn formats_that_cannot_be() {
    let formats =
        ["99999999999999999999", "2", "0", "-99999999999999999999", "\"1\"", "1_000_000_000_000_000_000_000"];
    let manifests = formats.map(|format| format!("# the format\nformat = {format}\n"));
    insta::assert_snapshot!(told_of_manifests(&manifests.each_ref().map(String::as_str)), @r#"
    [root]/a/recording.toml:2: format 99999999999999999999 is newer than the format this build reads (1); update responses-parity
    [root]/a/recording.toml:2: format 2 is newer than the format this build reads (1); update responses-parity
    [root]/a/recording.toml:2: format must be 1
    [root]/a/recording.toml:2: -99999999999999999999 is beyond what a number can be: expected at most 9223372036854775807
    [root]/a/recording.toml:2: format must be 1
    [root]/a/recording.toml:2: format 1000000000000000000000 is newer than the format this build reads (1); update responses-parity
    "#);
    let number = format!("{MANIFEST}head_delay_ms = 99999999999999999999\n");
    insta::assert_snapshot!(told_of_manifests(&[&number]), @r#"[root]/a/recording.toml:5: 99999999999999999999 is beyond what a number can be: expected at most 9223372036854775807"#);
}

#[test]
fn where_there_is_nothing() {
    let files = Files::new(&[]);
    insta::assert_snapshot!([files.told(), files.told_at("none")].join("\n"), @r#"
    [root]: holds no recording; name a folder with recordings, or run where there is a folder `recordings`, as `responses-parity unpack` writes one
    [root]/none: does not exist; name a folder with recordings, or run where there is a folder `recordings`, as `responses-parity unpack` writes one
    "#);
}

/// Reports call a bare stream by its name without the ending.
#[test]
fn a_name_without_its_ending() {
    let files = Files::new(&[("new/thing.sse", STREAM), ("new/script.json", "{\"replies\": []}")]);
    insta::assert_snapshot!([files.told_at("new/thing"), files.told_at("new/script")].join("\n"), @r#"
    [root]/new/thing: does not exist, but [root]/new/thing.sse does; name that
    [root]/new/script: does not exist, but [root]/new/script.json does; name that
    "#);
}

/// What `curl` leaves behind where it fails is easily taken for a recording, and would be replayed the same on both paths.
#[test]
fn a_file_that_is_no_stream() {
    let empty = Files::new(&[("empty.sse", "")]);
    let error = Files::new(&[("error.sse", "{\"error\":{\"message\":\"no such key\"}}\n")]);
    let comments = Files::new(&[("comments.sse", ": ping\n\n: ping\n\ndata: cut o")]);
    insta::assert_snapshot!([empty, error, comments].map(|files| files.told()).join("\n"), @r#"
    empty
    [root]/error.sse: is no event stream: expected lines such as `data: {…}`; an answer that is none is written as a folder with a recording.toml
    comments
    "#);
}

#[test]
fn recordings_without_files() {
    let recording =
        Recording::of_exchanges("mine", vec![Turn::said("Hello")], vec![Exchange::stream(STREAM)]);
    assert_eq!((recording.name.as_str(), recording.turns.len()), ("mine", 1));
    let from_disk = Files::new(&[("x.sse", STREAM)]).load().unwrap();
    let (made, loaded) = (&recording.exchanges[0], &from_disk[0].exchanges[0]);
    assert_eq!((made.status, &made.headers, &made.body), (loaded.status, &loaded.headers, &loaded.body));
    assert!(made.delivery.is_plain() && !made.may_stay_unasked && made.request.is_none());
}

/// An app-server follows a redirect wherever it leads, with the whole request: a recording of somebody else's must not send
/// it there, and what came from there would prove nothing.
#[test]
fn a_redirect_that_leaves_the_machine() {
    let to = |location: &str| {
        let files = Files::with_manifest(&format!(
            "{MANIFEST}status = 307\nheaders = {{ location = \"{location}\" }}\n"
        ));
        files
            .load()
            .map(drop)
            .map_err(|error| error.to_string().replace(&files.folder.path().display().to_string(), "[root]"))
    };
    assert_eq!(
        to("https://me:kelp@api.example.com/v1/responses").unwrap_err(),
        "[root]/a/recording.toml:6: the location \"https://api.example.com/v1/responses\" is another server's, and a replay asks none; \"responses\" leads to the next exchange"
    );
    assert!(to("//api.example.com/").unwrap_err().contains("another server's"));
    assert_eq!(to("responses"), Ok(()));
    let plain = Files::new(&[
        ("p/stream.sse", STREAM),
        ("p/response.json", "{\"status\": 307, \"headers\": {\"Location\": \"https://api.example.com/\"}}"),
    ]);
    let told = plain.load().unwrap_err().to_string();
    assert!(told.contains("p/response.json") && told.contains("another server's"), "{told}");
    let script = Files::new(&[(
        "s.json",
        "{\"replies\": [{\"status\": 302, \"headers\": {\"location\": \"http://10.0.0.1/\"}}]}",
    )]);
    let told = script.load().unwrap_err().to_string();
    assert!(told.contains("s.json") && told.contains("another server's"), "{told}");
}
