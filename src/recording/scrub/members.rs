//! Members of JSON whose values are nobody's business, whatever they look like.

use super::json::{Leaf, leaves};
use super::shapes::{is_redacted, redaction};
use super::view::View;

/// How deep JSON may stand in the strings of JSON: a call's arguments within an event, and what is within them.
const NESTED: usize = 4;

/// What opens something.
const SECRETS: &[&str] = &[
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "authorization",
    "authtoken",
    "bearertoken",
    "clientsecret",
    "cookie",
    "idtoken",
    "passwd",
    "password",
    "privatekey",
    "proxyauthorization",
    "refreshtoken",
    "secretaccesskey",
    "secretkey",
    "sessionkey",
    "sessiontoken",
    "setcookie",
    "xapikey",
    "xauthtoken",
];

/// Who recorded it, on which account, from which machine.
const ACCOUNT: &[&str] = &[
    "accountid",
    "chatgptaccountid",
    "chatgptuserid",
    "email",
    "installationid",
    "openaiorganization",
    "openaiproject",
    "organizationid",
    "orgid",
    "projectid",
    "safetyidentifier",
    "sessionid",
    "useremail",
    "userid",
    "xcodexinstallationid",
    "xcodexturnmetadata",
];

/// Those of them that stand for nothing else, wherever they stand: the arguments of a call and the text of a model may
/// well have an `email` of their own.
const ACCOUNT_ANYWHERE: &[&str] = &[
    "chatgptaccountid",
    "chatgptuserid",
    "installationid",
    "openaiorganization",
    "openaiproject",
    "safetyidentifier",
    "xcodexinstallationid",
];

/// The `user` of a request or a response. Elsewhere the word means many things.
const USER: &str = "user";

/// What people and tools write where a secret was, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "anonymised",
    "anonymized",
    "censored",
    "dummy",
    "empty",
    "filtered",
    "hidden",
    "masked",
    "none",
    "null",
    "obfuscated",
    "omitted",
    "placeholder",
    "private",
    "redacted",
    "removed",
    "sanitised",
    "sanitized",
    "scrubbed",
    "secret",
    "undefined",
    "unknown",
];

/// A value to be taken out.
pub(super) struct Found {
    /// Whether it opens something, and does not only say who somebody is.
    pub(super) is_secret: bool,
    /// The value, escapes resolved.
    pub(super) value: View<'static>,
    /// Whether it is a string, and not a number.
    pub(super) is_string: bool,
}

impl Found {
    /// What it is, for people.
    pub(super) fn kind(&self) -> &'static str {
        if self.is_secret { "value of a secret's name" } else { "account data" }
    }

    /// What is to stand in its place. A number stays one.
    pub(super) fn replacement(&self) -> Vec<u8> {
        let length = self.value.text.len();
        if self.is_string {
            return redaction(length);
        }
        let digits = std::iter::once(b'1').chain(std::iter::repeat(b'0'));
        digits.take(length).collect()
    }
}

/// The values of such members in a document, and in the JSON within its strings.
pub(super) fn find(document: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    collect(document, 0, &mut found);
    found
}

/// The same for a text that is no document, but may be JSON: what the deltas of a call's arguments are together.
pub(super) fn find_within(text: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    if is_json(&text.text) {
        collect(text, 1, &mut found);
    }
    found
}

fn collect(document: &View<'_>, depth: usize, found: &mut Vec<Found>) {
    leaves(&document.text, |leaf| {
        let value = || {
            let mut value = View::default();
            value.push_resolved(document, leaf.range.clone());
            value
        };
        match is_secret(leaf, depth) {
            Some(is_secret) if leaf.is_string => {
                let value = value();
                let is_left = is_hidden(&value.text) || (depth > 0 && is_word(&value.text));
                if !is_left {
                    found.push(Found { is_secret, value, is_string: true });
                }
            }
            Some(is_secret) if is_number(leaf.written()) => {
                found.push(Found { is_secret, value: value(), is_string: false });
            }
            _ if leaf.is_string && depth < NESTED && is_json(leaf.written()) => {
                collect(&value(), depth + 1, found);
            }
            _ => {}
        }
    });
}

/// Whether the value is a secret, or somebody's; `None` where it is neither.
fn is_secret(leaf: &Leaf<'_>, depth: usize) -> Option<bool> {
    let name = normalised(leaf.name()?);
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if is_one_of(SECRETS) {
        return Some(true);
    }
    let of_the_message = || {
        let above: Vec<&[u8]> = leaf.names().collect();
        matches!(above[..], [_] | [b"response", _])
    };
    let is_account = if depth > 0 {
        is_one_of(ACCOUNT_ANYWHERE)
    } else {
        is_one_of(ACCOUNT) || (name == USER.as_bytes() && of_the_message())
    };
    is_account.then_some(false)
}

fn normalised(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|byte| !b"_-".contains(byte)).map(u8::to_ascii_lowercase).collect()
}

/// Whether a text is JSON, as far as its beginning tells.
fn is_json(text: &[u8]) -> bool {
    text.trim_ascii_start().first().is_some_and(|first| b"{[".contains(first))
}

/// Whether this is somebody's number. Small ones are everybody's, and what stands in the place of one is nobody's.
fn is_number(written: &[u8]) -> bool {
    const LEAST: usize = 4;
    let is_replaced = written.first() == Some(&b'1') && written[1..].iter().all(|digit| *digit == b'0');
    written.len() >= LEAST && written.iter().all(u8::is_ascii_digit) && !is_replaced
}

/// Whether a value is a word like any other. Of what a model gives to a call, that is no secret: it plays, or asks for one.
fn is_word(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_lowercase)
}

/// Whether nothing is left to hide. In a delta, what stands for a secret may begin and not end.
fn is_hidden(value: &[u8]) -> bool {
    let word = &b"REDACTED"[..];
    let only_marks =
        value.iter().all(|byte| *byte == b'0' || (!byte.is_ascii_alphanumeric() && byte.is_ascii()));
    is_redacted(value)
        || word.starts_with(value)
        || only_marks
        || is_placeholder(value)
        || value.windows(word.len()).any(|window| window == word)
}

/// Whether a value is a word for what is not there: `sanitized`, `<removed>`, `***MASKED***`.
fn is_placeholder(value: &[u8]) -> bool {
    let is_mark = |byte: &u8| !byte.is_ascii_alphanumeric();
    let start = value.iter().take_while(|byte| is_mark(byte)).count();
    let end = value.len() - value[start..].iter().rev().take_while(|byte| is_mark(byte)).count();
    PLACEHOLDERS.iter().any(|word| value[start..end].eq_ignore_ascii_case(word.as_bytes()))
}
