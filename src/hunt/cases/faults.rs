//! What can go wrong with a response beside its stream.

use super::dice::Dice;
use super::words::text;
use crate::recording::{Delivery, End, Exchange, Framing, Interrupt, Recording, Retries};
use crate::wire::{Header, ResponseStream, event_boundaries, events_of_body};
use serde_json::json;

/// How long a stream may be silent where it falls silent: the wait costs a case that long.
const IDLE_TIMEOUT_MS: u64 = 300;

/// Does something to the response of one exchange, and says what.
pub(super) fn fault(dice: &mut Dice, recording: &mut Recording, exchange: usize) -> &'static str {
    let Some(answer) = recording.exchanges.get_mut(exchange) else { return "no exchange" };
    match dice.below(16) {
        0..=2 => {
            refuse(dice, answer);
            "a refusal"
        }
        3 | 4 => {
            cut_short(dice, answer, End::Eof);
            "an early end"
        }
        5 | 6 => {
            cut_short(dice, answer, End::Reset);
            "a reset"
        }
        7 => {
            without_head(dice, answer);
            "no whole head"
        }
        8 | 9 => {
            answer.headers = headers(dice);
            "an odd head"
        }
        10 => {
            answer.delivery.framing = [Framing::Chunked, Framing::Close][dice.below(2)];
            "another framing"
        }
        11 => {
            redirect(dice, answer);
            "a redirect"
        }
        12 | 13 => interrupt(dice, recording, exchange),
        14 if dice.once_in(3) => {
            cut_short(dice, answer, End::Stalled);
            recording.provider.stream_idle_timeout_ms = Some(IDLE_TIMEOUT_MS);
            "silence"
        }
        _ => {
            retried(dice, recording, exchange);
            "a retry"
        }
    }
}

/// Up to a byte of the body, or all of it.
fn cut_short(dice: &mut Dice, answer: &mut Exchange, end: End) {
    let at = if dice.once_in(4) { answer.body.len() } else { dice.below(answer.body.len() + 1) };
    answer.body.truncate(at);
    // Whatever it was before, its head is whole: without one, nobody would see that it falls silent.
    answer.delivery = Delivery { end, framing: any_framing(dice), ..Delivery::default() };
}

fn any_framing(dice: &mut Dice) -> Framing {
    [Framing::Length, Framing::Chunked, Framing::Close][dice.below(3)]
}

fn without_head(dice: &mut Dice, answer: &mut Exchange) {
    let delivery = &mut answer.delivery;
    delivery.end = [End::Eof, End::Reset][dice.below(2)];
    if dice.once_in(2) {
        delivery.headless = true;
    } else {
        delivery.head_cut = Some(1 + dice.below(60));
    }
}

const STATUSES: [u16; 28] = [
    201, 202, 203, 204, 206, 226, 299, 300, 304, 400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 425, 429,
    451, 500, 502, 503, 504, 529, 599,
];

fn refuse(dice: &mut Dice, answer: &mut Exchange) {
    answer.status = STATUSES[dice.below(STATUSES.len())];
    answer.headers = headers(dice);
    // One that is complete and still reset may be reset after another conversation has taken the connection over.
    answer.delivery = Delivery::default();
    // HTTP gives these no body.
    let has_none = [204, 304].contains(&answer.status);
    answer.body = if has_none { Vec::new() } else { error_body(dice) }.into();
}

fn error_body(dice: &mut Dice) -> Vec<u8> {
    let kinds =
        ["usage_limit_reached", "usage_not_included", "rate_limit_exceeded", "invalid_request_error", ""];
    match dice.below(8) {
        0 => Vec::new(),
        1 => text(dice).into_bytes(),
        2 => b"<html>\n\n<body>Not now.</body>\n</html>\n".to_vec(),
        3 => b"\xFF\xFEnot UTF-8\xC3".to_vec(),
        4 => b"\xEF\xBB\xBF{\"error\": {\"message\": \"marked\"}}".to_vec(),
        5 => ["null", "\"text\"", "[]", "{}", "7", "{\"error\":null}", "{\"error\":\"text\"}"][dice.below(7)]
            .into(),
        _ => {
            let plans = [json!("pro"), json!(""), json!(null), json!(7)];
            let ends = [json!(4_102_444_800_i64), json!(null), json!(-1), json!("soon"), json!(1.5)];
            let error = json!({
                "type": dice.pick(&kinds), "code": dice.pick(&kinds), "message": text(dice), "param": null,
                "plan_type": plans[dice.below(plans.len())], "resets_at": ends[dice.below(ends.len())],
            });
            let body = json!({ "error": error });
            if dice.once_in(2) { body.to_string() } else { format!("{body:#}") }.into_bytes()
        }
    }
}

