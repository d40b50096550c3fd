//! What is no secret stays as it is, and what is somebody's business goes though it looks like nothing.

use bytes::Bytes;
use pretty_assertions::assert_eq;
use responses_parity::recording::{Exchange, Recording, Turn, discover, redact, scrub, secrets_in};
use responses_parity::wire::Header;
use serde_json::json;
use std::path::Path;

#[test]
fn no_recording_of_this_project_is_changed() {
    for found in discover(Path::new("recordings")).unwrap() {
        let before = found.load().unwrap();
        let mut after = before.clone();
        assert_eq!(scrub(&mut after), [], "{}", before.name);
        assert!(before.exchanges == after.exchanges && before.turns == after.turns, "{}", before.name);
        assert_eq!((before.description, before.provenance), (after.description, after.provenance));
    }
}

/// Text that resembles secrets, as models, tools and servers write it.
const ORDINARY: &[&str] = &[
    "resp_68a1f0c2b3d4819e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c",
    "msg_68a1f0c2b3d4819e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c",
    "call_Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9",
    "rs_68a1f0c2b3d4819e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c",
    "req_274a12f349dd5af3eb7869c8e1b767ac",
    "019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071",
    "d41d8cd98f00b204e9800998ecf8427e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "gAAAAABoxyz0123456789-AKIA_sk-proj_ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789==",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "eyJhbGciOiJub25lIn0 is how a header begins",
    "sk-learn, sk-your-api-key-goes-here, and risk-assessment-of-the-year-2025-version-12",
    "task-ant-colony-optimization-in-the-year-2025 and ask-admin-for-permission-please",
    "Incorrect API key provided: sk-abcd**********************wxyz.",
    "export OPENAI_API_KEY=\"$(cat key)\" or OPENAI_API_KEY=your-api-key-here",
    "AKIAIOSFODNN7EXAMPLE is what the documentation shows",
    "Authorization: Bearer $OPENAI_API_KEY",
    "WWW-Authenticate: Bearer realm=\"OpenAI API\", error=\"invalid_token\"",
    "Basic understanding of authorization is required; bearer authentication-is-a-scheme",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo\n-----END PUBLIC KEY-----",
    "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----",
    "https://example.com/a:b@c and https://user@example.com and git@github.com:owner/name.git",
    "postgres://user:password@localhost/db and postgres://$USER:$PASSWORD@localhost/db",
    "mail to someone@example.com, who is organization-minded and user-friendly",
    "org-mode, org-roam-db-autosync-mode, user-select: none, user-experience2025design",
    "\"max_output_tokens\":123456789012345678,\"total_tokens\":98765432109876543210",
    "password: correct horse battery staple",
    "the api_key: must be set before version 2025-11-24T10:11:12Z",
    "prompt_cache_key: 019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071",
    "xoxb-your-token-goes-here-please and ghp_short and glpat-short",
    "next_page_token=CAUQAAabc123def456ghi789 and PUBLIC_KEY=aB3dE6gH9jK2mN5pQ8sT1vW4yZ7 and SORT_KEY=created",
    "Cookie: theme=dark; lang=en; consent=necessary-and-analytics",
    "{\"arguments\":\"{\\\"password\\\":\\\"<redacted>\\\",\\\"email\\\":\\\"a@example.com\\\"}\"}",
    "npm_config_registry_and_other_settings, hf_transformers_cache, key-value-store",
];

#[test]
fn ordinary_text_is_no_secret() {
    for text in ORDINARY {
        assert_eq!(secrets_in(text.as_bytes()), [], "{text}");
        assert_eq!(redact(text), *text);
    }
}

fn scrubbed(headers: &[(&str, &str)], body: &str, request: &str) -> (Recording, Vec<String>) {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let exchange = Exchange {
        headers: headers.iter().map(own).collect(),
        request: Some(Bytes::from(request.to_owned())),
        ..Exchange::stream(body.to_owned())
    };
    let mut recording = Recording::of_exchanges("account", vec![Turn::said("Hello")], vec![exchange]);
    let removed = scrub(&mut recording).iter().map(ToString::to_string).collect();
    (recording, removed)
}

