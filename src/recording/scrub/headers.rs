//! Which fields of a response head are kept.

/// What app-servers read or show, and what tells people which build answered. Everything else goes: a field that nobody
/// knows may name anybody (`set-cookie`, `openai-organization`, `openai-project`, …).
const KEPT: &[&str] = &[
    "allow",
    "cache-control",
    "cf-ray",
    "content-language",
    "content-type",
    "etag",
    "location",
    "openai-model",
    "openai-processing-ms",
    "openai-version",
    "retry-after",
    "retry-after-ms",
    "server",
    "server-timing",
    "vary",
    "via",
    "www-authenticate",
    "x-models-etag",
    "x-oai-request-id",
    "x-openai-authorization-error",
    "x-reasoning-included",
    "x-request-id",
    "x-should-retry",
];

/// Families of which an app-server may read any member.
const KEPT_FAMILIES: &[&str] = &["x-codex-", "x-ratelimit-"];

/// Of these families, but about somebody.
const NOT_KEPT: &[&str] = &["x-codex-installation-id", "x-codex-turn-metadata"];

/// Whether a field of a response head is kept.
pub(super) fn is_kept(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_a_family = KEPT_FAMILIES.iter().any(|family| name.starts_with(family));
    KEPT.contains(&name.as_str()) || (of_a_family && !NOT_KEPT.contains(&name.as_str()))
}
