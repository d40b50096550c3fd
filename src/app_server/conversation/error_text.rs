//! What the user is told when a turn fails.

use crate::app_server::Environment;
use crate::wire::UpstreamError;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The text of the turn's `error` event (0.53.0).
pub(super) fn error_text(error: &UpstreamError, environment: &Environment) -> String {
    match error {
        UpstreamError::UsageLimitReached { plan_type, resets_at, .. } => {
            let now = Timestamp::now().to_zoned(time_zone(environment));
            let hint = usage_limit_hint(plan_type.as_deref(), *resets_at, &now);
            format!("{error} {hint}")
        }
        _ => error.to_string(),
    }
}

/// What to do about a usage limit. `resets_at` is in seconds since 1970 and told in the time zone of `now`.
fn usage_limit_hint(plan_type: Option<&str>, resets_at: Option<i64>, now: &Zoned) -> String {
    const CREDITS: &str = "visit chatgpt.com/codex/settings/usage to purchase more credits";
    let when = resets_at.and_then(|seconds| reset_time(seconds, now));
    let when = when.map_or_else(|| "later".to_owned(), |time| format!("at {time}"));
    match plan_type {
        Some("free") => {
            "Upgrade to Plus to continue using Codex (https://openai.com/chatgpt/pricing).".to_owned()
        }
        Some("plus") => {
            format!("Upgrade to Pro (https://openai.com/chatgpt/pricing), {CREDITS} or try again {when}.")
        }
        Some("pro") => format!("V{} or try again {when}.", &CREDITS[1..]),
        Some("team" | "business") => {
            format!("To get more access now, send a request to your admin or try again {when}.")
        }
        _ => format!("Try again {when}."),
    }
}

/// `1:05 PM`, with the date unless it is today.
fn reset_time(seconds: i64, now: &Zoned) -> Option<String> {
    let resets = Timestamp::from_second(seconds).ok()?.to_zoned(now.time_zone().clone());
    let time = resets.strftime("%-I:%M %p");
    if resets.date() == now.date() {
        return Some(time.to_string());
    }
    let day = resets.day();
    let month = resets.strftime("%b");
    Some(format!("{month} {day}{}, {} {time}", ordinal_suffix(day), resets.year()))
}

fn ordinal_suffix(day: i8) -> &'static str {
    match (day, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// That of `TZ`, or else the machine's.
fn time_zone(environment: &Environment) -> TimeZone {
    match environment.variable("TZ").map(|name| name.trim_start_matches(':')) {
        Some(name) => TimeZone::get(name).or_else(|_| TimeZone::posix(name)).unwrap_or(TimeZone::UTC),
        None => TimeZone::system(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(plan_type: Option<&str>, resets_at: Option<i64>) -> String {
        let now: Zoned = "2030-01-01T00:30:00[UTC]".parse().unwrap();
        usage_limit_hint(plan_type, resets_at, &now)
    }

    #[test]
    fn every_plan_has_its_hint() {
        let resets_at = Some(1_893_459_661);
        assert_eq!(hint(None, None), "Try again later.");
        assert_eq!(hint(Some("enterprise"), resets_at), "Try again at 1:01 AM.");
        assert_eq!(
            hint(Some("pro"), resets_at),
            "Visit chatgpt.com/codex/settings/usage to purchase more credits or try again at 1:01 AM."
        );
        assert_eq!(
            hint(Some("free"), resets_at),
            "Upgrade to Plus to continue using Codex (https://openai.com/chatgpt/pricing)."
        );
    }

    #[test]
    fn another_day_is_named() {
        let days = [1, 2, 10, 11, 21, 22].map(|day| hint(None, Some(1_893_459_661 + day * 86_400)));
        assert_eq!(
            days,
            ["2nd", "3rd", "11th", "12th", "22nd", "23rd"]
                .map(|day| format!("Try again at Jan {day}, 2030 1:01 AM."))
        );
    }
}
