//! What the answer to a delegated call means, given what was known before it.

use super::signal::Signal;
use crate::wire::{CallAnswer, ErrorObject, FaultKind, Header, StreamFault, is_success, methods};
use serde_json::value::RawValue;

/// What is known of a call's response head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadSeen {
    /// Nothing.
    No,
    /// That there was one, since an event came.
    Implied,
    /// Its status and headers.
    Told { status: u16 },
}

/// The last signals of a call.
pub(super) fn signals_of_answer(head: HeadSeen, answer: Result<&RawValue, &ErrorObject>) -> Vec<Signal> {
    let answer = match answer {
        Ok(result) => parse_answer(result),
        Err(error) => Err(error.message.clone()),
    };
    match answer {
        Ok(answer) => signals_of_call_answer(head, &answer),
        Err(problem) => vec![fault(problem)],
    }
}

/// Whether a number can be an HTTP status.
pub(super) fn is_http_status(status: u16) -> bool {
    (100..1000).contains(&status)
}

fn parse_answer(result: &RawValue) -> Result<CallAnswer, String> {
    let malformed =
        |problem: String| format!("malformed answer to {}: {problem}", methods::RESPONSES_API_CALL);
    let answer: CallAnswer =
        serde_json::from_str(result.get()).map_err(|error| malformed(error.to_string()))?;
    if is_http_status(answer.status) {
        Ok(answer)
    } else {
        Err(malformed(format!("{} is no HTTP status", answer.status)))
    }
}

fn signals_of_call_answer(head: HeadSeen, answer: &CallAnswer) -> Vec<Signal> {
    let headers: Option<Vec<Header>> = answer.headers.as_ref().map(|headers| headers.fields.clone());
    let told = Signal::Head { status: answer.status, headers };
    match head {
        HeadSeen::No => vec![told, last_signal(is_success(answer.status), answer)],
        HeadSeen::Implied if is_success(answer.status) => vec![told, last_signal(true, answer)],
        HeadSeen::Implied => vec![contradiction(answer)],
        HeadSeen::Told { status } if is_success(status) && !is_success(answer.status) => {
            vec![contradiction(answer)]
        }
        HeadSeen::Told { status } => vec![last_signal(is_success(status), answer)],
    }
}

fn last_signal(is_stream: bool, answer: &CallAnswer) -> Signal {
    match answer.fault() {
        _ if !is_stream => Signal::Body(answer.error_text().unwrap_or_default()),
        Some(fault) => Signal::Fault(fault),
        None => Signal::End,
    }
}

fn contradiction(answer: &CallAnswer) -> Signal {
    let reason = answer.error_text().map(|text| format!(": {text}")).unwrap_or_default();
    fault(format!("the call was answered with status {} after its stream had begun{reason}", answer.status))
}

fn fault(message: String) -> Signal {
    Signal::Fault(StreamFault { kind: FaultKind::Transport, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(head: HeadSeen, answer: &str) -> Vec<Signal> {
        let result: Box<RawValue> = serde_json::from_str(answer).unwrap();
        signals_of_answer(head, Ok(&result))
    }

    fn head(status: u16) -> Signal {
        Signal::Head { status, headers: None }
    }

    #[test]
    fn an_answer_without_a_head_brings_it() {
        assert_eq!(signals(HeadSeen::No, r#"{"status":200}"#), [head(200), Signal::End]);
        assert_eq!(
            signals(HeadSeen::No, r#"{"status":404,"error":{"a":1}}"#),
            [head(404), Signal::Body("{\"a\":1}".to_owned())]
        );
        assert_eq!(
            signals(HeadSeen::No, r#"{"status":200,"error":"cut","errorKind":"encoding"}"#),
            [head(200), Signal::Fault(StreamFault { kind: FaultKind::Encoding, message: "cut".to_owned() })]
        );
    }

    #[test]
    fn headers_that_come_late_still_count() {
        let late = Signal::Head { status: 200, headers: Some(vec![("a".to_owned(), "1".to_owned())]) };
        let answer = r#"{"status":200,"headers":{"A":"1"}}"#;
        assert_eq!(signals(HeadSeen::Implied, answer), [late, Signal::End]);
        assert_eq!(signals(HeadSeen::Told { status: 200 }, answer), [Signal::End]);
    }

    #[test]
    fn a_refusal_that_was_told_brings_its_body() {
        let told = HeadSeen::Told { status: 503 };
        let body = Signal::Body("busy".to_owned());
        assert_eq!(signals(told, r#"{"status":503,"error":"busy"}"#), [body]);
    }

    #[test]
    fn what_cannot_be_true_is_a_fault() {
        let message = |signals: &[Signal]| match signals {
            [Signal::Fault(fault)] => fault.message.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            message(&signals(HeadSeen::Implied, r#"{"status":503,"error":"busy"}"#)),
            "the call was answered with status 503 after its stream had begun: busy"
        );
        assert_eq!(
            message(&signals(HeadSeen::No, r#"{"status":7}"#)),
            "malformed answer to responsesApi/call: 7 is no HTTP status"
        );
        let malformed = message(&signals(HeadSeen::No, "{}"));
        assert!(malformed.contains("missing field `status`"), "{malformed}");
    }
}
