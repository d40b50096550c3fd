//! Rate limits, as the ChatGPT Codex backend reports them in `x-codex-*` response headers.

use super::http::{Header, header_value};
use serde::{Deserialize, Serialize};

/// Both windows of a plan's rate limits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RateLimitSnapshot {
    /// The short window (five hours, say).
    pub primary: Option<RateLimitWindow>,
    /// The long one (a week).
    pub secondary: Option<RateLimitWindow>,
}

/// How much of one window is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RateLimitWindow {
    /// Percent, 0 to 100, with fractions.
    pub used_percent: f64,
    /// The window's length in minutes.
    pub window_minutes: Option<i64>,
    /// When it starts anew, in seconds since 1970.
    pub resets_at: Option<i64>,
}

impl RateLimitSnapshot {
    /// Reads `x-codex-{primary,secondary}-{used-percent,window-minutes,reset-at}`.
    ///
    /// A window without a finite `used-percent` is absent, as is one in which nothing is used and nothing
    /// else is known (0.53.0).
    ///
    /// ```
    /// use responses_parity::wire::RateLimitSnapshot;
    ///
    /// let headers = [("x-codex-primary-used-percent".to_owned(), "12.5".to_owned())];
    /// let limits = RateLimitSnapshot::from_headers(&headers);
    /// assert_eq!(limits.primary.map(|window| window.used_percent), Some(12.5));
    /// assert_eq!(limits.secondary, None);
    /// ```
    pub fn from_headers(headers: &[Header]) -> RateLimitSnapshot {
        RateLimitSnapshot {
            primary: RateLimitWindow::from_headers(headers, "primary"),
            secondary: RateLimitWindow::from_headers(headers, "secondary"),
        }
    }
}

impl RateLimitWindow {
    fn from_headers(headers: &[Header], window: &str) -> Option<RateLimitWindow> {
        let field = |name: &str| header_value(headers, &format!("x-codex-{window}-{name}"));
        let used_percent: f64 =
            field("used-percent")?.parse().ok().filter(|percent: &f64| percent.is_finite())?;
        let window_minutes: Option<i64> = field("window-minutes").and_then(|minutes| minutes.parse().ok());
        let resets_at: Option<i64> = field("reset-at").and_then(|seconds| seconds.parse().ok());
        let says_something =
            used_percent != 0.0 || window_minutes.is_some_and(|minutes| minutes != 0) || resets_at.is_some();
        says_something.then_some(RateLimitWindow { used_percent, window_minutes, resets_at })
    }
}
