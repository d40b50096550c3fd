//! Secrets that are known by what stands around them.
//!
//! Each function looks at one place of a text, where its anchor stands.

use super::rules::Alphabet;
use super::shapes::{Hit, begins_word, is_redacted, looks_random, run};
use std::ops::Range;

/// The kind of a key whose line ends are no part of the secret.
pub(super) const PRIVATE_KEY: &str = "private key";

/// The key between `-----BEGIN … PRIVATE KEY-----` and its end; to where it breaks off, if it does. The line ends in it may
/// be those of a JSON string.
pub(super) fn pem(text: &[u8], at: usize) -> Option<Hit> {
    const LABEL: usize = 48;
    const LEAST: usize = 32;
    let label = at + "-----BEGIN".len();
    let window = &text[label..text.len().min(label + LABEL)];
    let start = label + find(window, b"KEY-----").or_else(|| find(window, b"KEY BLOCK-----"))?;
    find(&text[label..start], b"PRIVATE ")?;
    let start = start + find(&text[start..], b"-----")? + "-----".len();
    let of_a_key = |byte: u8| Alphabet::Base64.has(byte) || b" \t\r\n\\:,-".contains(&byte);
    let ends = |at: &usize| !of_a_key(text[*at]) || text[*at..].starts_with(b"-----");
    let body = &text[start..(start..text.len()).find(ends).unwrap_or(text.len())];
    // Of what follows a key that breaks off, the escape of a quotation mark is no part.
    let length = body.iter().rposition(|byte| *byte != b'\\').map_or(0, |last| last + 1);
    let of_secret = body.iter().zip(is_no_secret(body)).filter(|(_, is_no_secret)| !is_no_secret);
    let characters = of_secret.filter(|(byte, _)| Alphabet::Base64.has(**byte)).count();
    let range = start..start + length;
    (characters >= LEAST).then_some(Hit { kind: PRIVATE_KEY, range, keeps: 0, certain: true })
}

/// Which bytes of a private key stay: its line ends and white space, and the escapes of a JSON string, which may be within
/// another one. Half an escape would break the string.
pub(super) fn is_no_secret(key: &[u8]) -> Vec<bool> {
    let mut stays: Vec<bool> = key.iter().map(|byte| byte.is_ascii_whitespace() || *byte == b'\\').collect();
    for at in (1..key.len()).filter(|at| key[at - 1] == b'\\') {
        let length = match &key[at..] {
            [b'u', digits @ ..]
                if digits.iter().take(4).filter(|digit| digit.is_ascii_hexdigit()).count() == 4 =>
            {
                5
            }
            [b'n' | b'r' | b't' | b'b' | b'f' | b'/', ..] => 1,
            _ => 0,
        };
        stays[at..at + length].fill(true);
    }
    stays
}

/// A signed JSON Web Token: header, claims and signature, of which the first two are JSON objects.
pub(super) fn jwt(text: &[u8], at: usize) -> Option<Hit> {
    const LEAST: [usize; 3] = [16, 10, 16];
    if !text[at..].starts_with(b"eyJ") || !begins_word(text, at) {
        return None;
    }
    let mut end = at;
    for (part, least) in LEAST.into_iter().enumerate() {
        if part > 0 {
            end += usize::from(text.get(end) == Some(&b'.'));
        }
        let length = run(&text[end..], |byte| Alphabet::Url.has(byte));
        if length < least || (part == 1 && !text[end..].starts_with(b"eyJ")) {
            return None;
        }
        end += length;
    }
    Some(Hit { kind: "JSON Web Token", range: at..end, keeps: 3, certain: true })
}

