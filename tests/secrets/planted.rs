//! Secrets to plant, made up by chance, the same in every run.

/// A secret, and what stands around it where that is what gives it away.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    pub(crate) before: String,
    pub(crate) secret: String,
    pub(crate) after: &'static str,
    /// Whether loading refuses it.
    pub(crate) certain: bool,
}

impl Planted {
    /// The whole, with a word on either side.
    pub(crate) fn text(&self) -> String {
        format!("see {}{}{} there", self.before, self.secret, self.after)
    }

    /// Where the secret stands in it.
    pub(crate) fn start(&self) -> usize {
        "see ".len() + self.before.len()
    }

    /// Whether nothing of it is left in a text that was the same before, and nothing but it is gone.
    pub(crate) fn is_gone_from(&self, text: &str) -> bool {
        let (before, rest) = text.split_at(self.start());
        let (hidden, after) = rest.split_at(self.secret.len());
        let of_lines = |text: &str| text.replace(['\n', '\\'], "");
        let (secret, hidden) = (of_lines(&self.secret), of_lines(hidden));
        let kept = secret.bytes().zip(hidden.bytes()).take_while(|(old, new)| old == new).count();
        let rest = &hidden[kept..];
        let is_hidden = rest.trim_end_matches('*') == "REDACTED" || rest.bytes().all(|byte| byte == b'*');
        is_hidden && rest.len() >= 8 && self.text().starts_with(before) && self.text().ends_with(after)
    }
}

const HEX: &[u8] = b"0123456789abcdef";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const URL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
const BASE64: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";

/// Prefix, alphabet, how many follow. As the vendors make them.
const KEYS: &[(&str, &[u8], usize)] = &[
    ("sk-proj-", URL, 156),
    ("sk-svcacct-", URL, 156),
    ("sk-admin-", URL, 156),
    ("sk-", BASE62, 48),
    ("sk-", HEX, 32),
    ("sk-ant-api03-", URL, 95),
    ("sk-ant-oat01-", URL, 95),
    ("sk-or-v1-", HEX, 64),
    ("sess-", BASE62, 40),
    ("ek_", HEX, 32),
    ("xai-", BASE62, 80),
    ("gsk_", BASE62, 52),
    ("pplx-", BASE62, 48),
    ("hf_", BASE62, 34),
    ("r8_", BASE62, 37),
    ("csk-", BASE62, 48),
    ("nvapi-", URL, 64),
    ("tgp_v1_", URL, 43),
    ("fw_", BASE62, 22),
    ("lsv2_pt_", HEX, 43),
    ("AIza", URL, 35),
    ("ABSKQmVkcm9ja0FQSUtleS", BASE64, 110),
    ("ghp_", BASE62, 36),
    ("gho_", BASE62, 36),
    ("ghu_", BASE62, 36),
    ("ghs_", BASE62, 36),
    ("ghr_", BASE62, 36),
    ("github_pat_", BASE62, 82),
    ("glpat-", URL, 20),
    ("gldt-", URL, 20),
    ("glrt-", URL, 20),
    ("glptt-", HEX, 40),
    ("ATATT3", URL, 186),
    ("npm_", BASE62, 36),
    ("pypi-AgEIcHlwaS5vcmc", URL, 120),
    ("rubygems_", HEX, 48),
    ("dckr_pat_", URL, 27),
    ("AKIA", BASE32, 16),
    ("ASIA", BASE32, 16),
    ("IQoJb3JpZ2lu", BASE64, 300),
    ("FwoGZXIvYXdz", BASE64, 300),
    ("ya29.", URL, 100),
    ("GOCSPX-", URL, 28),
    ("dop_v1_", HEX, 64),
    ("dapi", HEX, 32),
    ("hvs.", URL, 95),
    ("HRKU-AA", URL, 58),
    ("tskey-auth-", BASE62, 40),
    ("pul-", HEX, 40),
    ("dp.pt.", BASE62, 43),
    ("sbp_", HEX, 40),
    ("sb_secret_", URL, 31),
    ("nfp_", BASE62, 40),
    ("pscale_tkn_", URL, 43),
    ("AGE-SECRET-KEY-1", BASE32, 58),
    ("xoxb-123456789012-1234567890123-", BASE62, 24),
    ("xoxp-123456789012-123456789012-123456789012-", HEX, 32),
    ("xapp-1-A0123456789-1234567890123-", HEX, 64),
    ("hooks.slack.com/services/T0123456789/B0123456789/", BASE62, 24),
    ("discord.com/api/webhooks/123456789012345678/", URL, 68),
    ("sk_live_", BASE62, 24),
    ("sk_test_", BASE62, 99),
    ("rk_live_", BASE62, 24),
    ("whsec_", BASE62, 32),
    ("SK", HEX, 32),
    ("shpat_", HEX, 32),
    ("shpss_", HEX, 32),
    ("lin_api_", BASE62, 40),
    ("ntn_", BASE62, 46),
    ("figd_", URL, 40),
    ("sntryu_", HEX, 64),
    ("glsa_", BASE62, 41),
    ("NRAK-", BASE62, 27),
    ("sq0atp-", URL, 22),
    ("key-", HEX, 32),
];

