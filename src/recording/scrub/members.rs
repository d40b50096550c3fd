//! Members of JSON whose values are nobody's business, whatever they look like.

use super::json::{Leaf, leaves};
use super::shapes::is_redacted;
use super::view::View;

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
    "safetyidentifier",
    "sessionid",
    "useremail",
    "userid",
];

/// The `user` of a request or a response. Elsewhere the word means many things.
const USER: &str = "user";

/// A value to be taken out.
pub(super) struct Found {
    /// What it is, for people.
    pub(super) kind: &'static str,
    /// The value, escapes resolved.
    pub(super) value: View<'static>,
}

/// The values of such members in a document.
pub(super) fn find(document: &View<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    leaves(&document.text, |leaf| {
        let Some(kind) = kind_of(leaf).filter(|_| leaf.is_string) else { return };
        let mut value = View::default();
        value.push_resolved(document, leaf.range.clone());
        if !is_hidden(&value.text) {
            found.push(Found { kind, value });
        }
    });
    found
}

fn kind_of(leaf: &Leaf<'_>) -> Option<&'static str> {
    let name = normalised(leaf.name()?);
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if is_one_of(SECRETS) {
        return Some("value of a secret's name");
    }
    let of_the_message = || {
        let above: Vec<&[u8]> = leaf.names().collect();
        matches!(above[..], [_] | [b"response", _])
    };
    (is_one_of(ACCOUNT) || (name == USER.as_bytes() && of_the_message())).then_some("account data")
}

fn normalised(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|byte| !b"_-".contains(byte)).map(u8::to_ascii_lowercase).collect()
}

/// Whether nothing is left to hide.
fn is_hidden(value: &[u8]) -> bool {
    let word = &b"REDACTED"[..];
    let only_marks = value.iter().all(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii());
    is_redacted(value) || only_marks || value.windows(word.len()).any(|window| window == word)
}
