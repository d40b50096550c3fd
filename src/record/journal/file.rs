//! The file of a journal.

use super::JournalError;
use super::clean::Cleaner;
use super::growing::{Change, Growing};
use super::line::{Line, Octets, VERSION};
use super::recover;
use crate::record::credentials::Credentials;
use crate::record::recorded::About;
use crate::record::take::{Ending, Head};
use crate::record::tape::Reel;
use crate::recording::Piece;
use crate::wire::header_value;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The journal of a recording that is being made. Locked as long as its recorder lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The folders that were made for it, outermost first.
    made: Vec<PathBuf>,
    /// What clients have sent to show who they are. In memory only, so that it is known where it comes back.
    credentials: Credentials,
    /// The streams that are coming. What is no stream is written when all of it is there.
    growing: BTreeMap<usize, Growing>,
}

/// What a recorder left behind that did not live to finish.
#[derive(Debug)]
pub(in crate::record) struct Leftover {
    pub(in crate::record) about: About,
    pub(in crate::record) reel: Reel,
    file: Journal,
}

impl Journal {
    /// Begins the journal of the recording that is to stand at `target`: beside it, under a hidden name.
    ///
    /// # Errors
    /// [`JournalError`] where there is one already, or the disk fails.
    pub fn create(target: &Path, about: &About) -> Result<Journal, JournalError> {
        let path = path_of(target)?;
        let mut made = Vec::new();
        let parents = path.parent().map(|parent| make_folders(parent, &mut made)).transpose();
        parents.map_err(JournalError::io(&path, "made"))?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(JournalError::io(&path, "made"))?;
        let (credentials, growing) = Default::default();
        let mut journal = Journal { path: path.clone(), file, made, credentials, growing };
        journal.lock()?;
        let About { description, source, notes } = about;
        let [description, source, notes] =
            [description, source, notes].map(|text| journal.cleaner().text(text));
        let first = Line::Journal { version: VERSION, about: About { description, source, notes } };
        journal.write(&[first]).map_err(JournalError::io(&path, "written"))?;
        Ok(journal)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The recording is written, or there is nothing to write: nothing of the journal stays.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn discard(self) -> Result<(), JournalError> {
        fs::remove_file(&self.path).map_err(JournalError::io(&self.path, "removed"))?;
        for folder in self.made.iter().rev() {
            // It stays where the recording is in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    /// A client has sent this to show who it is: it is not to be written, wherever it stands.
    pub(in crate::record) fn credentials(&mut self, values: impl IntoIterator<Item = String>) {
        self.credentials.add(values);
    }

    pub(in crate::record) fn turn(&mut self, user: &str, before: usize) -> io::Result<()> {
        let user = self.cleaner().text(user);
        self.write(&[Line::Turn { user, before }])
    }

    pub(in crate::record) fn asked(&mut self, exchange: usize) -> io::Result<()> {
        self.write(&[Line::Asked { exchange }])
    }

    pub(in crate::record) fn request(&mut self, exchange: usize, body: &[u8]) -> io::Result<()> {
        let body = Octets::of(&self.cleaner().request(body));
        self.write(&[Line::Request { exchange, body }])
    }

    pub(in crate::record) fn head(&mut self, exchange: usize, head: &Head) -> io::Result<()> {
        if is_stream(head) && head.codings().is_none() {
            self.growing.insert(exchange, Growing::default());
        }
        let headers = self.cleaner().headers(&head.headers);
        self.write(&[Line::head(exchange, &Head { headers, ..head.clone() })])
    }

    /// A piece came, which ends there in the body.
    pub(in crate::record) fn piece(&mut self, exchange: usize, bytes: &[u8], piece: Piece) -> io::Result<()> {
        let cleaner = Cleaner { credentials: Some(&self.credentials) };
        let growing = self.growing.get_mut(&exchange);
        let changes = growing.map(|growing| growing.piece(bytes, &cleaner)).unwrap_or_default();
        let lines = changes.iter().map(|change| Line::body(exchange, change));
        let lines: Vec<Line> = lines.chain([Line::piece(exchange, piece)]).collect();
        self.write(&lines)
    }

    /// The exchange ended; `body` is all of it.
    pub(in crate::record) fn ended(
        &mut self,
        exchange: usize,
        body: &[u8],
        ending: &Ending,
    ) -> io::Result<()> {
        let cleaner = Cleaner { credentials: Some(&self.credentials) };
        let known = self.growing.remove(&exchange).and_then(|mut growing| growing.finish(&cleaner));
        let changes = known.unwrap_or_else(|| vec![Change { at: 0, bytes: cleaner.body(body) }]);
        let lines = changes.iter().map(|change| Line::body(exchange, change));
        let lines: Vec<Line> = lines.chain([Line::ended(exchange, ending)]).collect();
        self.write(&lines)
    }

    fn cleaner(&self) -> Cleaner<'_> {
        Cleaner { credentials: Some(&self.credentials) }
    }

    /// In one go, so that at most the last of them is there in part.
    fn write(&mut self, lines: &[Line]) -> io::Result<()> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line)?;
            text.push(b'\n');
        }
        self.file.write_all(&text)
    }

    fn lock(&self) -> Result<(), JournalError> {
        match self.file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: self.path.clone() }),
            Err(TryLockError::Error(cause)) => Err(JournalError::io(&self.path, "locked")(cause)),
        }
    }
}

impl Leftover {
    /// What it holds is written elsewhere now.
    pub(in crate::record) fn discard(self) -> Result<(), JournalError> {
        self.file.discard()
    }
}

/// The journal that a recorder left beside `target`, where one did.
///
/// # Errors
/// [`JournalError`] where its recorder still lives, or where it cannot be read.
pub(in crate::record) fn leftover(target: &Path) -> Result<Option<Leftover>, JournalError> {
    let path = path_of(target)?;
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(JournalError::io(&path, "read")(error)),
    };
    let (made, credentials, growing) = Default::default();
    let mut left = Journal { path: path.clone(), file, made, credentials, growing };
    // Before it is read: until then its recorder may live, and write.
    left.lock()?;
    let mut bytes = Vec::new();
    left.file.read_to_end(&mut bytes).map_err(JournalError::io(&path, "read"))?;
    let (about, reel) = recover::read(&path, &bytes)?;
    Ok(Some(Leftover { about, reel, file: left }))
}

/// `.NAME.journal` beside `NAME`. The search for recordings sees no hidden files.
fn path_of(target: &Path) -> Result<PathBuf, JournalError> {
    let no_name = || JournalError::NoName { path: target.to_owned() };
    let name = target.file_name().ok_or_else(no_name)?;
    Ok(target.with_file_name(format!(".{}.journal", name.to_string_lossy())))
}

/// Whether events are to be expected. Some servers do not say what they send.
fn is_stream(head: &Head) -> bool {
    let content_type = header_value(&head.headers, "content-type");
    content_type.is_none_or(|content_type| content_type.trim_start().starts_with("text/event-stream"))
}

fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.exists() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folders(parent, made)?;
    }
    fs::create_dir(folder)?;
    made.push(folder.to_owned());
    Ok(())
}