/// Prefix and how many follow: who somebody is.
const IDS: &[(&str, usize)] = &[("org-", 24), ("proj_", 24), ("user-", 24)];

/// What stands before, what the secret is made of, what stands after; and whether nothing but a secret stands so.
const CONTEXTS: &[(&str, &[u8], usize, &str, bool)] = &[
    ("Authorization: Bearer ", URL, 40, "", true),
    ("authorization: bearer ", BASE64, 64, "", true),
    ("Authorization: Basic ", BASE62, 40, "", true),
    ("https://someone:", BASE62, 24, "@example.com/path", false),
    ("postgres://app:", BASE62, 12, "@db.example.com:5432/app", false),
    ("git clone https://x-access-token:", BASE62, 40, "@example.com/a.git", false),
    ("OPENAI_API_KEY=", BASE62, 40, "", false),
    ("AZURE_OPENAI_API_KEY='", HEX, 32, "'", false),
    ("aws_secret_access_key = ", BASE64, 40, "", false),
    ("password: ", BASE62, 20, "", false),
    ("client_secret=", BASE62, 40, "&grant_type=x", false),
    ("https://blob.example.com/a?sv=2024-11-04&sig=", BASE62, 44, "&se=x", false),
    ("https://s3.example.com/a?X-Amz-Signature=", HEX, 64, "", false),
    ("Cookie: theme=dark; cf_clearance=", URL, 60, "; lang=en", false),
    ("set-cookie: next-auth.session-token=", URL, 60, "; Path=/; HttpOnly", false),
    ("Cookie: a=1;b=2;c=", BASE62, 32, "", false),
    ("GITHUB_TOKEN=", BASE62, 32, "", false),
    ("export DB_PASS=\"", BASE62, 24, "\"", false),
    ("SIGNING_KEY='", HEX, 64, "'", false),
];

/// Every kind of secret there is a way to know.
pub(crate) fn all() -> Vec<Planted> {
    let mut chance = Chance(20_251_124);
    let mut all = Vec::new();
    let mut add = |before: &str, secret: String, after, certain| {
        all.push(Planted { before: before.to_owned(), secret, after, certain });
    };
    for (prefix, alphabet, length) in KEYS {
        add("", format!("{prefix}{}", chance.text(alphabet, *length)), "", true);
    }
    for (prefix, length) in IDS {
        add("", format!("{prefix}{}", chance.text(BASE62, *length)), "", false);
    }
    for (before, alphabet, length, after, certain) in CONTEXTS {
        add(before, chance.text(alphabet, *length), after, *certain);
    }
    add("", format!("{}JQQJ99{}", chance.text(BASE62, 52), chance.text(BASE62, 26)), "", true);
    add("", format!("SG.{}.{}", chance.text(BASE62, 22), chance.text(BASE62, 43)), "", true);
    // Between its slashes there is nothing that looks made by chance.
    add("AWS_SECRET_ACCESS_KEY=", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYaqLotPvbTm".to_owned(), "", false);
    let claims = chance.text(BASE62, 60);
    add("", format!("eyJhbGciOiJIUzI1NiJ9.eyJ{claims}.{}", chance.text(URL, 43)), "", true);
    for label in ["PRIVATE", "RSA PRIVATE", "EC PRIVATE", "OPENSSH PRIVATE", "ENCRYPTED PRIVATE"] {
        let lines: Vec<String> = (0..4).map(|_| chance.text(BASE64, 64)).collect();
        let before = format!("-----BEGIN {label} KEY-----\n");
        add(&before, lines.join("\n"), "\n-----END", true);
    }
    all
}

/// Numbers as good as any, and the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize
    }

    /// Begins and ends with what no text around it could belong to, as most do.
    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let letters = alphabet.iter().copied().filter(u8::is_ascii_alphanumeric).collect::<Vec<_>>();
        let any = |chance: &mut Chance, of: &[u8]| char::from(of[chance.next() % of.len()]);
        let inner = |index: usize| index > 0 && index + 1 < length;
        (0..length).map(|index| any(self, if inner(index) { alphabet } else { &letters })).collect()
    }
}
