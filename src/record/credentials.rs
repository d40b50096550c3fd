//! What shows who somebody is. It is sent and nothing else: it stands in no file, and in no text that a value is shown as.

use super::error::RecordError;
use http::HeaderValue;
use std::collections::BTreeSet;
use std::fmt;

/// An API key, as it is sent: `authorization: Bearer …`.
///
/// ```
/// use responses_parity::record::ApiKey;
///
/// let key = ApiKey::new("quay-lantern-41")?;
/// assert_eq!(format!("{key:?}"), "ApiKey(Sensitive)");
/// assert!(ApiKey::new("two\nlines").is_err());
/// # Ok::<(), responses_parity::record::RecordError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ApiKey(HeaderValue);

impl ApiKey {
    /// Takes a key.
    ///
    /// # Errors
    /// [`RecordError::ApiKey`] where it cannot stand in a header field.
    pub fn new(key: &str) -> Result<ApiKey, RecordError> {
        let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| RecordError::ApiKey)?;
        value.set_sensitive(true);
        Ok(ApiKey(value))
    }

    /// The value of `authorization`.
    pub(super) fn value(&self) -> &HeaderValue {
        &self.0
    }
}

/// What clients have sent to show who they are, so that it is found where an upstream repeats it.
#[derive(Clone, Default)]
pub(super) struct Credentials(BTreeSet<String>);

impl Credentials {
    pub(super) fn add(&mut self, values: impl IntoIterator<Item = String>) {
        self.0.extend(values);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({} values)", self.0.len())
    }
}
