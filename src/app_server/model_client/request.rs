//! The request to the Responses API.

use crate::app_server::Environment;
use crate::app_server::config::Provider;
use crate::wire::{ConversationId, Header, ResponseItem, UpstreamError, to_raw};
use serde::Serialize;
use serde_json::value::RawValue;

/// The bundled server's own; it is no assistant, but the member has to be there.
const INSTRUCTIONS: &str = "You are the model behind a test of an app-server. Answer briefly.";

/// Names of headers that carry credentials. A delegate has its own.
const CREDENTIALS: [&str; 5] = ["authorization", "proxy-authorization", "cookie", "api-key", "x-api-key"];

/// On whose behalf requests are made.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Also the key of the prompt cache.
    pub(crate) conversation_id: ConversationId,
    /// What the server calls itself.
    pub(crate) user_agent: String,
}

/// What the model is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prompt<'a> {
    /// The model's name.
    pub(crate) model: &'a str,
    /// The history.
    pub(crate) input: &'a [ResponseItem],
}

/// A request as both transports send it.
#[derive(Clone, Debug)]
pub(super) struct HttpRequest {
    pub(super) conversation_id: ConversationId,
    pub(super) url: String,
    pub(super) headers: Vec<Header>,
    pub(super) body: Box<RawValue>,
}

/// The members in the order in which 0.53.0 sends them.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    instructions: &'a str,
    input: &'a [ResponseItem],
    tools: [Tool; 1],
    tool_choice: &'a str,
    parallel_tool_calls: bool,
    reasoning: Option<()>,
    store: bool,
    stream: bool,
    include: [&'a str; 0],
    prompt_cache_key: &'a ConversationId,
}

#[derive(Serialize)]
struct Tool {
    r#type: &'static str,
    name: &'static str,
    description: &'static str,
    strict: bool,
    parameters: serde_json::Value,
}

impl HttpRequest {
    /// Composes the request. `with_credentials` adds what the provider is configured to authenticate with.
    ///
    /// # Errors
    /// The provider's `env_key` names a variable that is not set.
    pub(super) fn new(
        provider: &Provider,
        environment: &Environment,
        caller: &Caller,
        prompt: Prompt<'_>,
        with_credentials: bool,
    ) -> Result<HttpRequest, UpstreamError> {
        let mut headers = Vec::new();
        if with_credentials {
            headers.extend(authorization(provider, environment)?);
        }
        headers.extend(configured_headers(provider, environment));
        headers.extend(own_headers(caller));
        if !with_credentials {
            headers.retain(|(name, _)| !CREDENTIALS.contains(&name.as_str()));
        }
        Ok(HttpRequest {
            conversation_id: caller.conversation_id.clone(),
            url: url(provider),
            headers,
            body: body(caller, prompt),
        })
    }
}

fn url(provider: &Provider) -> String {
    let query: Vec<String> =
        provider.query_params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{}/responses{separator}{}", provider.base_url, query.join("&"))
}

fn authorization(provider: &Provider, environment: &Environment) -> Result<Option<Header>, UpstreamError> {
    let Some(variable) = &provider.env_key else {
        return Ok(None);
    };
    let key = environment.variable(variable).ok_or_else(|| UpstreamError::MissingEnvironmentVariable {
        variable: variable.clone(),
        instructions: provider.env_key_instructions.clone(),
    })?;
    Ok(Some(("authorization".to_owned(), format!("Bearer {key}"))))
}

fn configured_headers(provider: &Provider, environment: &Environment) -> Vec<Header> {
    let plain = provider.http_headers.iter();
    let plain = plain.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let looked_up = provider.env_http_headers.iter();
    let looked_up = looked_up.filter_map(|(name, variable)| {
        let value = environment.variable(variable)?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    });
    plain.chain(looked_up).collect()
}

fn own_headers(caller: &Caller) -> Vec<Header> {
    let ConversationId(conversation_id) = &caller.conversation_id;
    [
        ("conversation_id", conversation_id.as_str()),
        ("session_id", conversation_id),
        ("accept", "text/event-stream"),
        ("content-type", "application/json"),
        ("user-agent", &caller.user_agent),
        ("originator", "responses-parity"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn body(caller: &Caller, prompt: Prompt<'_>) -> Box<RawValue> {
    to_raw(&Body {
        model: prompt.model,
        instructions: INSTRUCTIONS,
        input: prompt.input,
        tools: [update_plan()],
        tool_choice: "auto",
        parallel_tool_calls: false,
        reasoning: None,
        store: false,
        stream: true,
        include: [],
        prompt_cache_key: &caller.conversation_id,
    })
}

fn update_plan() -> Tool {
    Tool {
        r#type: "function",
        name: "update_plan",
        description: "Show the user the steps of the task and where each stands.",
        strict: false,
        parameters: serde_json::json!({
            "type": "object",
            "properties": {
                "explanation": { "type": "string" },
                "plan": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "step": { "type": "string" },
                            "status": { "type": "string", "enum": ["pending", "in_progress", "completed"] },
                        },
                        "required": ["step", "status"],
                    },
                },
            },
            "required": ["plan"],
        }),
    }
}
