//! Which recordings are measured with.

use responses_parity::recording::{Exchange, Found, Recording, Retries, discover};
use std::path::Path;
use tempfile::TempDir;
use walkdir::WalkDir;

/// Recordings in a folder of their own.
pub(crate) struct Set {
    pub(crate) folder: TempDir,
}

impl Set {
    /// Loads them, as `check` does.
    pub(crate) fn load(&self) -> Vec<Recording> {
        discover(self.folder.path()).unwrap().iter().map(|found| found.load().unwrap()).collect()
    }
}

/// So many recordings of this project. Those that are about waiting are none of them; where there are too few others,
/// they are taken again, under other names.
pub(crate) fn set_of(count: usize) -> Set {
    let found: Vec<Found> = discover(Path::new("recordings")).unwrap();
    let found: Vec<Found> =
        found.into_iter().filter(|found| waits_for_nothing(&found.load().unwrap())).collect();
    let folder = tempfile::tempdir().unwrap();
    for (number, found) in found.iter().cycle().take(count).enumerate() {
        let name = format!("{number:04}-{}", found.name.replace('/', "-"));
        let to = folder.path().join(&name);
        copy(&found.path, &to);
    }
    Set { folder }
}

fn waits_for_nothing(recording: &Recording) -> bool {
    let provider = &recording.provider;
    let never = Retries::Times(0);
    provider.request_max_retries == never
        && provider.stream_max_retries == never
        && !provider.unreachable
        && recording.turns.iter().all(|turn| turn.interrupt.is_none())
        && recording.exchanges.iter().all(|exchange| is_plain(exchange) && !exchange.may_stay_unasked)
        && recording.origin.is_dir()
}

fn is_plain(exchange: &Exchange) -> bool {
    exchange.delivery.is_plain() && !(300..400).contains(&exchange.status)
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A bare stream of so many events, in a file of its own.
pub(crate) struct LongStream {
    pub(crate) folder: TempDir,
    pub(crate) bytes: usize,
}

impl LongStream {
    /// One message in so many pieces, each with as much around it as real ones have: 250 bytes.
    pub(crate) fn of(events: usize) -> LongStream {
        use std::fmt::Write;
        let mut body = String::from(
            "data: {\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\",\"id\":\"msg_shore\",\"role\":\"assistant\",\"content\":[]}}\n\n",
        );
        let padding = "~".repeat(90);
        for number in 0..events {
            let delta = "response.output_text.delta";
            writeln!(
                body,
                "event: {delta}\ndata: {{\"type\":\"{delta}\",\"sequence_number\":{number},\"item_id\":\"msg_shore\",\"delta\":\"{number} \",\"obfuscation\":\"{padding}\"}}\n"
            )
            .unwrap();
        }
        body.push_str("data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_shore\"}}\n\n");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("long.sse"), &body).unwrap();
        LongStream { folder, bytes: body.len() }
    }
}
