//! Where settings come from, and what is said of those that cannot be used.

use crate::client::{Client, Setup};
use serde_json::{Value, json};

async fn refusal(setup: Setup, params: Value) -> String {
    let mut client = Client::initialized(setup).await;
    let answer = client.request("newConversation", params).await;
    let message = answer["error"]["message"].as_str();
    message.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn plain() -> Setup {
    Setup::provider("http://upstream.invalid/v1", "")
}

#[tokio::test]
async fn a_mistake_in_the_file_is_named_with_its_line() {
    for (config, line) in [("model = \"m\"\nmodel_provider = \n", 2), ("\n\nmodel = 3\n", 3)] {
        let setup = Setup { config: config.to_owned(), ..plain() };
        let mut client = Client::initialized(setup).await;
        let answer = client.request("newConversation", json!({})).await;
        let message = answer["error"]["message"].as_str().expect("a message");
        let place = format!("{}: line {line}: ", client.home().join("config.toml").display());
        assert!(message.contains(&place), "{message}");
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused() {
    let unknown = refusal(plain(), json!({ "modelProvider": "nobody" })).await;
    assert!(unknown.contains("Model provider `nobody` not found"), "{unknown}");
    let policy = refusal(plain(), json!({ "approvalPolicy": "maybe" })).await;
    assert!(policy.contains("approval_policy = \"maybe\""), "{policy}");
    let sandbox = refusal(plain(), json!({ "config": { "sandbox_mode": "sand" } })).await;
    assert!(sandbox.contains("sandbox_mode = \"sand\""), "{sandbox}");
    let chat = json!({ "config": { "model_providers.mock.wire_api": "chat" } });
    let chat = refusal(plain(), chat).await;
    assert!(chat.contains("this server speaks \"responses\" only"), "{chat}");
    let wrong = json!({ "config": { "model_providers.mock.base_url": 3 } });
    let wrong = refusal(plain(), wrong).await;
    assert!(wrong.contains("an override does not fit"), "{wrong}");
    let mut setup = plain();
    setup.options.config.push("nonsense".to_owned());
    let argument = refusal(setup, json!({})).await;
    assert!(argument.contains("has no `=`"), "{argument}");
}

#[tokio::test]
async fn what_is_not_known_is_ignored() {
    let mut setup = plain();
    setup.config = format!("profile = \"x\"\n{}\n[tui]\nnotifications = [1]\n", setup.config);
    let mut client = Client::initialized(setup).await;
    let params = json!({ "model": "other", "includePlanTool": true });
    let answer = client.request("newConversation", params).await;
    assert_eq!(answer["result"]["model"], "other");
}

#[tokio::test]
async fn delegation_is_switched_on_in_four_ways() {
    let file = {
        let mut setup = plain();
        setup.config.push_str("[features]\nresponses_http_over_jsonrpc = true\n");
        setup
    };
    let enabled = Setup::delegated("");
    let argument = {
        let mut setup = plain();
        setup.options.config.push("features.responses_http_over_jsonrpc=true".to_owned());
        setup
    };
    for setup in [file, enabled, argument] {
        let (mut client, conversation) = Client::conversing(setup).await;
        client.say(&conversation, "Hello").await;
        client.call().await;
    }
    let mut client = Client::initialized(plain()).await;
    let config = json!({ "features.responses_http_over_jsonrpc": true });
    let conversation = client.converse(json!({ "config": config })).await;
    client.say(&conversation, "Hello").await;
    client.call().await;
}

#[tokio::test]
async fn what_is_said_later_counts_more() {
    let mut setup = Setup::delegated("");
    setup.options.disable.push("responses_http_over_jsonrpc".to_owned());
    let (mut client, conversation) = Client::conversing(setup).await;
    let turn = client.turn(&conversation, "Hello").await;
    assert!(turn.iter().all(|message| message["method"] != "responsesApi/call"));
}

#[tokio::test]
async fn the_model_is_told_where_it_is() {
    let mut client = Client::initialized(plain()).await;
    let config = json!({ "sandbox_workspace_write.network_access": true });
    let params = json!({
        "cwd": "/a/folder", "approvalPolicy": "never", "sandbox": "workspace-write", "config": config,
    });
    client.converse(params).await;
    let told = client.log.last().expect("the environment context");
    assert_eq!(told["params"]["id"], "auto-compact-0");
    assert_eq!(
        told["params"]["msg"]["item"]["content"][0]["text"],
        "<environment_context>\n  <cwd>/a/folder</cwd>\n  <approval_policy>never</approval_policy>\n  \
         <sandbox_mode>workspace-write</sandbox_mode>\n  <network_access>enabled</network_access>\n  \
         <shell>bash</shell>\n</environment_context>"
    );
}
