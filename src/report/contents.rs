//! What a recording holds, as a person reads it.

use super::layout::field;
use crate::recording::{
    BodyContents, Contents, ExchangeContents, Interrupt, ItemContents, ProviderSettings, Removed,
    StreamContents, Turn, TypeCount,
};
use crate::wire::TokenUsage;
use std::fmt::Write;

/// Everything there is to say about a recording, in lines of at most `width` columns where that can be.
pub fn contents(contents: &Contents, width: usize) -> String {
    let mut text = format!("{}\n", super::printable(&contents.name));
    if !contents.description.is_empty() {
        text.push_str(&field("", &contents.description, width));
    }
    text.push_str(&field("provenance", &provenance(contents), width));
    text.push_str(&field("provider", &provider(&contents.provider), width));
    for (index, turn) in contents.turns.iter().enumerate() {
        let _ = writeln!(text, "\nturn {}", index + 1);
        text.push_str(&field("user", &turn.user, width));
        text.push_str(
            &interrupt(turn).map(|moment| field("interrupted", &moment, width)).unwrap_or_default(),
        );
    }
    for exchange in &contents.exchanges {
        text.push_str(&exchange_text(exchange, width));
    }
    text
}

/// What was taken out before a recording was shown: what and where, and never the thing itself. Empty where nothing was.
pub fn not_shown(removed: &[Removed], width: usize) -> String {
    if removed.is_empty() {
        return String::new();
    }
    let lines: Vec<_> = removed.iter().map(ToString::to_string).collect();
    format!("\n{}", field("not shown", &lines.join("\n"), width))
}

fn provenance(contents: &Contents) -> String {
    let provenance = &contents.provenance;
    let kind = if provenance.kind.is_empty() { "unknown" } else { &provenance.kind };
    let mut text = kind.to_owned();
    for more in [&provenance.source, &provenance.notes].into_iter().flatten() {
        let _ = write!(text, "; {more}");
    }
    text
}

fn provider(settings: &ProviderSettings) -> String {
    let ProviderSettings {
        request_max_retries,
        stream_max_retries,
        stream_idle_timeout_ms,
        unreachable,
        show_raw_agent_reasoning,
    } = settings;
    let mut text = format!("retries: request {request_max_retries}, stream {stream_max_retries}");
    if let Some(timeout) = stream_idle_timeout_ms {
        let _ = write!(text, "; idle timeout {timeout} ms");
    }
    if *unreachable {
        text.push_str("; nobody listens");
    }
    if *show_raw_agent_reasoning {
        text.push_str("; raw reasoning is shown");
    }
    text
}

fn interrupt(turn: &Turn) -> Option<String> {
    Some(match turn.interrupt? {
        Interrupt::AfterRequests(count) => format!("after {}", counted(count, "request")),
        Interrupt::AfterEvents(count) => format!("after {}", counted(count, "event")),
        Interrupt::AfterRetries(count) => {
            format!("after {}", if count == 1 { "1 retry".to_owned() } else { format!("{count} retries") })
        }
    })
}

fn exchange_text(exchange: &ExchangeContents, width: usize) -> String {
    let mut text = format!("\nexchange {}  {}", exchange.number, exchange.status);
    if exchange.added {
        text.push_str("  (added when the recording was loaded)\n");
        return text;
    }
    if exchange.may_stay_unasked {
        text.push_str("  (nobody needs to ask for it)");
    }
    text.push('\n');
    let head: Vec<_> = exchange.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    text.push_str(&field("head", &head.join("\n"), width));
    text.push_str(&field("delivery", &delivery(exchange), width));
    if let Some(timing) = timing(exchange) {
        text.push_str(&field("timing", &timing, width));
    }
    match &exchange.body {
        BodyContents::Stream(stream) => text.push_str(&stream_text(stream, width)),
        BodyContents::Text(body) => text.push_str(&field("body", body, width)),
    }
    text.push_str(&field("outcome", &exchange.outcome.to_string(), width));
    text
}

fn delivery(exchange: &ExchangeContents) -> String {
    let mut text = format!("{}, {}", counted(exchange.bytes, "byte"), exchange.framing.name());
    if exchange.pieces > 0 {
        let _ = write!(text, ", in {}", counted(exchange.pieces, "piece"));
    }
    let _ = write!(text, "; end: {}", exchange.end.name());
    if exchange.headless {
        text.push_str(", before the head");
    }
    if let Some(cut) = exchange.head_cut {
        let _ = write!(text, ", {cut} bytes into the head");
    }
    if let Some(request) = exchange.request_bytes {
        let _ = write!(text, "; its request was kept ({})", counted(request, "byte"));
    }
    text
}

fn timing(exchange: &ExchangeContents) -> Option<String> {
    let timing = exchange.timing?;
    let mut text = format!("first byte {} ms", timing.first_byte_ms);
    if let (Some(median), Some(longest)) = (timing.median_gap_ms, timing.longest_gap_ms) {
        let _ = write!(text, ", gaps {median} ms (median) to {longest} ms (longest)");
    }
    let _ = write!(text, ", total {} ms", timing.total_ms);
    Some(text)
}

fn stream_text(stream: &StreamContents, width: usize) -> String {
    let types = stream.types.iter().map(
        |TypeCount { name, count }| {
            if *count == 1 { name.clone() } else { format!("{name} ×{count}") }
        },
    );
    let types = types.collect::<Vec<_>>().join(", ");
    let mut text = field("events", format!("{}: {types}", stream.events).trim_end_matches([':', ' ']), width);
    for item in &stream.items {
        text.push_str(&item_text(item, width));
    }
    if let Some(usage) = &stream.usage {
        text.push_str(&field("usage", &usage_text(usage), width));
    }
    if let Some(fault) = &stream.fault {
        text.push_str(&field("fault", &format!("what follows is not read: {fault}"), width));
    }
    if stream.rest > 0 {
        text.push_str(&field(
            "rest",
            &format!("{} after the last event", counted(stream.rest, "byte")),
            width,
        ));
    }
    text
}

fn item_text(item: &ItemContents, width: usize) -> String {
    let unfinished = if item.finished { "" } else { " (never finished)" };
    match &item.call {
        Some(call) => {
            let name = if call.name == item.kind { String::new() } else { format!("{} ", call.name) };
            let text = format!("{}{unfinished}: {name}{}", item.kind, call.arguments);
            field("call", text.trim_end_matches([':', ' ']), width)
        }
        None if item.kind == "message" => field("message", &format!("{}{unfinished}", item.text), width),
        None if item.kind == "reasoning" && !item.text.is_empty() => {
            field("reasoning", &format!("{}{unfinished}", item.text), width)
        }
        None => field("item", &format!("{}{unfinished}", item.kind), width),
    }
}

fn usage_text(usage: &TokenUsage) -> String {
    let TokenUsage {
        input_tokens,
        cached_input_tokens,
        output_tokens,
        reasoning_output_tokens,
        total_tokens,
    } = usage;
    format!(
        "{total_tokens} tokens: {input_tokens} read ({cached_input_tokens} from the cache), {output_tokens} written ({reasoning_output_tokens} of them reasoning)"
    )
}

/// `1 event`, `2 events`.
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
