//! What the tests share: files that other tools might have written, and what becomes of them.

use responses_parity::recording::import::{Imported, import};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A whole answer.
pub(crate) const STREAM: &str = concat!(
    "event: response.created\ndata: {\"type\": \"response.created\", \"response\":{\"id\":\"resp_mill_01\"}}\n\n",
    "event: response.completed\ndata: {\"type\": \"response.completed\", \"response\":{\"id\":\"resp_mill_01\"}}\n\n",
);

/// An answer that asks for a tool.
pub(crate) const CALL: &str = concat!(
    "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"call_id\":\"call_mill_01\",\"name\":\"grind\",\"arguments\":\"{}\"}}\n\n",
    "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_mill_01\"}}\n\n",
);

/// A folder of files to import, gone after the test.
pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new() -> Files {
        Files { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// Without what differs from run to run.
    pub(crate) fn still(&self, text: &str) -> String {
        text.replace(&self.folder.path().display().to_string(), "[root]")
    }
}

/// What becomes of a file.
pub(crate) fn imported(name: &str, content: impl AsRef<[u8]>) -> Imported {
    let files = Files::new();
    import(&files.write(name, content), "mill", None).unwrap_or_else(|error| panic!("{error}"))
}

/// Why a file is refused.
pub(crate) fn refused(name: &str, content: impl AsRef<[u8]>) -> String {
    let files = Files::new();
    match import(&files.write(name, content), "mill", None) {
        Ok(imported) => panic!("it was imported: {imported:?}"),
        Err(error) => files.still(&error.to_string()),
    }
}

/// The bodies, as text.
pub(crate) fn bodies(imported: &Imported) -> Vec<String> {
    let exchanges = imported.recording.exchanges.iter();
    exchanges.map(|exchange| String::from_utf8_lossy(&exchange.body).into_owned()).collect()
}

/// What the user says.
pub(crate) fn words(imported: &Imported) -> Vec<&str> {
    imported.recording.turns.iter().map(|turn| turn.user.as_str()).collect()
}

/// The value of a header of an exchange.
pub(crate) fn header<'a>(imported: &'a Imported, exchange: usize, name: &str) -> Option<&'a str> {
    let headers = &imported.recording.exchanges[exchange].headers;
    headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}
