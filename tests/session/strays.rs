//! What belongs to no conversation and to no request.

use crate::fake::{deadlines, open, settled, start, start_in_conversation, start_with, strays_shown};
use insta::assert_snapshot;
use responses_parity::session::{Deadlines, Exit};
use responses_parity::wire::ConversationId;
use serde_json::Value;
use std::time::Duration;

#[tokio::test]
async fn what_belongs_to_somebody_is_none() {
    let script = "event one task_started; answer 1 '{}'; answer 2 '{}'; stay";
    let (server, conversation) = start_in_conversation(script).await;
    conversation.request::<Value>("asked", &()).await.unwrap();
    settled(&server).await;
    assert_eq!(server.stop().await.unwrap().strays.count, 0);
    drop(conversation);
}

#[tokio::test]
async fn answers_that_nobody_asked_for() {
    let script = r#"
        read -r _; say '{"id":1,"result":1}'; say '{"id":1,"result":1}'
        say '{"id":"1","error":{"code":1,"message":"no"}}'; say '{"id":99,"result":{}}'
        say '{"id":null,"error":{"code":-32700,"message":"what?"}}'
        answer 2 '{}'; stay"#;
    let (server, conversation) = start_in_conversation(script).await;
    conversation.request::<Value>("asked", &()).await.unwrap();
    settled(&server).await;
    assert_snapshot!(strays_shown(&server.strays()), @r#"
    4
    <- {"id":1,"result":1}
    <- {"id":"1","error":{"code":1,"message":"no"}}
    <- {"id":99,"result":{}}
    <- {"id":null,"error":{"code":-32700,"message":"what?"}}
    "#);
    assert_eq!(conversation.transcript().entries.len(), 4, "the first answer is not the second");
}

#[tokio::test]
async fn an_answer_to_opening_that_comes_twice() {
    let script = r#"say '{"id":0,"result":{"conversationId":"one"}}'; answer 1 '{}'; stay"#;
    let (server, conversation) = start_in_conversation(script).await;
    settled(&server).await;
    assert_snapshot!(strays_shown(&server.strays()), @r#"
    1
    <- {"id":0,"result":{"conversationId":"one"}}
    "#);
    assert_eq!(conversation.id(), &ConversationId("one".to_owned()));
}

#[tokio::test]
async fn messages_of_no_known_conversation() {
    let script = r#"
        event three task_started; say '{"method":"odd"}'
        say '{"id":"x","method":"applyPatchApproval","params":{"conversationId":"three"}}'
        answer 1 '{}'; stay"#;
    let (server, _conversation) = start_in_conversation(script).await;
    settled(&server).await;
    assert_snapshot!(strays_shown(&server.strays()), @r#"
    3
    <- {"method":"codex/event/task_started","params":{"conversationId":"three","msg":{"type":"task_started"}}}
    <- {"method":"odd"}
    <- {"id":"x","method":"applyPatchApproval","params":{"conversationId":"three"}}
    "#);
}

#[tokio::test]
async fn what_comes_for_a_dropped_conversation_but_not_what_is_sent() {
    let script = r#"
        read -r _; read -r _; read -r _; event one task_complete; say '{"id":1,"result":"late"}'
        answer 2 '{}'; stay"#;
    let (server, conversation) = start_in_conversation(script).await;
    let sender = conversation.sender();
    conversation.notify("before", &()).await.unwrap();
    let asked = conversation.request::<Value>("given up", &());
    tokio::time::timeout(Duration::from_millis(50), asked).await.unwrap_err();
    drop(conversation);
    sender.notify("after", &()).await.unwrap();
    settled(&server).await;
    assert_snapshot!(strays_shown(&server.strays()), @r#"
    1
    <- {"method":"codex/event/task_complete","params":{"conversationId":"one","msg":{"type":"task_complete"}}}
    "#);
    assert_eq!(server.entries().len(), 2, "`done` and its answer");
}

#[tokio::test]
async fn what_is_said_last_of_all() {
    let script = r#"conversation 0 one; stay; event one task_complete; say '{"id":0,"result":1}'; exit 7"#;
    let server = start(script).await;
    drop(open(&server).await);
    let stopped = server.stop().await.unwrap();
    assert_snapshot!(stopped.exit, @"the server ended by itself: exit status: 7");
    assert_snapshot!(strays_shown(&stopped.strays), @r#"
    2
    <- {"method":"codex/event/task_complete","params":{"conversationId":"one","msg":{"type":"task_complete"}}}
    <- {"id":0,"result":1}
    "#);
}

#[tokio::test]
async fn what_is_said_before_it_is_killed() {
    let stop = Duration::from_millis(500);
    let server =
        start_with(r#"stay; say '{"id":5,"result":1}'; sleep 1000"#, Deadlines { stop, ..deadlines() });
    let stopped = server.await.stop().await.unwrap();
    assert_eq!(stopped.exit, Exit::Killed { after: stop });
    assert_eq!(stopped.strays.count, 1);
}

#[tokio::test]
async fn rate_limits_that_could_be_of_several_to_the_end() {
    let script = r#"
        limits='{"primary":null}'
        count() { say "{\"method\":\"codex/event/token_count\",\"params\":{\"conversationId\":\"$1\",\"msg\":{\"rate_limits\":$limits}}}"; }
        count one; count two; say "{\"method\":\"account/rateLimits/updated\",\"params\":$limits}"
        answer 1 '{}'; stay"#;
    let (server, conversation) = start_in_conversation(script).await;
    settled(&server).await;
    assert_eq!(conversation.transcript().entries.len(), 3, "held back");
    let stopped = server.stop().await.unwrap();
    assert_eq!(conversation.transcript().entries.len(), 4, "given to who has waited longest");
    assert_eq!(stopped.strays.count, 1, "the token count of `two`, which nobody opened");
}