/// A head that says more than it must, or less, or nonsense.
fn headers(dice: &mut Dice) -> Vec<Header> {
    let types = [
        "text/event-stream",
        "text/event-stream; charset=utf-8",
        "application/json",
        "text/html; charset=latin1",
        "",
    ];
    let mut headers = vec![("content-type", dice.pick(&types))];
    let numbers = [
        "0",
        "0.0",
        "12.5",
        "100",
        "-1",
        "1e3",
        "NaN",
        "inf",
        " 7 ",
        "99999999999999999999",
        "",
        "é",
        "7, 8",
    ];
    for window in ["primary", "secondary"] {
        for field in ["used-percent", "window-minutes", "reset-at"] {
            if dice.once_in(3) {
                let name = RATE_LIMITS.iter().find(|name| name.contains(window) && name.ends_with(field));
                headers.extend(name.map(|name| (*name, dice.pick(&numbers))));
            }
        }
    }
    let others = [
        ("x-request-id", "req_1"),
        ("x-request-id", "ünïcode"),
        ("cf-ray", "ray-1"),
        ("cf-ray", "räy"),
        ("cf-ray", ""),
        ("retry-after", "0"),
        ("retry-after", "soon"),
        ("x-codex-primary-used-percent", "50"),
        ("set-cookie", "a=b; path=/"),
        ("etag", "\"x\""),
        ("openai-model", "another"),
    ];
    headers.extend(dice.some_of(others.to_vec()).into_iter().take(4));
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

const RATE_LIMITS: [&str; 6] = [
    "x-codex-primary-used-percent",
    "x-codex-primary-window-minutes",
    "x-codex-primary-reset-at",
    "x-codex-secondary-used-percent",
    "x-codex-secondary-window-minutes",
    "x-codex-secondary-reset-at",
];

fn redirect(dice: &mut Dice, answer: &mut Exchange) {
    // Others make the request a GET, which no exchange answers.
    answer.status = [307, 308][dice.below(2)];
    let to = ["responses", "./responses", "?again", "", "http://127.0.0.1:9/v1/responses"];
    answer.headers = vec![("location".to_owned(), dice.pick(&to).to_owned())];
    answer.body = if dice.once_in(2) { Vec::new() } else { b"Over there.".to_vec() }.into();
}

/// The first attempt fails, and a second one is allowed. It gets the next exchange.
fn retried(dice: &mut Dice, recording: &mut Recording, exchange: usize) {
    let answer = &mut recording.exchanges[exchange];
    // It is asked again at once, and not in the half minute that a recorded answer asks for.
    answer.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("retry-after"));
    let is_asked_to_wait = String::from_utf8_lossy(&answer.body).contains("try again in");
    if dice.once_in(2) || is_asked_to_wait {
        recording.provider.request_max_retries = Retries::Times(1);
        answer.status = [429, 500, 503, 401][dice.below(4)];
        answer.body = error_body(dice).into();
    } else {
        recording.provider.stream_max_retries = Retries::Times(1);
        cut_short(dice, answer, End::Eof);
    }
}

/// The user has enough once an event is shown, and nothing comes after it.
fn interrupt(dice: &mut Dice, recording: &mut Recording, exchange: usize) -> &'static str {
    let answer = &mut recording.exchanges[exchange];
    // Only of the first turn it is known which exchange it gets.
    if exchange > 0 || answer.status != 200 {
        return "nothing more";
    }
    let ends = event_boundaries(&answer.body);
    let events = dice.below(ends.len() + 1);
    answer.body.truncate(if events == 0 { 0 } else { ends[events - 1] });
    // The head is whole, and shown first.
    answer.delivery = Delivery { end: End::Stalled, framing: Framing::Chunked, ..Delivery::default() };
    recording.turns[0].interrupt = Some(Interrupt::AfterEvents(1 + shown(&answer.body)));
    "an interrupt"
}

/// How many events an app-server shows of a stream that has not ended.
fn shown(body: &[u8]) -> usize {
    let mut stream = ResponseStream::new();
    events_of_body(body).into_iter().flatten().filter_map(|data| stream.event(&data)).count()
}
