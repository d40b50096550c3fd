//! Which log a message ends up in.

use crate::fake::{SOON, lines_of, open, settled, start, start_in_conversation};
use insta::assert_snapshot;
use responses_parity::session::{Conversation, McpProcess};
use responses_parity::wire::{Message, codes};

async fn two_conversations(script: &str) -> (McpProcess, Conversation, Conversation) {
    let server = start(&format!("conversation 0 one\nconversation 1 two\n{script}")).await;
    let one = open(&server).await;
    let two = open(&server).await;
    (server, one, two)
}

#[tokio::test]
async fn two_conversations_interleaved() {
    let script = r#"
        event one task_started; event two task_started; event two task_complete; event one task_complete
        answer 2 '{}'; stay"#;
    let (server, one, two) = two_conversations(script).await;
    assert_snapshot!(settled(&server).await, @r#"<- {"id":2,"result":{}}"#);
    assert_eq!(server.entries().len(), 2, "the requests that opened the conversations are in their logs");
    assert_snapshot!(lines_of(&one.transcript()), @r#"
    -> {"id":0,"method":"newConversation","params":{}}
    <- {"id":0,"result":{"conversationId":"one","model":"m","rolloutPath":""}}
    <- {"method":"codex/event/task_started","params":{"conversationId":"one","msg":{"type":"task_started"}}}
    <- {"method":"codex/event/task_complete","params":{"conversationId":"one","msg":{"type":"task_complete"}}}
    "#);
    assert_snapshot!(lines_of(&two.transcript()), @r#"
    -> {"id":1,"method":"newConversation","params":{}}
    <- {"id":1,"result":{"conversationId":"two","model":"m","rolloutPath":""}}
    <- {"method":"codex/event/task_started","params":{"conversationId":"two","msg":{"type":"task_started"}}}
    <- {"method":"codex/event/task_complete","params":{"conversationId":"two","msg":{"type":"task_complete"}}}
    "#);
}

#[tokio::test]
async fn answers_find_their_request_in_any_order() {
    let script = r#"
        read -r _; read -r _; read -r _
        say '{"id":4,"result":"four"}'; say '{"id":2,"result":"two"}'; say '{"id":3,"result":"three"}'
        say '{"id":99,"result":"nobody asked"}'
        answer 5 '{}'; stay"#;
    let (server, one, two) = two_conversations(script).await;
    let (first, second, third): (Result<String, _>, Result<String, _>, Result<String, _>) =
        tokio::join!(one.request("first", &()), two.request("second", &()), server.request("third", &()));
    assert_eq!(
        (first.unwrap(), second.unwrap(), third.unwrap()),
        ("two".into(), "three".into(), "four".into())
    );
    assert_snapshot!(settled(&server).await, @r#"
    <- {"id":4,"result":"four"}
    <- {"id":99,"result":"nobody asked"}
    <- {"id":5,"result":{}}
    "#);
    assert_snapshot!(lines_of(&one.transcript()), @r#"
    -> {"id":0,"method":"newConversation","params":{}}
    <- {"id":0,"result":{"conversationId":"one","model":"m","rolloutPath":""}}
    -> {"id":2,"method":"first","params":null}
    <- {"id":2,"result":"two"}
    "#);
    assert_snapshot!(lines_of(&two.transcript()), @r#"
    -> {"id":1,"method":"newConversation","params":{}}
    <- {"id":1,"result":{"conversationId":"two","model":"m","rolloutPath":""}}
    -> {"id":3,"method":"second","params":null}
    <- {"id":3,"result":"three"}
    "#);
}

#[tokio::test]
async fn rate_limits_follow_the_token_count_they_repeat() {
    let script = r#"
        limits() { printf '{"primary":{"used_percent":%s},"secondary":null}' "$1"; }
        count() { say "{\"method\":\"codex/event/token_count\",\"params\":{\"conversationId\":\"$1\",\"msg\":{\"rate_limits\":$2}}}"; }
        updated() { say "{\"method\":\"account/rateLimits/updated\",\"params\":$1}"; }
        count one "$(limits 1.5)"; count two "$(limits 2.5)"; count two "$(limits 1.5)"; count one null
        updated '{"secondary":null,"primary":{"used_percent":2.5}}'
        updated "$(limits 1.5)"; updated "$(limits 1.5)"; updated "$(limits 1.5)"
        answer 2 '{}'; stay"#;
    let (server, one, two) = two_conversations(script).await;
    assert_snapshot!(settled(&server).await, @r#"
    <- {"method":"account/rateLimits/updated","params":{"primary":{"used_percent":1.5},"secondary":null}}
    <- {"id":2,"result":{}}
    "#);
    assert_snapshot!(lines_of(&one.transcript()), @r#"
    -> {"id":0,"method":"newConversation","params":{}}
    <- {"id":0,"result":{"conversationId":"one","model":"m","rolloutPath":""}}
    <- {"method":"codex/event/token_count","params":{"conversationId":"one","msg":{"rate_limits":{"primary":{"used_percent":1.5},"secondary":null}}}}
    <- {"method":"codex/event/token_count","params":{"conversationId":"one","msg":{"rate_limits":null}}}
    <- {"method":"account/rateLimits/updated","params":{"primary":{"used_percent":1.5},"secondary":null}}
    "#);
    assert_snapshot!(lines_of(&two.transcript()), @r#"
    -> {"id":1,"method":"newConversation","params":{}}
    <- {"id":1,"result":{"conversationId":"two","model":"m","rolloutPath":""}}
    <- {"method":"codex/event/token_count","params":{"conversationId":"two","msg":{"rate_limits":{"primary":{"used_percent":2.5},"secondary":null}}}}
    <- {"method":"codex/event/token_count","params":{"conversationId":"two","msg":{"rate_limits":{"primary":{"used_percent":1.5},"secondary":null}}}}
    <- {"method":"account/rateLimits/updated","params":{"secondary":null,"primary":{"used_percent":2.5}}}
    <- {"method":"account/rateLimits/updated","params":{"primary":{"used_percent":1.5},"secondary":null}}
    "#);
}

#[tokio::test]
async fn what_is_nobodys_is_in_the_process_log() {
    let script = r#"
        event three task_started
        say '{"method":"authStatusChange","params":{"authMethod":null}}'
        say '{"method":"odd","params":[1]}'
        say '{"method":"odd","params":{"conversationId":7}}'
        say '{"error":{"code":-32700,"message":"what?"},"id":null}'
        answer 1 '{}'; stay"#;
    let (server, conversation) = start_in_conversation(script).await;
    assert_snapshot!(settled(&server).await, @r#"
    <- {"method":"codex/event/task_started","params":{"conversationId":"three","msg":{"type":"task_started"}}}
    <- {"method":"authStatusChange","params":{"authMethod":null}}
    <- {"method":"odd","params":[1]}
    <- {"method":"odd","params":{"conversationId":7}}
    <- {"error":{"code":-32700,"message":"what?"},"id":null}
    <- {"id":1,"result":{}}
    "#);
    assert_eq!(conversation.transcript().entries.len(), 2);
}

#[tokio::test]
async fn what_follows_the_answer_at_once_is_not_missed() {
    let (_server, mut conversation) = start_in_conversation("event one task_started; stay").await;
    let answer = conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    assert!(matches!(answer.message, Message::Response { .. }));
    let next = conversation.next("`task_started`", SOON).await.unwrap();
    assert_eq!(next.label(), "`codex/event/task_started`");
}

#[tokio::test]
async fn a_delegated_call_and_what_belongs_to_it() {
    let script = r#"
        say '{"id":7,"method":"responsesApi/call","params":{"conversationId":"one","callId":"c1"}}'
        read -r _; read -r _
        say '{"method":"responsesApi/cancel","params":{"callId":"c1"}}'
        say '{"id":"x","method":"applyPatchApproval","params":{"conversationId":"one"}}'
        read -r _
        answer 1 '{}'; stay"#;
    let (server, mut conversation) = start_in_conversation(script).await;
    let sender = conversation.sender();
    for awaited in ["the answer", "the call", "the cancellation", "the approval"] {
        match &conversation.next(awaited, SOON).await.unwrap().message {
            Message::Request { id, method, .. } if method == "responsesApi/call" => {
                sender.notify("responsesApi/event", &"e").await.unwrap();
                sender.clone().respond(id.clone(), &200).await.unwrap();
            }
            Message::Request { id, .. } => {
                conversation.respond_error(id.clone(), codes::METHOD_NOT_FOUND, "declined").await.unwrap();
            }
            _ => {}
        }
    }
    assert_snapshot!(settled(&server).await, @r#"<- {"id":1,"result":{}}"#);
    assert_snapshot!(lines_of(&conversation.transcript()), @r#"
    -> {"id":0,"method":"newConversation","params":{}}
    <- {"id":0,"result":{"conversationId":"one","model":"m","rolloutPath":""}}
    <- {"id":7,"method":"responsesApi/call","params":{"conversationId":"one","callId":"c1"}}
    -> {"method":"responsesApi/event","params":"e"}
    -> {"id":7,"result":200}
    <- {"method":"responsesApi/cancel","params":{"callId":"c1"}}
    <- {"id":"x","method":"applyPatchApproval","params":{"conversationId":"one"}}
    -> {"error":{"code":-32601,"message":"declined"},"id":"x"}
    "#);
}

#[tokio::test]
async fn raw_params_stay_as_they_are() {
    let (_server, conversation) = start_in_conversation("stay").await;
    let raw = serde_json::value::RawValue::from_string(r#"{ "b":1.0, "a" : 1e3 }"#.to_owned()).unwrap();
    conversation.notify_raw("raw", raw).await.unwrap();
    let transcript = conversation.transcript();
    assert_eq!(&*transcript.entries[2].line(), r#"{"method":"raw","params":{ "b":1.0, "a" : 1e3 }}"#);
}
