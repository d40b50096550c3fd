//! The messages that a conversation is made of.

use super::meaning::Dialect;
use crate::wire::methods;
use crate::wire::{EventMsg, methods::v2};

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sender {
    /// The client, which here is the harness.
    Client,
    /// The app-server.
    Server,
}

impl Dialect {
    /// Whether a request or notification is one by which calls are delegated, in either direction.
    pub fn is_of_the_delegated_path(method: &str) -> bool {
        DELEGATED_OF_CLIENT.contains(&method) || DELEGATED_OF_SERVER.contains(&method)
    }

    /// The requests and notifications of a conversation that the harness knows of, on either path. Those of the
    /// connection (`initialize`, …) are not among them, and a server may have others.
    pub fn messages(self) -> Vec<(Sender, String)> {
        let (of_client, of_server) = match self {
            Dialect::V1 => (&V1_OF_CLIENT[..], &V1_OF_SERVER[..]),
            Dialect::V2 => (&V2_OF_CLIENT[..], &V2_OF_SERVER[..]),
        };
        let events = EventMsg::KINDS.map(|kind| format!("{}{kind}", methods::EVENT_PREFIX));
        let events = events.into_iter().filter(|_| self == Dialect::V1);
        let named = |sender| move |name: &&str| (sender, (*name).to_owned());
        let of_client = of_client.iter().chain(&DELEGATED_OF_CLIENT).map(named(Sender::Client));
        let of_server = of_server.iter().chain(&DELEGATED_OF_SERVER).map(named(Sender::Server));
        of_client.chain(of_server).chain(events.map(|event| (Sender::Server, event))).collect()
    }
}

const DELEGATED_OF_CLIENT: [&str; 2] = [methods::RESPONSES_API_STARTED, methods::RESPONSES_API_EVENT];
const DELEGATED_OF_SERVER: [&str; 2] = [methods::RESPONSES_API_CALL, methods::RESPONSES_API_CANCEL];

const V1_OF_CLIENT: [&str; 5] = [
    methods::NEW_CONVERSATION,
    methods::ADD_CONVERSATION_LISTENER,
    methods::REMOVE_CONVERSATION_LISTENER,
    methods::SEND_USER_MESSAGE,
    methods::INTERRUPT_CONVERSATION,
];
const V1_OF_SERVER: [&str; 3] =
    [methods::RATE_LIMITS_UPDATED, methods::EXEC_COMMAND_APPROVAL, methods::APPLY_PATCH_APPROVAL];

const V2_OF_CLIENT: [&str; 3] = [v2::THREAD_START, v2::TURN_START, v2::TURN_INTERRUPT];
const V2_OF_SERVER: [&str; 8] = [
    v2::RAW_RESPONSE_ITEM_COMPLETED,
    v2::AGENT_MESSAGE_DELTA,
    v2::REASONING_SUMMARY_DELTA,
    v2::REASONING_TEXT_DELTA,
    v2::ERROR,
    v2::TURN_COMPLETED,
    v2::COMMAND_APPROVAL,
    v2::FILE_CHANGE_APPROVAL,
];
