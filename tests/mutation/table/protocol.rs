//! JSON-RPC: ids, answers, requests out of nowhere, lines that are none, and whose a message is.

use crate::acts::{
    Act, Fate, Sent, all, and_then, answer_to, any, delta, edit, every, first, garble, leave_out, repeat,
    set, told, without,
};
use crate::line::{Kind, Line, Way};
use crate::mutation::Shows::{AsFailure, AsStray, In};
use crate::mutation::{Mutation, lie};
use crate::reach::{family, interrupted, only, side_by_side};
use crate::relay::MADE_UP;
use responses_parity::observe::Channel::{Notifications, Outcome};
use responses_parity::wire::methods;
use serde_json::json;

const PIECE: &str = "agent_message_delta";

/// As few as will do: each of them costs a process.
const FEW: &[&str] = &["text/plain", "tools/function-call"];

pub(super) fn mutations() -> Vec<Mutation> {
    [of_turns(), of_answers(), of_processes()].into_iter().flatten().collect()
}

fn of_turns() -> Vec<Mutation> {
    let text = || family("text");
    let piece = || told(PIECE);
    vec![
        lie("ask-out-of-nowhere", In(Notifications), text(), first(piece(), and_then(approval))),
        lie("ask-what-nobody-knows", In(Notifications), text(), first(piece(), and_then(unknown_request))),
        lie(
            "tell-what-nobody-knows",
            In(Notifications),
            text(),
            first(piece(), and_then(unknown_notification)),
        ),
        lie(
            "add-a-member-beside-a-message",
            In(Notifications),
            text(),
            first(piece(), beside(r#""trace":7"#)),
        ),
        lie("speak-another-version", In(Notifications), text(), first(piece(), beside(r#""jsonrpc":"1.0""#))),
        lie(
            "tell-it-to-nobody",
            AsStray("00000000-0000"),
            text(),
            first(piece(), edit(set("/conversationId", NOBODY))),
        ),
        lie(
            "tell-it-without-a-name",
            AsStray("agent_message_delta"),
            text(),
            first(piece(), edit(without("/conversationId"))),
        ),
        lie("tell-it-to-a-neighbour", In(Notifications), side_by_side(), to_a_neighbour()),
        lie(
            "mention-another-conversation",
            In(Notifications),
            text(),
            first(told("item_started"), edit(set("/msg/thread_id", NOBODY))),
        ),
    ]
}

fn of_answers() -> Vec<Mutation> {
    let said = || answer_to(methods::SEND_USER_MESSAGE);
    let interrupt = || answer_to(methods::INTERRUPT_CONVERSATION);
    let late = |name, act| lie(name, AsFailure("took longer than"), only(&["text/plain"]), act).impatiently();
    vec![
        late("answer-with-an-id-of-another-type", every(said(), with_a_name)),
        late("answer-nothing", every(said(), leave_out)),
        late("lose-the-last-answer", every(answer_to(methods::REMOVE_CONVERSATION_LISTENER), leave_out)),
        lie(
            "refuse-what-was-accepted",
            AsFailure("refused `sendUserMessage`"),
            only(FEW),
            every(said(), refused),
        ),
        lie("add-to-an-answer", In(Outcome), family("text"), every(said(), edit(set_seen))),
        lie(
            "open-with-another-model",
            In(Outcome),
            only(FEW),
            every(answer_to(methods::NEW_CONVERSATION), edit(garble("/model"))),
        ),
        lie(
            "answer-an-interrupt-with-another-reason",
            AsFailure("is not what it should be"),
            interrupted(),
            every(interrupt(), edit(garble("/abortReason"))),
        ),
        lie("answer-everything-twice", AsStray(r#""result""#), only(FEW), every(any(Kind::Answer), repeat)),
    ]
}

fn of_processes() -> Vec<Mutation> {
    vec![
        lie(
            "send-what-is-no-message",
            AsFailure("a line that is not a JSON-RPC message"),
            only(FEW),
            first(told(PIECE), and_then(|_| "Segmentation fault".to_owned())),
        ),
        lie(
            "cut-a-line",
            AsFailure("a line that is not a JSON-RPC message"),
            only(FEW),
            first(told(PIECE), cut),
        ),
        lie(
            "send-an-empty-line",
            AsFailure("a line that is not a JSON-RPC message"),
            only(FEW),
            first(told(PIECE), and_then(|_| String::new())),
        ),
        lie(
            "die-in-the-middle-of-a-turn",
            AsFailure("the server ended"),
            only(FEW),
            first(delta, |_| Some(vec![Sent::Death])),
        ),
        lie("say-something-at-the-end", AsStray("codex/event/last_word"), only(FEW), at_the_end()),
        lie(
            "say-something-at-the-beginning",
            AsStray("codex/event/first_word"),
            only(FEW),
            first(all(Way::ToHarness), and_then(|_| r#"{"method":"codex/event/first_word"}"#.to_owned())),
        ),
        lie(
            "introduce-oneself-otherwise",
            AsStray("is introduced as"),
            only(FEW),
            every(answer_to(methods::INITIALIZE), edit(garble("/userAgent"))),
        )
        .against_the_direct_side(),
        lie(
            "answer-what-nobody-asked",
            AsStray(r#""id":4711"#),
            family("text"),
            first(told(PIECE), and_then(|_| r#"{"id":4711,"result":{}}"#.to_owned())),
        ),
    ]
}

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

fn conversation(line: &Line) -> &str {
    line.conversation.as_deref().unwrap_or_default()
}

fn approval(line: &Line) -> String {
    let conversation = conversation(line);
    let params =
        json!({ "conversationId": conversation, "callId": "call_made_up", "command": ["rm", "-r", "/"] });
    json!({ "id": format!("{MADE_UP}approval"), "method": "execCommandApproval", "params": params })
        .to_string()
}

fn unknown_request(line: &Line) -> String {
    let params = json!({ "conversationId": conversation(line) });
    json!({ "id": format!("{MADE_UP}question"), "method": "whatNext", "params": params }).to_string()
}

fn unknown_notification(line: &Line) -> String {
    let params = json!({ "conversationId": conversation(line) });
    json!({ "method": "codex/event/nothing_that_is_known", "params": params }).to_string()
}

fn beside(member: &'static str) -> impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static {
    move |line| Some(vec![Sent::On(line.text.replacen('{', &format!("{{{member},"), 1))])
}

fn to_a_neighbour() -> Act {
    Box::new(|line, memory| match (&line.neighbour, &line.conversation) {
        (Some(neighbour), Some(own)) if !memory.done && line.tells(PIECE) => {
            memory.done = true;
            Fate::Mixed(vec![Sent::On(line.text.replace(own.as_str(), &neighbour.conversation))])
        }
        _ => Fate::Untouched,
    })
}

fn with_a_name(answer: &Line) -> Option<Vec<Sent>> {
    let line = format!(r#"{{"id":"{}","result":{}}}"#, answer.id.as_ref()?, answer.payload());
    Some(vec![Sent::On(line)])
}

fn refused(answer: &Line) -> Option<Vec<Sent>> {
    let id = answer.id.as_ref()?;
    Some(vec![Sent::On(format!(r#"{{"error":{{"code":-32600,"message":"not now"}},"id":{id}}}"#))])
}

fn set_seen(result: &mut serde_json::Value) -> bool {
    result["seen"] = json!(true);
    true
}

fn cut(line: &Line) -> Option<Vec<Sent>> {
    Some(vec![Sent::On(line.text.chars().take(40).collect())])
}

fn at_the_end() -> Act {
    Box::new(|line, _| match line.kind {
        Kind::End => Fate::changed([r#"{"method":"codex/event/last_word","params":{}}"#.to_owned()]),
        _ => Fate::Untouched,
    })
}
