//! A report to look at: what is identical, what differs in many ways, what is hostile, and what is long.

use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// How many events the long recording has at least, on each side.
pub(crate) const MANY: usize = 10_000;

/// What would be run if any text were taken for more than text. U+2028 ends lines of some scripts.
const HOSTILE: &str = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'><!--\u{2028}\u{2029}&lt;b&gt; \u{202e}";

/// What the other side's app-server does with what it says: some of the notifications only, so that a channel differs in
/// one way and not in all.
const CHANGES: &str = "\
/response_event/s/second/sekond/
/agent_message_delta/{/toast/d
}
s/rate 2777/rate 2778/g
/agent_message_delta/{/number 2000 /d
}
";

/// The report, made once for all tests.
pub(crate) fn report() -> &'static Path {
    static REPORT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    &REPORT
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let file = make(folder.path());
            (folder, file)
        })
        .1
}

fn make(folder: &Path) -> PathBuf {
    let recordings = folder.join("recordings");
    std::fs::create_dir_all(recordings.join("made")).unwrap();
    std::fs::write(recordings.join("made/hostile.sse"), stream(&["Look: ", HOSTILE])).unwrap();
    let words: Vec<String> =
        (0..MANY / 3).map(|number| format!("number {number} is of rate {}, ", number % 9000)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    std::fs::write(recordings.join("made/long.sse"), stream(&words)).unwrap();
    std::fs::write(folder.join("changes.sed"), CHANGES).unwrap();
    let bundled = format!("{} app-server", env!("CARGO_BIN_EXE_responses-parity"));
    let server = format!("{bundled} | sed -u -f {}\n", folder.join("changes.sed").display());
    std::fs::write(folder.join("server.sh"), server).unwrap();
    let file = folder.join("report.html");
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let output = Command::new(env!("CARGO_BIN_EXE_responses-parity"))
        .args(["check", "recordings/text", "recordings/tools", "recordings/failures", "-q"])
        .args([recordings.as_path(), Path::new("--html"), &file])
        .args(["--app-server", &bundled, "--against", &format!("sh {}", folder.join("server.sh").display())])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    file
}

fn stream(pieces: &[&str]) -> String {
    let item = |text: &str| json!({"type": "message", "id": "msg_made_01", "role": "assistant", "content": [{"type": "output_text", "text": text}]});
    let mut events = vec![
        json!({"type": "response.created", "response": {"id": "resp_made_01"}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": "msg_made_01", "role": "assistant", "content": []}}),
    ];
    events.extend(pieces.iter().map(|piece| {
        json!({"type": "response.output_text.delta", "item_id": "msg_made_01", "output_index": 0, "content_index": 0, "delta": piece})
    }));
    events.push(
        json!({"type": "response.output_item.done", "output_index": 0, "item": item(&pieces.concat())}),
    );
    events.push(json!({"type": "response.completed", "response": {"id": "resp_made_01"}}));
    events
        .iter()
        .map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()))
        .collect()
}
