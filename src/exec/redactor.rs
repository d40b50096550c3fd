//! Takes secrets out of JSON-RPC lines that are shown.

use crate::recording::redact;
use crate::replay::ApiKey;

/// Knows what is not to be shown: a key by its letters, and all that [`redact`] knows by its looks and by its name.
#[derive(Clone, Debug)]
pub struct Redactor {
    key: Option<ApiKey>,
}

impl Redactor {
    /// One that knows a key, which may look like nothing.
    pub fn new(key: Option<ApiKey>) -> Redactor {
        Redactor { key }
    }

    /// The text with `[redacted]` in place of the key, and without what looks like a secret to anybody. The rest stays as
    /// it is.
    ///
    /// ```
    /// use responses_parity::exec::Redactor;
    /// use responses_parity::replay::ApiKey;
    ///
    /// let redactor = Redactor::new(Some(ApiKey::new("cove-0123456789abcdef")?));
    /// let line = r#"{"headers":{"Authorization":"Basic eA==","accept":"*/*"},"note":"cove-0123456789abcdef!"}"#;
    /// let shown = r#"{"headers":{"Authorization":"REDACTED**","accept":"*/*"},"note":"[redacted]!"}"#;
    /// assert_eq!(redactor.redacted(line), shown);
    /// # Ok::<(), responses_parity::replay::NotAKey>(())
    /// ```
    pub fn redacted(&self, text: &str) -> String {
        match &self.key {
            Some(key) => redact(&key.taken_out_of(text.to_owned())).into_owned(),
            None => redact(text).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go() {
        let key = ApiKey::new("cove-0123456789abcdef").unwrap();
        let redactor = Redactor::new(Some(key));
        let cases = [
            (r#"{"set-cookie":["a=\"]\"","b"],"x":1}"#, r#"{"set-cookie":["**\"*\"","*"],"x":1}"#),
            (r#"{"API_KEY" : "x7","x-auth-token":"y7"}"#, r#"{"API_KEY" : "**","x-auth-token":"**"}"#),
            ("a cove-0123456789abcdef!", "a [redacted]!"),
        ];
        for (text, expected) in cases {
            assert_eq!(redactor.redacted(text), expected);
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in [r#"{"note":"authorization: none", "n" : 1.0}"#, "the bearer of news", "sk-short", ""] {
            assert_eq!(Redactor::new(None).redacted(text), text);
        }
    }
}