#[test]
fn header_fields_that_nobody_reads_go() {
    let headers = [
        ("Content-Type", "text/event-stream"),
        ("set-cookie", "__cf_bm=abc; path=/"),
        ("openai-organization", "acme-corp-1234"),
        ("openai-project", "proj_1"),
        ("X-Request-Id", "req_274a12f349dd5af3eb7869c8e1b767ac"),
        ("x-codex-primary-used-percent", "12.5"),
        ("x-codex-turn-metadata", "{}"),
        ("x-ratelimit-remaining-tokens", "9"),
        ("retry-after", "1"),
        ("openai-model", "m"),
        ("x-something-new", "1"),
        ("location", "https://u:s3cr3tpassw0rd@example.com/v1"),
    ];
    let (recording, removed) = scrubbed(&headers, "", "");
    let kept: Vec<Header> = recording.exchanges[0].headers.clone();
    let kept: Vec<String> = kept.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    insta::assert_snapshot!(kept.join("\n"), @r#"
    Content-Type: text/event-stream
    X-Request-Id: req_274a12f349dd5af3eb7869c8e1b767ac
    x-codex-primary-used-percent: 12.5
    x-ratelimit-remaining-tokens: 9
    retry-after: 1
    openai-model: m
    location: https://u:REDACTED******@example.com/v1
    "#);
    insta::assert_snapshot!(removed.join("\n"), @r#"
    exchange 1, header field "set-cookie": header field that nobody reads
    exchange 1, header field "openai-organization": header field that nobody reads
    exchange 1, header field "openai-project": header field that nobody reads
    exchange 1, header field "x-codex-turn-metadata": header field that nobody reads
    exchange 1, header field "x-something-new": header field that nobody reads
    exchange 1, header field "location": password in a URL
    "#);
}

#[test]
fn account_data_goes_by_the_name_of_its_member() {
    let body = r#"data: {"type":"response.created","response":{"id":"resp_1","user":"someone","safety_identifier":"a\u00e9\"b","metadata":{"user_id":"u1","email":"someone@example.com","note":"someone@example.com wrote"}}}

data: {"user":null,"password":"hunter2","role":"user","type":"user","tools":[{"parameters":{"properties":{"password":{"type":"string"},"user":{"type":"string"}},"required":["password","user"]}}]}

data: {"item":{"user":"of another kind"},"session_id":"s","set-cookie":["a=b","c=d"],"access_token":"","api_key":"REDACTED"}

"#;
    let request = r#"{ "user": "someone", "safety_identifier": "x", "input": [ { "role": "user", "content": "user: me" } ] }"#;
    let (recording, removed) = scrubbed(&[], body, request);
    let exchange = &recording.exchanges[0];
    insta::assert_snapshot!(String::from_utf8_lossy(&exchange.body), @r#"
    data: {"type":"response.created","response":{"id":"resp_1","user":"*******","safety_identifier":"*\u002a\"*","metadata":{"user_id":"**","email":"REDACTED***********","note":"REDACTED*********** wrote"}}}

    data: {"user":null,"password":"*******","role":"user","type":"user","tools":[{"parameters":{"properties":{"password":{"type":"string"},"user":{"type":"string"}},"required":["password","user"]}}]}

    data: {"item":{"user":"of another kind"},"session_id":"*","set-cookie":["***","***"],"access_token":"","api_key":"REDACTED"}
    "#);
    insta::assert_snapshot!(String::from_utf8_lossy(exchange.request.as_ref().unwrap()), @r#"{ "user": "*******", "safety_identifier": "x", "input": [ { "role": "user", "content": "user: me" } ] }"#);
    insta::assert_snapshot!(removed.join("\n"), @r#"
    exchange 1, body, byte 67: account data
    exchange 1, body, byte 97: account data
    exchange 1, body, byte 132: account data
    exchange 1, body, byte 145: account data
    exchange 1, body, byte 174: account data
    exchange 1, body, byte 236: value of a secret's name
    exchange 1, body, byte 457: account data
    exchange 1, body, byte 475: value of a secret's name
    exchange 1, body, byte 481: value of a secret's name
    exchange 1, request, byte 11: account data
    "#);
}

#[test]
fn what_stood_in_a_member_or_header_goes_everywhere() {
    let headers = [("openai-organization", "acme-corp-1234")];
    let body = r#"data: {"error":{"message":"Rate limit reached in organization acme-corp-1234 for someone@example.com"}}

data: {"type":"response.output_text.delta","delta":"write to some"}

data: {"type":"response.output_text.delta","delta":"one@example.com"}

"#;
    let (recording, _) = scrubbed(&headers, body, r#"{"metadata":{"email":"someone@example.com"}}"#);
    insta::assert_snapshot!(String::from_utf8_lossy(&recording.exchanges[0].body), @r#"
    data: {"error":{"message":"Rate limit reached in organization REDACTED****** for REDACTED***********"}}

    data: {"type":"response.output_text.delta","delta":"write to REDA"}

    data: {"type":"response.output_text.delta","delta":"CTED***********"}
    "#);
}

#[test]
fn short_values_do_not_go_everywhere() {
    let (recording, _) =
        scrubbed(&[], "to be or not to be", r#"{"user":"be","password":"not to be or to be"}"#);
    assert_eq!(recording.exchanges[0].body, "to be or not to be");
}

/// What stands behind the first line of a private key may be escaped as often as the text is within a string of JSON.
#[test]
fn json_within_json_stays_json_around_a_private_key() {
    for behind in
        ["\0".repeat(40), "\n\t".repeat(20), "MIIEpAIBAAKC\u{1}".repeat(5), "MIIEpAIBAAKC\\\\".repeat(5)]
    {
        let text = format!("-----BEGIN PRIVATE KEY-----{behind}tus\":\"in_progress");
        for depth in 1..4 {
            let spelt = (0..depth).fold(text.clone(), |text, _| json!(text).to_string());
            let redacted = redact(&spelt);
            let read = |text: String| {
                serde_json::from_str::<String>(&text).unwrap_or_else(|error| panic!("{error}: {redacted}"))
            };
            let read = (0..depth).fold(redacted.clone().into_owned(), |text, _| read(text));
            assert!(read.ends_with("\":\"in_progress") && read.len() == text.len(), "{redacted}");
            assert_eq!(redact(&redacted), redacted);
            assert_eq!(secrets_in(redacted.as_bytes()), []);
        }
    }
}

/// What a hostile upstream or a binary log may send: each of these could be looked at from every place to its end.
#[test]
fn text_that_only_begins_like_secrets_costs_little() {
    const LENGTH: usize = 1 << 20;
    let patterns = [
        "sk-",
        "apikey=",
        "password:password=",
        "Bearer+",
        "bearer ",
        "sig=",
        "SG.",
        "xoxe.xox.",
        "glpat-REDACTED.",
        "ya29.",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\\n",
        "eyJ",
        "eyJaaaaaaaaaaaaaaaa.",
        "https://a:",
        "://",
        "AKIA",
        "JQQJ99",
        "cookie: a=",
        "cookie=a;",
        "cookie: a=b; ",
        "{\"a\":\"{\\\"b\\\":",
        "_KEY=",
        "\\u0073k-",
        "\\/",
        "\\\\",
        "{\"delta\":\"",
        "[",
        "{\"a\":",
        "data:",
        "data:{\"delta\":\"a\"}\n\n",
        "\"",
        "org-",
    ];
    for pattern in patterns {
        let text = pattern.repeat(LENGTH / pattern.len());
        let start = std::time::Instant::now();
        secrets_in(text.as_bytes());
        let took = start.elapsed();
        // Linear is a fraction of a second; quadratic is minutes.
        assert!(took < std::time::Duration::from_secs(30), "{pattern:?} took {took:?}");
    }
}

/// Every text may end anywhere.
#[test]
fn text_that_breaks_off_is_read_to_its_end() {
    let contexts = [
        "cookie: abc",
        "Set-Cookie: a=",
        "apikey",
        "apikey:",
        "apikey: \"",
        "Bearer ",
        "bearer%20",
        "sig=",
        "https://",
        "https://a:b@",
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "SK",
        "\\u00",
        "\\",
    ];
    let planted = crate::planted::all();
    let texts = planted.iter().map(crate::planted::Planted::text).chain(contexts.map(str::to_owned));
    for text in texts {
        for start in 0..text.len().min(40) {
            let rest = &text[start..];
            (0..=rest.len()).for_each(|end| drop(secrets_in(&rest.as_bytes()[..end])));
        }
    }
}
