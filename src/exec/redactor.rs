//! Takes secrets out of JSON-RPC lines that are shown.

use crate::replay::ApiKey;
use regex::Regex;
use std::borrow::Cow;

/// What stands where a secret was.
const REDACTED: &str = "[redacted]";

/// Members that hold credentials, with the one value or the list of values that they have.
const MEMBERS: &str = concat!(
    r#"(?i)"((?:proxy-)?authorization|(?:set-)?cookie|(?:x-)?api[-_]?key|x-auth-token)"\s*:\s*"#,
    r#"(?:"(?:[^"\\]|\\.)*"|\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])"#
);

/// What looks like a credential wherever it stands.
const BEARERS: &str = r"(?i)\bbearer\s+[a-z0-9._~+/=-]{8,}";
const KEYS: &str = r"\bsk-[A-Za-z0-9_-]{16,}";

/// Knows what is not to be shown.
#[derive(Clone, Debug)]
pub struct Redactor {
    key: Option<ApiKey>,
    members: Regex,
    bearers: Regex,
    keys: Regex,
}

impl Redactor {
    /// One that knows a key, beside what looks like a credential to anybody.
    ///
    /// # Errors
    /// Where a pattern is none. They are fixed, so that a test knows of it first.
    pub fn new(key: Option<ApiKey>) -> Result<Redactor, regex::Error> {
        Ok(Redactor {
            key,
            members: Regex::new(MEMBERS)?,
            bearers: Regex::new(BEARERS)?,
            keys: Regex::new(KEYS)?,
        })
    }

    /// The text with `[redacted]` in place of the key, of header fields that carry credentials, and of what looks like a
    /// credential. The rest stays as it is.
    ///
    /// ```
    /// use responses_parity::exec::Redactor;
    ///
    /// let line = r#"{"headers":{"Authorization":"Basic eA==","accept":"*/*"}}"#;
    /// let shown = Redactor::new(None)?.redacted(line);
    /// assert_eq!(shown, r#"{"headers":{"Authorization":"[redacted]","accept":"*/*"}}"#);
    /// # Ok::<(), regex::Error>(())
    /// ```
    pub fn redacted(&self, text: &str) -> String {
        let text: Cow<'_, str> = self.members.replace_all(text, format!(r#""$1":"{REDACTED}""#));
        let text = self.bearers.replace_all(&text, format!("Bearer {REDACTED}"));
        let text = self.keys.replace_all(&text, REDACTED).into_owned();
        match &self.key {
            Some(key) => key.taken_out_of(text),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let key = ApiKey::new("cove-0123456789abcdef").unwrap();
        Redactor::new(Some(key)).unwrap().redacted(text)
    }

    #[test]
    fn credentials_go() {
        let cases = [
            (r#"{"set-cookie":["a=\"]\"","b"],"x":1}"#, r#"{"set-cookie":"[redacted]","x":1}"#),
            (r#"{"API_KEY" : "x","api-key":"y"}"#, r#"{"API_KEY":"[redacted]","api-key":"[redacted]"}"#),
            (r#"{"cookie":"a\"b"}"#, r#"{"cookie":"[redacted]"}"#),
            ("say bearer abcdefgh.ijk now", "say Bearer [redacted] now"),
            ("sk-proj-abcdefghijklmnop0123 or task-force", "[redacted] or task-force"),
            ("a cove-0123456789abcdef!", "a [redacted]!"),
        ];
        for (text, expected) in cases {
            assert_eq!(redacted(text), expected);
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in [r#"{"note":"authorization: none", "n" : 1.0}"#, "the bearer of news", "sk-short", ""] {
            assert_eq!(redacted(text), text);
        }
    }
}
