//! A credential that never shows.

use http::HeaderValue;
use std::fmt;
use std::sync::Arc;

/// What stands where a key was.
const REDACTED: &str = "[redacted]";

/// Shorter keys are placeholders for servers that want none, and could be any word of a text.
const SECRET_LENGTH: usize = 16;

/// The key of an API. It goes into requests, and nowhere else: not even `Debug` shows it.
///
/// ```
/// use responses_parity::replay::ApiKey;
///
/// let key = ApiKey::new("sk-lagoon-0123456789")?;
/// assert_eq!(format!("{key:?}"), "ApiKey([redacted])");
/// assert_eq!(key.taken_out_of("no sk-lagoon-0123456789 here".to_owned()), "no [redacted] here");
/// # Ok::<(), responses_parity::replay::NotAKey>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    text: Arc<str>,
    bearer: HeaderValue,
}

/// A text that no header field can carry as a key. Says nothing of what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is visible ASCII without spaces, and not empty")]
pub struct NotAKey;

impl ApiKey {
    /// White space around a key, such as a line end, is none of it.
    ///
    /// # Errors
    /// [`NotAKey`] where nothing is left, or something that no key holds.
    pub fn new(text: &str) -> Result<ApiKey, NotAKey> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NotAKey);
        }
        let mut bearer = HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| NotAKey)?;
        bearer.set_sensitive(true);
        Ok(ApiKey { text: text.into(), bearer })
    }

    /// The value of an `authorization` field.
    pub(crate) fn bearer(&self) -> &HeaderValue {
        &self.bearer
    }

    /// The text with `[redacted]` wherever the key stood. A key of fewer than 16 characters stays: it is a placeholder.
    #[must_use]
    pub fn taken_out_of(&self, text: String) -> String {
        let is_secret = self.text.len() >= SECRET_LENGTH;
        if is_secret && text.contains(&*self.text) { text.replace(&*self.text, REDACTED) } else { text }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({REDACTED})")
    }
}
