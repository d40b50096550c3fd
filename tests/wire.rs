//! The wire, pinned by literal text: the types here are shared by both sides of the pipe, so that a test through
//! them alone could not see them change.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use pretty_assertions::assert_eq;
use responses_parity::wire::{
    CallAnswer, CallEvent, CallParams, CallStarted, ConversationId, Dialect, EventLine, FaultKind, Meaning,
    Message, RateLimitSnapshot, Rejection, RequestId, ResponseEvent, ResponseStream, UpstreamError,
    event_boundaries, events_of_body, methods, one_line, placed_events_of_body, to_raw, value_at,
};
use serde_json::value::RawValue;
use std::time::Duration;

#[test]
fn a_call_is_written_as_published() {
    let params = CallParams {
        conversation_id: ConversationId("c1".to_owned()),
        call_id: "k1".to_owned(),
        url: "http://127.0.0.1:1/v1/responses".to_owned(),
        headers: [("accept".to_owned(), "text/event-stream".to_owned())].into_iter().collect(),
        body: RawValue::from_string(r#"{"model":"m","n":1.50}"#.to_owned()).unwrap(),
        stream: true,
    };
    let line = Message::request(RequestId::Integer(3), methods::RESPONSES_API_CALL, &params).to_line();
    assert_eq!(
        line,
        r#"{"id":3,"method":"responsesApi/call","params":{"conversationId":"c1","callId":"k1","url":"http://127.0.0.1:1/v1/responses","headers":{"accept":"text/event-stream"},"body":{"model":"m","n":1.50},"stream":true}}"#
    );
}

#[test]
fn an_event_carries_its_json_verbatim() {
    let event =
        RawValue::from_string(r#"{"type":"x","delta":"\u00e9 \ud83d\ude80","n":1e2,"n2":10.0}"#.to_owned())
            .unwrap();
    let line =
        Message::notification(methods::RESPONSES_API_EVENT, &CallEvent { call_id: "k1".to_owned(), event })
            .to_line();
    assert_eq!(
        line,
        r#"{"method":"responsesApi/event","params":{"callId":"k1","event":{"type":"x","delta":"\u00e9 \ud83d\ude80","n":1e2,"n2":10.0}}}"#
    );
    let Message::Notification { params, .. } = Message::parse(&line).unwrap() else { panic!("{line}") };
    let read: CallEvent = serde_json::from_str(params.unwrap().get()).unwrap();
    assert_eq!(read.event.get(), r#"{"type":"x","delta":"\u00e9 \ud83d\ude80","n":1e2,"n2":10.0}"#);
}

#[test]
fn an_answer_of_the_first_dialect_is_read() {
    let answer: CallAnswer = serde_json::from_str(r#"{"status":200,"requestId":"r","error":null}"#).unwrap();
    assert_eq!((answer.status, answer.request_id.as_deref(), answer.fault()), (200, Some("r"), None));
    let refused: CallAnswer = serde_json::from_str(r#"{"status":429,"error":{"type":"slow"}}"#).unwrap();
    assert_eq!(refused.error_text().as_deref(), Some(r#"{"type":"slow"}"#));
    assert_eq!(refused.fault(), None);
}

#[test]
fn an_error_beside_a_success_is_a_broken_stream() {
    let answer: CallAnswer =
        serde_json::from_str(r#"{"status":200,"error":"reset","errorKind":"transport"}"#).unwrap();
    let fault = answer.fault().unwrap();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Transport, "reset"));
    assert_eq!(
        serde_json::to_string(&CallAnswer { status: 200, ..CallAnswer::default() }).unwrap(),
        r#"{"status":200}"#
    );
}

#[test]
fn the_head_of_a_call() {
    let started: CallStarted = serde_json::from_str(r#"{"callId":"k","status":200}"#).unwrap();
    assert_eq!((started.status, started.headers.fields.len()), (200, 0));
}

#[test]
fn messages_are_told_apart() {
    let kinds = [
        (r#"{"id":1,"method":"m","params":{}}"#, "request"),
        (r#"{"jsonrpc":"2.0","id":"a","method":"m"}"#, "request"),
        (r#"{"method":"m"}"#, "notification"),
        (r#"{"id":1,"result":null}"#, "response"),
        (r#"{"id":1,"error":{"code":-1,"message":"no"}}"#, "error"),
        (r#"{"error":{"code":-1,"message":"no"},"id":null}"#, "error"),
    ];
    for (line, kind) in kinds {
        let found = match Message::parse(line).unwrap() {
            Message::Request { .. } => "request",
            Message::Notification { .. } => "notification",
            Message::Response { .. } => "response",
            Message::Error { .. } => "error",
        };
        assert_eq!(found, kind, "{line}");
    }
}

#[test]
fn what_is_no_message_says_why_and_keeps_its_id() {
    let wrong = [
        ("garbage", None, "not JSON"),
        (r#"{"id":1}"#, Some(1), "neither"),
        (r#"{"id":2,"method":5}"#, Some(2), "not a JSON-RPC message"),
        (r#"{"id":3,"result":1,"error":{"code":1,"message":""}}"#, Some(3), "both"),
        ("[1,2]", None, "not a JSON-RPC message"),
        (r#"{"result":1}"#, None, "without an id"),
        (r#"[4,"m",null,null,null]"#, None, "not a JSON-RPC message"),
        (r#"{"id":5,"method":"m","result":1}"#, Some(5), "a method together with"),
        (r#"{"id":6,"result":1,"params":{}}"#, Some(6), "an answer with params"),
        (r#"["a"]"#, None, "expected an object"),
        (r#"{"method":"a","method":"b"}"#, None, "the member \"method\" is there twice"),
        (r#"{"id":7,"result":1,"result":1}"#, Some(7), "the member \"result\" is there twice"),
        (r#"{"method":"a","params":null,"params":null}"#, None, "the member \"params\" is there twice"),
        (r#"{"method":"a","jsonrpc":"2.0","jsonrpc":"2.0"}"#, None, "the member \"jsonrpc\" is there twice"),
        (r#"{"method":"a","x":1,"\u0078":1}"#, None, "the member \"x\" is there twice"),
    ];
    for (line, id, problem) in wrong {
        let error = Message::parse(line).unwrap_err();
        assert_eq!(error.id, id.map(RequestId::Integer), "{line}");
        assert!(error.problem.contains(problem), "{line}: {}", error.problem);
    }
}

#[test]
fn members_that_no_message_has_are_kept() {
    let extras = [
        (r#"{"method":"m","params":{"x":1}}"#, "{}"),
        (r#"{"jsonrpc":"2.0","id":1,"result":{},"emittedAtMs":5}"#, "{}"),
        (r#"{"error":{"code":-1,"message":"no"},"id":null}"#, "{}"),
        (r#"{"jsonrpc":"1.7","method":"m","extra":{"a":[1]}}"#, r#"{"extra":{"a":[1]},"jsonrpc":"1.7"}"#),
        (
            r#"{"id":1,"error":{"code":1,"message":"m","data":null,"details":["a"]}}"#,
            r#"{"error":{"details":["a"]}}"#,
        ),
        (r#"{"emittedAtMs":"now","id":1,"method":"m"}"#, r#"{"emittedAtMs":"now"}"#),
        (r#"{"Method":"n","method":"m","id":null}"#, r#"{"Method":"n","id":null}"#),
        (r#"{"id":1,"method":"m","params":null}"#, "{}"),
        (
            r#"{"id":1,"method":null,"params":null,"result":{},"error":null}"#,
            r#"{"error":null,"method":null,"params":null}"#,
        ),
    ];
    for (line, expected) in extras {
        let (_, extra) = Message::parse_with_extra(line).unwrap();
        assert_eq!(serde_json::to_string(&extra).unwrap(), expected, "{line}");
    }
}

/// Every event of a stream, and how it ended.
fn run(events: &[&str]) -> (Vec<ResponseEvent>, Result<String, UpstreamError>) {
    let mut stream = ResponseStream::new();
    let seen = events.iter().filter_map(|event| stream.event(event)).collect();
    (seen, stream.end().map(|completion| completion.response_id))
}

#[test]
fn a_completion_wins_over_a_failure_whichever_came_first() {
    let completed = r#"{"type":"response.completed","response":{"id":"r"}}"#;
    let failed = r#"{"type":"response.failed","response":{"error":{"message":"no"}}}"#;
    assert_eq!(run(&[completed, failed]).1, Ok("r".to_owned()));
    assert_eq!(run(&[failed, completed]).1, Ok("r".to_owned()));
    assert_eq!(run(&[failed]).1, Err(UpstreamError::stream("no")));
    assert_eq!(run(&[]).1, Err(UpstreamError::stream("stream closed before response.completed")));
}

#[test]
fn what_cannot_be_read_is_skipped() {
    let nothing = [
        "not json",
        "[DONE]",
        "{}",
        r#"{"type":5}"#,
        r#"{"type":"response.output_item.done"}"#,
        r#"{"type":"response.output_item.done","item":{"type":"function_call"}}"#,
        r#"{"type":"response.output_text.delta"}"#,
        r#"{"type":"response.output_text.delta","delta":{"a":1}}"#,
        r#"{"type":"response.created"}"#,
        r#"{"type":"response.never_heard_of"}"#,
        r#"{"type":"error","error":{"message":"no"}}"#,
    ];
    assert_eq!(run(&nothing).0, []);
}

#[test]
fn a_failure_says_how_long_to_wait() {
    let wait = |message: &str, code: &str| {
        let event = format!(
            r#"{{"type":"response.failed","response":{{"error":{{"code":"{code}","message":"{message}"}}}}}}"#
        );
        match run(&[&event]).1 {
            Err(UpstreamError::Stream { retry_after, .. }) => retry_after,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wait("Please try again in 1.5s.", "rate_limit_exceeded"), Some(Duration::from_millis(1500)));
    assert_eq!(wait("Please try again in 28ms.", "rate_limit_exceeded"), Some(Duration::from_millis(28)));
    assert_eq!(wait("Please try again in 1.5s.", "other"), None);
    assert_eq!(wait("Please try again in a while.", "rate_limit_exceeded"), None);
    assert_eq!(wait("Please try again in 99999999999999999999999s.", "rate_limit_exceeded"), None);
}

#[test]
fn an_item_is_shown_with_its_id_and_kept_without() {
    let event = r#"{"type":"response.output_item.done","item":{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[]}}"#;
    let (events, _) = run(&[event]);
    assert_eq!(
        serde_json::to_string(&events).unwrap(),
        r#"[{"type":"output_item_done","item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}]"#
    );
    let ResponseEvent::OutputItemDone { item } = &events[0] else { panic!("{events:?}") };
    assert_eq!(to_raw(item).get(), r#"{"type":"message","role":"assistant","content":[]}"#);
}

#[test]
fn statuses_are_sorted_into_final_and_worth_another_attempt() {
    let limit = r#"{"error":{"type":"usage_limit_reached","plan_type":"plus","resets_at":1}}"#;
    let cases = [
        (400, "", false),
        (401, "", true),
        (403, "", false),
        (404, "", false),
        (413, "", false),
        (429, "", true),
        (429, limit, false),
        (429, r#"{"error":{"type":"usage_not_included"}}"#, false),
        (429, "<html>", true),
        (500, limit, true),
        (503, "", true),
    ];
    for (status, body, retryable) in cases {
        assert_eq!(Rejection::of_response(status, &[], body).retryable, retryable, "{status} {body}");
    }
    let after = |value: &str| {
        Rejection::of_response(503, &[("retry-after".to_owned(), value.to_owned())], "").retry_after
    };
    assert_eq!(after("2"), Some(Duration::from_secs(2)));
    assert_eq!(after("Wed, 21 Oct 2026 07:28:00 GMT"), None);
}

#[test]
fn the_first_cf_ray_names_a_request() {
    let said = |fields: &[&str]| {
        let headers: Vec<_> = fields.iter().map(|value| ("cf-ray".to_owned(), (*value).to_owned())).collect();
        Rejection::of_response(529, &headers, "").error.to_string()
    };
    let last = "exceeded retry limit, last status: 529 <unknown status code>";
    assert_eq!(said(&[]), last);
    assert_eq!(said(&["ray-1", "ray-2"]), format!("{last}, request id: ray-1"));
    assert_eq!(said(&["r\u{e4}y", "ray-2"]), format!("{last}, request id: "));
}

#[test]
fn rate_limits_are_read_from_the_head() {
    let header = |name: &str, value: &str| (format!("x-codex-{name}"), value.to_owned());
    let limits = RateLimitSnapshot::from_headers(&[
        header("primary-used-percent", "0"),
        header("secondary-used-percent", "40.5"),
        header("secondary-window-minutes", "10080"),
        header("secondary-reset-at", "soon"),
    ]);
    assert_eq!(limits.primary, None, "nothing used and nothing else known");
    assert_eq!(
        serde_json::to_string(&limits.secondary).unwrap(),
        r#"{"used_percent":40.5,"window_minutes":10080,"resets_at":null}"#
    );
    let not_a_number = RateLimitSnapshot::from_headers(&[
        header("primary-used-percent", "NaN"),
        header("primary-reset-at", "5"),
    ]);
    assert_eq!(not_a_number, RateLimitSnapshot::default());
}

#[test]
fn boundaries_agree_with_what_a_reader_gets() {
    let bodies: [&[u8]; 6] = [
        b"data: 1\n\ndata: 2\n\n",
        b"data: 1\r\n\r\ndata: 2\r\n\r\n",
        b"data: 1\r\rdata: 2\r\r",
        b": comment\ndata: 1\n\n\n\ndata: 2\n\ndata: 3\n",
        b"\n\ndata: 1\n\n",
        b"",
    ];
    for body in bodies {
        let boundaries = event_boundaries(body);
        for (count, &end) in boundaries.iter().enumerate() {
            assert_eq!(
                events_of_body(&body[..end]).len(),
                count + 1,
                "{:?}",
                String::from_utf8_lossy(&body[..end])
            );
        }
        assert_eq!(events_of_body(body).len(), boundaries.len());
    }
}

#[test]
fn an_error_is_told_with_all_that_it_says() {
    let line = r#"{"error":{"code":1,"message":"m","data":null},"id":1}"#;
    assert_eq!(Message::parse(line).unwrap().to_line(), line);
}

/// A payload may have been written over several lines, and some readers end a line at a carriage return.
#[test]
fn a_message_is_one_line_whatever_it_carries() {
    let params = RawValue::from_string("{\n  \"a\": 1.50,\r\n  \"b\": \"\\n\"\r}".to_owned()).unwrap();
    let message = Message::notification("m", &params);
    assert_eq!(message.to_line(), r#"{"method":"m","params":{   "a": 1.50,    "b": "\n" }}"#);
}

/// The bytes that cannot be read need not stand in an event that ends; and only the first line of a stream may begin
/// with a byte order mark.
#[test]
fn placed_events_are_those_of_the_stream() {
    let bodies: [&[u8]; 5] = [
        b"data: 1\n\ndata: \xff\n",
        b"\xef\xbb\xbfdata: 1\n\n\xef\xbb\xbfdata: 2\n\ndata: 3\n\n",
        b"\n\xef\xbb\xbfdata: 1\n\ndata: 2\n\n",
        b"\xef\xbb\xbf\ndata: 1\n\n",
        b": quiet\n\nid: \xff\n\ndata: 1\n\n",
    ];
    for body in bodies {
        let placed: Vec<_> = placed_events_of_body(body).into_iter().map(|event| event.data).collect();
        assert_eq!(placed, events_of_body(body), "{:?}", String::from_utf8_lossy(body));
    }
    assert_eq!(placed_events_of_body(bodies[0])[1].bytes, 9..17, "to the end, where no blank line is");
}

/// Where a line break stands in a string there is no JSON, and there must be none once it is on one line.
#[test]
fn data_that_is_no_json_becomes_none_on_its_way_to_the_app_server() {
    let broken = "{\"type\":\"response.output_text.delta\",\"delta\":\"a\nb\"}";
    assert_eq!(ResponseStream::new().event(broken), None);
    let event = CallEvent::of_data("k1", broken).event;
    assert_eq!(event.get(), serde_json::to_string(broken).unwrap());
    assert_eq!(ResponseStream::new().event(event.get()), None);
}

#[test]
fn one_line_changes_white_space_alone() {
    assert_eq!(one_line("{\"a\":\n1,\r\n\"b\":\"\\n\"}"), "{\"a\": 1,  \"b\":\"\\n\"}");
}

/// As 0.53.0 and 0.169.0 send a message: in pieces, and then whole.
#[test]
fn the_text_of_a_message_is_found_in_both_dialects() {
    let cases = [
        (
            Dialect::V1,
            r#"{"method":"codex/event/agent_message_delta","params":{"id":"0","msg":{"type":"agent_message_delta","delta":"Do"},"conversationId":"c"}}"#,
            Some(("delta", "Do")),
        ),
        (
            Dialect::V1,
            r#"{"method":"codex/event/agent_message_content_delta","params":{"id":"0","msg":{"type":"agent_message_content_delta","item_id":"m","delta":"Do"},"conversationId":"c"}}"#,
            None,
        ),
        (
            Dialect::V1,
            r#"{"method":"codex/event/agent_message","params":{"id":"0","msg":{"type":"agent_message","message":"Done"},"conversationId":"c"}}"#,
            Some(("whole", "Done")),
        ),
        (
            Dialect::V2,
            r#"{"method":"item/agentMessage/delta","params":{"threadId":"t","turnId":"u","itemId":"m","delta":"Do"}}"#,
            Some(("delta", "Do")),
        ),
        (
            Dialect::V2,
            r#"{"method":"item/completed","params":{"item":{"type":"agentMessage","id":"m","text":"Done"},"threadId":"t","turnId":"u"}}"#,
            Some(("whole", "Done")),
        ),
        (
            Dialect::V2,
            r#"{"method":"item/completed","params":{"item":{"type":"reasoning","id":"r","text":"Hm"},"threadId":"t","turnId":"u"}}"#,
            None,
        ),
    ];
    for (dialect, line, expected) in cases {
        let Message::Notification { method, params } = Message::parse(line).unwrap() else {
            panic!("{line}")
        };
        let (kind, pointer) = match dialect.meaning(&method, params.as_deref()) {
            Meaning::TextDelta(pointer) => ("delta", pointer),
            Meaning::Text(pointer) => ("whole", pointer),
            _ => {
                assert_eq!(expected, None, "{line}");
                continue;
            }
        };
        let text = value_at(params.as_deref(), pointer);
        assert_eq!(Some((kind, text.as_str().unwrap())), expected, "{line}");
    }
}

#[test]
fn a_plain_event_is_read_as_any_message_would_be() {
    let lines = [
        r#"{"method":"responsesApi/event","params":{"callId":"c","event":{"type":"a"}}}"#,
        r#" { "params" : { "event" : [1, "\u00e9"] , "callId" : "\u0063" , "more" : 1 } , "jsonrpc" : "2.0" , "method" : "responsesApi\/event" } "#,
        r#"{"method":"responsesApi/event","params":{"callId":"c","event":"not JSON"}}"#,
    ];
    for line in lines {
        let read = EventLine::read(line).unwrap();
        let Message::Notification { method, params } = Message::parse(line).unwrap() else {
            panic!("{line}")
        };
        assert_eq!(method, methods::RESPONSES_API_EVENT);
        let event: CallEvent = serde_json::from_str(params.unwrap().get()).unwrap();
        assert_eq!((read.call_id.as_ref(), read.event), (event.call_id.as_str(), event.event.get()));
    }
}

#[test]
fn what_is_no_plain_event_is_left_to_be_read_as_a_message() {
    let lines = [
        "",
        "[]",
        r#"{"method":"responsesApi/event"}"#,
        r#"{"id":1,"method":"responsesApi/event","params":{"callId":"c","event":{}}}"#,
        r#"{"method":"responsesApi/event","trace":1,"params":{"callId":"c","event":{}}}"#,
        r#"{"method":"responsesApi/event","method":"x","params":{"callId":"c","event":{}}}"#,
        r#"{"method":"responsesApi/event","params":{"callId":"c","event":{},"event":[]}}"#,
        r#"{"method":"responsesApi/event","params":{"callId":1,"event":{}}}"#,
        r#"{"method":"responsesApi/event","params":{"callId":"c"}}"#,
        r#"{"method":"responsesApi/events","params":{"callId":"c","event":{}}}"#,
        r#"{"method":"responsesApi/event","params":{"callId":"c","event":{}}"#,
    ];
    for line in lines {
        assert_eq!(EventLine::read(line), None, "{line}");
    }
}
