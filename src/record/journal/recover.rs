//! Makes what a journal holds a tape again.

use super::JournalError;
use super::line::{Line, VERSION};
use crate::record::recorded::About;
use crate::record::tape::Reel;
use std::path::Path;

/// What a journal holds. Its last line may be unfinished, where the recorder ended in the middle of it; every other one
/// was written by a recorder, or the file is no journal.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<(About, Reel), JournalError> {
    let broken = |line: usize, problem: String| JournalError::Broken { path: path.to_owned(), line, problem };
    let mut lines = whole_lines(bytes).enumerate();
    let Some((_, first)) = lines.next() else { return Ok((About::default(), Reel::default())) };
    let about = match serde_json::from_slice(first) {
        Ok(Line::Journal { version: VERSION, about }) => about,
        Ok(Line::Journal { version, .. }) => {
            return Err(broken(1, format!("version {version} is not the one this build reads ({VERSION})")));
        }
        Ok(_) => return Err(broken(1, "expected the beginning of a journal".to_owned())),
        Err(error) => return Err(broken(1, error.to_string())),
    };
    let mut reel = Reel::default();
    for (index, line) in lines {
        let applied = serde_json::from_slice(line)
            .map_err(|error| error.to_string())
            .and_then(|line: Line| line.apply(&mut reel));
        applied.map_err(|problem| broken(index + 1, problem))?;
    }
    trim_pieces(&mut reel);
    Ok((about, reel))
}

/// Without what follows the last line end.
fn whole_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    bytes[..end].split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// A piece is noted when it comes, its bytes when they are an event: the last pieces may lie beyond the last byte.
fn trim_pieces(reel: &mut Reel) {
    for take in &mut reel.takes {
        let length = take.body.len();
        let beyond = take.pieces.iter().position(|piece| piece.end >= length);
        if let Some(beyond) = beyond {
            take.pieces.truncate(beyond + 1);
            take.pieces[beyond].end = length;
        }
        // A piece that ends where the one before it does is none.
        take.pieces.dedup_by_key(|piece| piece.end);
        take.pieces.retain(|piece| piece.end > 0);
    }
}
