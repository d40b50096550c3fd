//! The prefixes that vendors give their keys so that they can be found.
//!
//! A table of our own, because the rule sets that exist as crates come with a scanner around them (git, archives,
//! threads), read lines of text and not JSON in pieces, and guess by entropy, which takes sealed reasoning and images for
//! keys. Each row is here because a model, a tool or an error message may well repeat such a key.

/// What a key's characters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// `0-9a-f`.
    Hex,
    /// `A-Z2-7`.
    Base32,
    /// `0-9A-Za-z`.
    Base62,
    /// `0-9A-Za-z_-`.
    Url,
    /// `0-9A-Za-z_-` and the dot.
    Dotted,
    /// `0-9A-Za-z_-` and the slash.
    Path,
    /// `0-9A-Za-z+/=`.
    Base64,
}

impl Alphabet {
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Alphabet::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            Alphabet::Base32 => byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte),
            Alphabet::Base62 => byte.is_ascii_alphanumeric(),
            Alphabet::Url => byte.is_ascii_alphanumeric() || b"_-".contains(&byte),
            Alphabet::Dotted => byte.is_ascii_alphanumeric() || b"_-.".contains(&byte),
            Alphabet::Path => byte.is_ascii_alphanumeric() || b"_-/".contains(&byte),
            Alphabet::Base64 => byte.is_ascii_alphanumeric() || b"+/=".contains(&byte),
        }
    }
}

/// A kind of key that is known by how it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// What it is, for people.
    pub(super) kind: &'static str,
    /// How it begins.
    pub(super) prefix: &'static str,
    /// What follows.
    pub(super) alphabet: Alphabet,
    /// How much must follow for it to be taken out.
    pub(super) likely: usize,
    /// How much follows in a real one, from and to.
    pub(super) real: (usize, usize),
    /// Whether what follows must also look random, because words may begin so, too.
    pub(super) random: bool,
    /// Whether it opens something, so that a recording with one is refused. An account's id does not.
    pub(super) opens: bool,
}

const LONG: usize = 4096;

/// A key whose prefix is a word of its own.
const fn key(
    kind: &'static str,
    prefix: &'static str,
    alphabet: Alphabet,
    likely: usize,
    real: (usize, usize),
) -> Rule {
    Rule { kind, prefix, alphabet, likely, real, random: false, opens: true }
}

/// A key with a prefix that ordinary words have, too.
const fn word(
    kind: &'static str,
    prefix: &'static str,
    alphabet: Alphabet,
    likely: usize,
    real: (usize, usize),
) -> Rule {
    Rule { kind, prefix, alphabet, likely, real, random: true, opens: true }
}

/// Who somebody is. It opens nothing, but it is nobody's business.
const fn id(kind: &'static str, prefix: &'static str, real: (usize, usize)) -> Rule {
    Rule { kind, prefix, alphabet: Alphabet::Base62, likely: 16, real, random: true, opens: false }
}

use Alphabet::{Base32, Base62, Base64, Dotted, Hex, Path, Url};

