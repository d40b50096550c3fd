//! The only place a method name is written.

/// First request of every connection. Client to server.
pub const INITIALIZE: &str = "initialize";
/// Ends the handshake. Client to server, a notification.
pub const INITIALIZED: &str = "initialized";
/// Asks for the server's user agent. Client to server.
pub const GET_USER_AGENT: &str = "getUserAgent";
/// Opens a conversation. Client to server.
pub const NEW_CONVERSATION: &str = "newConversation";
/// Subscribes to a conversation's notifications. Client to server.
pub const ADD_CONVERSATION_LISTENER: &str = "addConversationListener";
/// Ends a subscription. Client to server.
pub const REMOVE_CONVERSATION_LISTENER: &str = "removeConversationListener";
/// Starts a turn. Client to server.
pub const SEND_USER_MESSAGE: &str = "sendUserMessage";
/// Ends the running turn. Client to server.
pub const INTERRUPT_CONVERSATION: &str = "interruptConversation";

/// What starts every notification of a conversation's events; the event's type follows. Server to client.
pub const EVENT_PREFIX: &str = "codex/event/";
/// Model output and tool output, as it goes into the history. Server to client, on request of the listener.
pub const RAW_RESPONSE_ITEM: &str = "codex/event/raw_response_item";
/// A `ResponseEvent`, as the bundled server shows it to a listener that asked. Server to client.
pub const RESPONSE_EVENT: &str = "codex/event/response_event";
/// A piece of a message. Server to client.
pub const AGENT_MESSAGE_DELTA: &str = "codex/event/agent_message_delta";
/// A whole message. Server to client.
pub const AGENT_MESSAGE: &str = "codex/event/agent_message";
/// A piece of a reasoning summary. Server to client.
pub const AGENT_REASONING_DELTA: &str = "codex/event/agent_reasoning_delta";
/// A piece of raw reasoning. Server to client.
pub const AGENT_REASONING_RAW_CONTENT_DELTA: &str = "codex/event/agent_reasoning_raw_content_delta";
/// How much of the context and of the rate limits is used. Server to client.
pub const TOKEN_COUNT: &str = "codex/event/token_count";
/// The turn is over. Server to client.
pub const TASK_COMPLETE: &str = "codex/event/task_complete";
/// The turn was interrupted. Server to client.
pub const TURN_ABORTED: &str = "codex/event/turn_aborted";
/// The turn failed; `task_complete` follows. Server to client.
pub const ERROR: &str = "codex/event/error";
/// The stream failed and is asked for again. Server to client.
pub const STREAM_ERROR: &str = "codex/event/stream_error";
/// Repeats the rate limits of every `token_count`, without naming a conversation. Server to client.
pub const RATE_LIMITS_UPDATED: &str = "account/rateLimits/updated";

/// Asks whether a command may run. Server to client.
pub const EXEC_COMMAND_APPROVAL: &str = "execCommandApproval";
/// Asks whether a patch may be applied. Server to client.
pub const APPLY_PATCH_APPROVAL: &str = "applyPatchApproval";

/// Asks the client to perform an HTTP request to the Responses API. Server to client.
pub const RESPONSES_API_CALL: &str = "responsesApi/call";
/// Asks the client to give up a call. Server to client, a notification; an addition to the first published dialect.
pub const RESPONSES_API_CANCEL: &str = "responsesApi/cancel";
/// One event of the answer. Client to server, a notification.
pub const RESPONSES_API_EVENT: &str = "responsesApi/event";
/// The head of the answer. Client to server, a notification; an addition to the first published dialect.
pub const RESPONSES_API_STARTED: &str = "responsesApi/started";

/// The methods of the v2 dialect (0.107.0 to 0.169.0).
pub mod v2 {
    /// Opens a thread. Client to server.
    pub const THREAD_START: &str = "thread/start";
    /// Lists the threads in memory: cheap, and known to every server of the dialect. Client to server.
    pub const THREAD_LOADED_LIST: &str = "thread/loaded/list";
    /// Starts a turn. Client to server.
    pub const TURN_START: &str = "turn/start";
    /// Ends the running turn. Client to server.
    pub const TURN_INTERRUPT: &str = "turn/interrupt";
    /// The turn is over. Server to client.
    pub const TURN_COMPLETED: &str = "turn/completed";
    /// The turn failed, or its stream is asked for again. Server to client.
    pub const ERROR: &str = "error";
    /// Model output and tool output. Server to client.
    pub const RAW_RESPONSE_ITEM_COMPLETED: &str = "rawResponseItem/completed";
    /// A piece of a message. Server to client.
    pub const AGENT_MESSAGE_DELTA: &str = "item/agentMessage/delta";
    /// An item of the turn is whole. Server to client.
    pub const ITEM_COMPLETED: &str = "item/completed";
    /// A piece of a reasoning summary. Server to client.
    pub const REASONING_SUMMARY_DELTA: &str = "item/reasoning/summaryTextDelta";
    /// A piece of raw reasoning. Server to client.
    pub const REASONING_TEXT_DELTA: &str = "item/reasoning/textDelta";
    /// Asks whether a command may run. Server to client.
    pub const COMMAND_APPROVAL: &str = "item/commandExecution/requestApproval";
    /// Asks whether files may be changed. Server to client.
    pub const FILE_CHANGE_APPROVAL: &str = "item/fileChange/requestApproval";
    /// A request of the server is settled, answered or not. Server to client.
    pub const SERVER_REQUEST_RESOLVED: &str = "serverRequest/resolved";
    /// Which state the thread is in now. Server to client.
    pub const THREAD_STATUS_CHANGED: &str = "thread/status/changed";
    /// Something about the configuration or the machine. Server to client.
    pub const CONFIG_WARNING: &str = "configWarning";
    /// Whether the process is controlled from elsewhere. Server to client.
    pub const REMOTE_CONTROL_STATUS_CHANGED: &str = "remoteControl/status/changed";
}
