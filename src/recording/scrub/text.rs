//! Secrets in files and in text for people.

use super::body::{Found, clean, find_each, find_secrets, first_certain};
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
    let mut secrets: Vec<Secret> = find_each(text).into_iter().map(Secret::from).collect();
    secrets.sort_by_key(|secret| (secret.range.start, secret.range.end));
    secrets
}

/// A text without its secrets, for logs, errors and reports. It is as long as before; borrowed where it held none.
///
/// What only says who somebody is stays where it looks like nothing: app-servers call their own conversations
/// `session_id`, too. In a recording, [`scrub`](super::scrub) takes that out.
///
/// ```
/// use responses_parity::recording::redact;
///
/// let key = format!("ghp_{}", "a1B2c3".repeat(6));
/// assert_eq!(redact(&format!("push with {key} failed")), format!("push with ghp_REDACTED{} failed", "*".repeat(28)));
/// ```
pub fn redact(text: &str) -> Cow<'_, str> {
    if find_secrets(text.as_bytes()).is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_owned();
    clean(&mut bytes, find_secrets);
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Refuses a file that holds what nothing but a secret looks like.
pub(in crate::recording) fn refuse_secrets(path: &Path, text: &[u8]) -> Result<(), LoadError> {
    first_certain(text).map_or(Ok(()), |(start, kind)| {
        let line = 1 + text[..start].iter().filter(|byte| **byte == b'\n').count();
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