/// The first that matches decides, so that a longer prefix stands before a shorter one.
pub(super) const RULES: &[Rule] = &[
    // Model vendors: keys that a developer of an app-server has at hand.
    word("OpenAI API key", "sk-proj-", Url, 20, (40, 256)),
    word("OpenAI API key", "sk-svcacct-", Url, 20, (40, 256)),
    word("OpenAI admin key", "sk-admin-", Url, 20, (40, 256)),
    word("Anthropic API key", "sk-ant-", Url, 20, (40, 256)),
    key("OpenRouter API key", "sk-or-v1-", Hex, 20, (64, 64)),
    key("LangSmith API key", "lsv2_", Url, 20, (40, 80)),
    word("API key", "sk-", Url, 20, (20, 256)),
    word("OpenAI session key", "sess-", Base62, 20, (40, 40)),
    word("OpenAI ephemeral key", "ek_", Url, 20, (32, 256)),
    key("xAI API key", "xai-", Base62, 32, (70, 90)),
    key("Groq API key", "gsk_", Base62, 20, (48, 56)),
    word("Perplexity API key", "pplx-", Base62, 20, (40, 56)),
    key("Hugging Face token", "hf_", Base62, 20, (30, 40)),
    key("Replicate token", "r8_", Base62, 20, (37, 40)),
    key("Cerebras API key", "csk-", Base62, 20, (40, 56)),
    key("NVIDIA API key", "nvapi-", Url, 20, (60, 80)),
    key("Together API key", "tgp_v1_", Url, 20, (40, 48)),
    key("Fireworks API key", "fw_", Base62, 20, (22, 24)),
    key("Google API key", "AIza", Url, 35, (35, 35)),
    key("Bedrock API key", "ABSKQmVkcm9ja0FQSUtleS", Base64, 20, (80, LONG)),
    word("Bedrock API key", "bedrock-api-key-", Base64, 20, (40, LONG)),
    // Where code lives: what a shell tool prints when it is asked for the environment.
    key("GitHub token", "github_pat_", Url, 20, (82, 82)),
    key("GitHub token", "ghp_", Base62, 20, (36, 36)),
    key("GitHub token", "gho_", Base62, 20, (36, 36)),
    key("GitHub token", "ghu_", Base62, 20, (36, 36)),
    key("GitHub token", "ghs_", Base62, 20, (36, 36)),
    key("GitHub token", "ghr_", Base62, 20, (36, 76)),
    key("GitLab token", "glpat-", Dotted, 20, (20, 320)),
    key("GitLab token", "gldt-", Url, 20, (20, 64)),
    key("GitLab token", "glrt-", Dotted, 20, (20, 320)),
    key("GitLab token", "glcbt-", Url, 20, (20, 80)),
    key("GitLab token", "glptt-", Hex, 20, (40, 40)),
    key("GitLab token", "glsoat-", Url, 20, (20, 64)),
    key("Atlassian token", "ATATT3", Base64, 20, (60, 256)),
    key("npm token", "npm_", Base62, 20, (36, 36)),
    key("PyPI token", "pypi-AgE", Url, 20, (60, LONG)),
    key("RubyGems key", "rubygems_", Hex, 20, (48, 48)),
    key("Docker token", "dckr_pat_", Url, 20, (27, 27)),
    key("Docker token", "dckr_oat_", Url, 20, (32, 32)),
    // Where things run: the same.
    key("AWS access key id", "AKIA", Base32, 16, (16, 16)),
    key("AWS access key id", "ASIA", Base32, 16, (16, 16)),
    key("AWS session token", "IQoJb3JpZ2lu", Base64, 60, (100, LONG)),
    key("AWS session token", "FwoGZXIvYXdz", Base64, 60, (100, LONG)),
    key("Google OAuth token", "ya29.", Dotted, 20, (30, LONG)),
    key("Google client secret", "GOCSPX-", Url, 20, (28, 28)),
    key("DigitalOcean token", "dop_v1_", Hex, 20, (64, 64)),
    key("DigitalOcean token", "doo_v1_", Hex, 20, (64, 64)),
    key("DigitalOcean token", "dor_v1_", Hex, 20, (64, 64)),
    key("Databricks token", "dapi", Hex, 32, (32, 34)),
    key("Vault token", "hvs.", Url, 20, (24, 256)),
    key("Vault token", "hvb.", Url, 20, (100, 320)),
    key("Heroku key", "HRKU-AA", Url, 20, (58, 60)),
    word("Tailscale key", "tskey-", Url, 20, (24, 96)),
    key("Pulumi token", "pul-", Hex, 20, (40, 40)),
    key("Doppler token", "dp.pt.", Base62, 20, (40, 44)),
    key("Supabase key", "sbp_", Hex, 20, (40, 40)),
    key("Supabase key", "sb_secret_", Url, 20, (31, 41)),
    key("Netlify token", "nfp_", Base62, 20, (36, 40)),
    key("PlanetScale token", "pscale_tkn_", Dotted, 20, (32, 64)),
    key("PlanetScale password", "pscale_pw_", Dotted, 20, (32, 64)),
    key("age key", "AGE-SECRET-KEY-1", Base62, 20, (58, 58)),
    // What tools talk to: connectors and MCP servers.
    word("Slack token", "xoxb-", Url, 16, (20, 256)),
    word("Slack token", "xoxp-", Url, 16, (20, 256)),
    word("Slack token", "xoxa-", Url, 16, (20, 256)),
    word("Slack token", "xoxr-", Url, 16, (20, 256)),
    word("Slack token", "xoxs-", Url, 16, (20, 256)),
    word("Slack token", "xoxc-", Url, 16, (20, 256)),
    word("Slack token", "xoxe-", Url, 16, (20, 256)),
    word("Slack token", "xoxe.xox", Dotted, 16, (20, 256)),
    word("Slack token", "xapp-", Url, 16, (20, 256)),
    key("Slack webhook", "hooks.slack.com/services/", Path, 20, (40, 60)),
    key("Discord webhook", "discord.com/api/webhooks/", Path, 40, (60, 120)),
    key("Stripe key", "sk_live_", Base62, 16, (24, 128)),
    key("Stripe key", "sk_test_", Base62, 16, (24, 128)),
    key("Stripe key", "rk_live_", Base62, 16, (24, 128)),
    key("Stripe key", "rk_test_", Base62, 16, (24, 128)),
    key("Stripe webhook secret", "whsec_", Base64, 20, (32, 64)),
    key("SendGrid key", "SG.", Dotted, 60, (66, 66)),
    key("Twilio key", "SK", Hex, 32, (32, 32)),
    key("Shopify token", "shpat_", Hex, 20, (32, 32)),
    key("Shopify token", "shpca_", Hex, 20, (32, 32)),
    key("Shopify token", "shppa_", Hex, 20, (32, 32)),
    key("Shopify secret", "shpss_", Hex, 20, (32, 32)),
    key("Linear key", "lin_api_", Base62, 20, (40, 40)),
    key("Notion token", "ntn_", Base62, 20, (43, 50)),
    key("Postman key", "PMAK-", Url, 20, (59, 59)),
    key("Figma token", "figd_", Url, 20, (38, 60)),
    key("Sentry token", "sntrys_", Base64, 20, (60, 512)),
    key("Sentry token", "sntryu_", Hex, 20, (64, 64)),
    key("Grafana token", "glsa_", Url, 20, (41, 41)),
    key("Grafana token", "glc_eyJ", Base64, 20, (40, 512)),
    key("New Relic key", "NRAK-", Base62, 20, (27, 27)),
    key("Square token", "sq0atp-", Url, 20, (22, 22)),
    key("Square secret", "sq0csp-", Url, 20, (43, 43)),
    key("Mailgun key", "key-", Hex, 32, (32, 32)),
    key("Brevo key", "xkeysib-", Url, 40, (81, 81)),
    // Who recorded it.
    id("organization id", "org-", (20, 32)),
    id("project id", "proj_", (20, 32)),
    id("user id", "user-", (20, 32)),
];