/// `user:password` before a host.
pub(super) fn url_credentials(text: &[u8], at: usize) -> Option<Hit> {
    const LONGEST: usize = 512;
    const NO_SECRETS: [&[u8]; 8] =
        [b"password", b"pass", b"passwd", b"pwd", b"secret", b"token", b"changeme", b"xxx"];
    if at == 0 || !text[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let start = at + "://".len();
    let rest = &text[start..text.len().min(start + LONGEST)];
    let of_an_authority = |byte: u8| byte.is_ascii_graphic() && !b"/?#\"'`<>\\^{}|$()[],;".contains(&byte);
    let authority = &rest[..run(rest, of_an_authority)];
    let length = authority.iter().rposition(|byte| *byte == b'@')?;
    if !authority.get(length + 1).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let user = &rest[..length];
    let secret: Range<usize> = match user.iter().position(|byte| *byte == b':') {
        Some(colon) => colon + 1..length,
        None if looks_random(user) => 0..length,
        None => return None,
    };
    let password = &user[secret.clone()];
    let is_secret = !password.is_empty()
        && !is_redacted(password)
        && !NO_SECRETS.iter().any(|word| password.eq_ignore_ascii_case(word));
    // A token may well stand where the user's name is.
    let from = if looks_random(&user[..secret.start]) { 0 } else { secret.start };
    is_secret.then(|| Hit {
        kind: "password in a URL",
        range: start + from..start + length,
        keeps: 0,
        certain: false,
    })
}

/// The keys of Azure OpenAI have their mark in the middle.
pub(super) fn azure_key(text: &[u8], at: usize) -> Option<Hit> {
    const BEFORE: usize = 52;
    const WHOLE: usize = 84;
    let start = at.checked_sub(BEFORE)?;
    let is_key = text[at..].starts_with(b"JQQJ99")
        && begins_word(text, start)
        && text.len() >= start + WHOLE
        && run(&text[start..], |byte| Alphabet::Base62.has(byte)) == WHOLE;
    is_key.then(|| Hit { kind: "Azure API key", range: start..start + WHOLE, keeps: 0, certain: true })
}

/// The token after `Bearer`.
pub(super) fn bearer(text: &[u8], at: usize) -> Option<Hit> {
    scheme(text, at, "Bearer", "bearer token")
}

/// The credentials after `Authorization: Basic`. Without the name before it, the scheme is a word like any other.
pub(super) fn basic(text: &[u8], at: usize) -> Option<Hit> {
    const NEAR: usize = 24;
    let before = text[at.saturating_sub(NEAR)..at].to_ascii_lowercase();
    find(&before, b"authorization")?;
    scheme(text, at, "Basic", "password")
}

fn scheme(text: &[u8], at: usize, name: &str, kind: &'static str) -> Option<Hit> {
    const LEAST: usize = 16;
    if !begins_word(text, at) {
        return None;
    }
    let after = at + name.len();
    let spaces = run(&text[after..], |byte| byte == b' ');
    let encoded = if text[after..].starts_with(b"%20") { 3 } else { 0 };
    let start = after + spaces.max(encoded);
    if start == after {
        return None;
    }
    let length = value_length(&text[start..]);
    let token = &text[start..start + length];
    let is_token = length >= LEAST && looks_random(token) && !is_redacted(token);
    is_token.then(|| Hit { kind, range: start..start + length, keeps: 0, certain: true })
}

/// Names whose values are secrets, without what may stand between their words.
const NAMES: &[&str] = &[
    "apikey",
    "apitoken",
    "apisecret",
    "accesstoken",
    "accesskey",
    "accountkey",
    "authtoken",
    "authorization",
    "clientsecret",
    "cookie",
    "idtoken",
    "password",
    "passwd",
    "privatekey",
    "refreshtoken",
    "secretkey",
    "secretaccesskey",
    "sessiontoken",
    "sessionkey",
    "subscriptionkey",
];

/// The value after a name that says that it is a secret: `OPENAI_API_KEY=…`, `"access_token": "…"`.
pub(super) fn assigned(text: &[u8], at: usize) -> Option<Hit> {
    const LEAST: usize = 16;
    let after = NAMES.iter().find_map(|name| end_of_name(text, at, name))?;
    let quotes = |from: usize| from + run(&text[from..], |byte| b"\\\"'` ".contains(&byte));
    let sign = quotes(after);
    let start = match &text[sign..] {
        [b':', b'=', ..] | [b'=', b'>', ..] => quotes(sign + 2),
        [b':' | b'=', ..] => quotes(sign + 1),
        _ => return None,
    };
    if names_scheme(&text[start..]) {
        return None;
    }
    // With an equals sign it is a variable, or a cookie among others.
    if text[at..after].eq_ignore_ascii_case(b"cookie") && text[sign] == b':' {
        return cookies(text, start).map(of_a_name);
    }
    let length = value_length(&text[start..]);
    let value = &text[start..start + length];
    let of_aws = after_last_word(&text[at..after], b"key") && is_aws_secret(value);
    let is_random = length >= LEAST && looks_random(value);
    let is_secret = (is_random || of_aws) && !is_redacted(value) && !is_uuid(value);
    is_secret.then(|| of_a_name(start..start + length))
}

fn of_a_name(range: Range<usize>) -> Hit {
    Hit { kind: "value of a secret's name", range, keeps: 0, certain: false }
}

/// The values of the cookies that begin here, from the first to the last that is a secret: `a=…; b=…`.
fn cookies(text: &[u8], at: usize) -> Option<Range<usize>> {
    const LEAST: usize = 16;
    /// No client sends more.
    const LONGEST: usize = 8 << 10;
    let text = &text[..text.len().min(at + LONGEST)];
    let of_a_cookie = |byte: u8| byte.is_ascii_graphic() && !b"\"'`,;\\".contains(&byte);
    let mut secrets: Option<Range<usize>> = None;
    let mut next = at;
    loop {
        let start = after_name(text, next);
        let end = start + run(&text[start..], of_a_cookie);
        let value = &text[start..end];
        if value.len() >= LEAST && looks_random(value) && !is_redacted(value) {
            secrets.get_or_insert(start..end).end = end;
        }
        if text.get(end) != Some(&b';') {
            return secrets;
        }
        next = end + 1 + run(&text[end + 1..], |byte| byte == b' ');
    }
}

/// Where the value of a cookie begins, which has a name of its own.
fn after_name(text: &[u8], at: usize) -> usize {
    let end = at + run(&text[at..], |byte| Alphabet::Dotted.has(byte));
    if text.get(end) == Some(&b'=') { end + 1 } else { at }
}

/// Whether a name ends with that word, in any case.
fn after_last_word(name: &[u8], word: &[u8]) -> bool {
    name.len() >= word.len() && name[name.len() - word.len()..].eq_ignore_ascii_case(word)
}

/// The secret access keys of AWS have slashes, and between them perhaps no digit.
fn is_aws_secret(value: &[u8]) -> bool {
    const LENGTH: usize = 40;
    value.len() == LENGTH
        && value.iter().all(|byte| Alphabet::Base64.has(*byte))
        && [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase]
            .iter()
            .all(|is_such| value.iter().any(is_such))
}

/// The value of a variable that is named like a secret, as an environment is printed: `GITHUB_TOKEN=…`. In small letters
/// such names are of many things.
pub(super) fn variable(text: &[u8], at: usize) -> Option<Hit> {
    const LEAST: usize = 16;
    const NAMES: [&[u8]; 6] = [b"_TOKEN", b"_SECRET", b"_PASS", b"_PWD", b"_KEY", b"_CREDENTIALS"];
    let name = NAMES.iter().find(|name| text[at..].starts_with(name))?;
    let sign = at + name.len();
    if text.get(sign) != Some(&b'=') || text[..at].ends_with(b"PUBLIC") {
        return None;
    }
    let start = sign + 1 + run(&text[sign + 1..], |byte| b"\\\"'".contains(&byte));
    let length = value_length(&text[start..]);
    let value = &text[start..start + length];
    let is_secret = length >= LEAST && looks_random(value) && !is_redacted(value) && !is_uuid(value);
    is_secret.then(|| of_a_name(start..start + length))
}

/// How long a value is. An equals sign can only end one.
fn value_length(text: &[u8]) -> usize {
    let length = run(text, |byte| byte.is_ascii_alphanumeric() || b"+/-._~%".contains(&byte));
    length + run(&text[length..text.len().min(length + 2)], |byte| byte == b'=')
}

/// Where a name ends that begins here: in any case, its words apart or not.
fn end_of_name(text: &[u8], at: usize, name: &str) -> Option<usize> {
    let mut place = at;
    for (index, letter) in name.bytes().enumerate() {
        if index > 0 && matches!(text.get(place), Some(b'_' | b'-' | b' ')) {
            place += 1;
        }
        if !text.get(place)?.eq_ignore_ascii_case(&letter) {
            return None;
        }
        place += 1;
    }
    (!text.get(place).is_some_and(u8::is_ascii_alphanumeric)).then_some(place)
}

/// What follows is then found by its scheme.
fn names_scheme(value: &[u8]) -> bool {
    let schemes = [&b"bearer "[..], b"basic "];
    schemes
        .iter()
        .any(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// What makes a URL work for whoever has it: `…?sv=2024-11-04&sig=…`.
pub(super) fn url_signature(text: &[u8], at: usize) -> Option<Hit> {
    const LEAST: usize = 16;
    let start = at + text[at..].iter().position(|byte| *byte == b'=')? + 1;
    let length = value_length(&text[start..]);
    let value = &text[start..start + length];
    let is_secret = length >= LEAST && looks_random(value) && !is_redacted(value);
    let whole = text[at..].starts_with(b"sig=") && !begins_word(text, at);
    (is_secret && !whole).then(|| Hit {
        kind: "signature of a URL",
        range: start..start + length,
        keeps: 0,
        certain: false,
    })
}

/// Ids are made so, and secrets seldom.
fn is_uuid(text: &[u8]) -> bool {
    const PARTS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut parts = text.split(|byte| *byte == b'-');
    let fits = |length: usize| {
        parts.next().is_some_and(|part| part.len() == length && part.iter().all(u8::is_ascii_hexdigit))
    };
    PARTS.into_iter().all(fits) && text.len() == 36
}

/// Where `what` first stands in a text.
pub(super) fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
