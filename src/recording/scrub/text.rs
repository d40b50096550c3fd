//! Secrets in files and in text for people.

use super::body::{Found, Known, clean, find, find_by_looks};
use crate::recording::LoadError;
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

/// Something in a text that looks like a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it looks like, for people: `OpenAI API key`, `bearer token`, …
    pub kind: &'static str,
    /// Where it stands, in bytes; with what stands between its pieces, where it is split over several deltas.
    pub range: Range<usize>,
    /// Whether nothing but a secret looks so. Loading refuses these; the others are guesses, or say who somebody is.
    pub certain: bool,
}

/// What looks like a secret in a text, in the order of its bytes. The text may be JSON, a stream, or anything else; what
/// is spelt with escapes or split over deltas is found, too.
///
/// ```
/// use responses_parity::recording::secrets_in;
///
/// let key = format!("ghp_{}", "a1B2c3".repeat(6));
/// let found = secrets_in(format!("token: {key}").as_bytes());
/// assert_eq!((found[0].kind, found[0].range.clone()), ("GitHub token", 7..47));
/// ```
pub fn secrets_in(text: &[u8]) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = find(text, &Known::default()).into_iter().map(Secret::from).collect();
    secrets.sort_by_key(|secret| (secret.range.start, !secret.certain, secret.range.end));
    secrets.dedup_by(|later, former| later.range.start < former.range.end);
    secrets
}

/// A text without its secrets, for logs, errors and reports. It is as long as before; borrowed where it held none.
///
/// ```
/// use responses_parity::recording::redact;
///
/// let key = format!("ghp_{}", "a1B2c3".repeat(6));
/// assert_eq!(redact(&format!("push with {key} failed")), format!("push with ghp_REDACTED{} failed", "*".repeat(28)));
/// ```
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut bytes = Cow::Borrowed(text.as_bytes());
    if find(&bytes, &Known::default()).is_empty() {
        return Cow::Borrowed(text);
    }
    clean(bytes.to_mut(), &Known::default());
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Refuses a file that holds what nothing but a secret looks like.
pub(in crate::recording) fn refuse_secrets(path: &Path, text: &[u8]) -> Result<(), LoadError> {
    let secrets = find_by_looks(text).into_iter().filter(|found| found.certain);
    secrets.min_by_key(|found| found.range.start).map_or(Ok(()), |Found { kind, range, .. }| {
        let line = 1 + text[..range.start].iter().filter(|byte| **byte == b'\n').count();
        let problem = format!(
            "holds what looks like a secret ({kind}); overwrite it with as many other characters, and revoke it if it is real"
        );
        Err(LoadError::at_line(path, line, problem))
    })
}

impl From<Found> for Secret {
    fn from(found: Found) -> Secret {
        Secret { kind: found.kind, range: found.range, certain: found.certain }
    }
}
