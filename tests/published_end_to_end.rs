//! The end-to-end test that came with the first publication of the delegated path, on this crate's public API:
//! a conversation of two turns, each answered by hand with `response.created`, an assistant message and
//! `response.completed`, then the reply 200, then the raw item.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use pretty_assertions::assert_eq;
use responses_parity::check::config_toml;
use responses_parity::replay::Path;
use responses_parity::session::{Conversation, Deadlines, Exit, McpProcess, ServerCommand};
use responses_parity::wire::{
    CallAnswer, CallParams, Dialect, Message, NewConversationParams, RequestId, methods,
};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn two_turns_over_the_delegated_path() {
    let command = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let command = command.config_toml(config_toml(Path::Delegated, Dialect::V1, false));
    let server = McpProcess::spawn(&command, Deadlines::default()).await.unwrap();
    server.initialize().await.unwrap();
    let mut conversation = server.new_conversation(NewConversationParams::default()).await.unwrap();
    conversation.add_listener(true, false).await.unwrap();

    for turn in 1..=2 {
        conversation.send_user_message("Hello").await.unwrap();
        let (id, call) = next_call(&mut conversation).await;
        assert_eq!(call.conversation_id, *conversation.id());
        assert!(call.url.ends_with("/responses"), "{}", call.url);
        assert!(call.stream);
        answer(&conversation, id, &call.call_id, turn).await;
        assert_eq!(
            next_assistant_item(&mut conversation).await,
            json!([{ "type": "output_text", "text": "Done" }])
        );
        next_notification(&mut conversation, methods::TASK_COMPLETE).await;
    }

    let exit = server.shutdown().await.unwrap();
    assert!(matches!(exit, Exit::Exited(status) if status.success()), "{exit}");
}

async fn answer(conversation: &Conversation, id: RequestId, call: &str, turn: usize) {
    let response = format!("resp_{turn}");
    let message = json!({
        "type": "message", "id": format!("msg_{turn}"), "role": "assistant",
        "content": [{ "type": "output_text", "text": "Done" }],
    });
    let events = [
        json!({ "type": "response.created", "response": { "id": response } }),
        json!({ "type": "response.output_item.done", "item": message }),
        json!({ "type": "response.completed", "response": { "id": response } }),
    ];
    for event in events {
        let params = json!({ "callId": call, "event": event });
        conversation.notify(methods::RESPONSES_API_EVENT, &params).await.unwrap();
    }
    conversation.respond(id, &CallAnswer { status: 200, ..CallAnswer::default() }).await.unwrap();
}

async fn next_call(conversation: &mut Conversation) -> (RequestId, CallParams) {
    loop {
        let entry = conversation.next("responsesApi/call", PATIENCE).await.unwrap();
        if let Message::Request { id, method, params } = &entry.message {
            assert_eq!(method, methods::RESPONSES_API_CALL);
            return (id.clone(), serde_json::from_str(params.as_ref().unwrap().get()).unwrap());
        }
    }
}

async fn next_assistant_item(conversation: &mut Conversation) -> Value {
    loop {
        let params = next_notification(conversation, methods::RAW_RESPONSE_ITEM).await;
        let item = &params["msg"]["item"];
        if item["role"] == "assistant" {
            return item["content"].clone();
        }
    }
}

async fn next_notification(conversation: &mut Conversation, wanted: &str) -> Value {
    loop {
        let entry = conversation.next(wanted, PATIENCE).await.unwrap();
        if let Message::Notification { method, params } = &entry.message
            && method == wanted
        {
            return serde_json::from_str(params.as_ref().unwrap().get()).unwrap();
        }
    }
}
