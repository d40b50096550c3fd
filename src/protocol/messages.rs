//! Which messages there are, and what they carry.

use super::shape::Shape;
use crate::wire::methods as name;
use crate::wire::{
    AddListenerParams, AddListenerResult, CallAnswer, CallEvent, CallParams, CallStarted, CancelParams,
    EventMsg, EventParams, InitializeParams, InitializeResult, InterruptParams, InterruptResult,
    NewConversationParams, NewConversationResult, RateLimitSnapshot, RemoveListenerParams,
    SendUserMessageParams, UserAgentResult,
};

/// The messages of one kind.
pub(super) struct Messages {
    /// The kind's name, as the generated types have it.
    pub(super) kind: &'static str,
    /// What the kind is, for people.
    pub(super) about: &'static str,
    /// Whether the app-server sends them.
    pub(super) from_server: bool,
    pub(super) methods: Vec<Method>,
}

/// One method.
pub(super) struct Method {
    pub(super) name: String,
    /// What it carries; `None` where it carries nothing.
    pub(super) params: Option<Shape>,
    /// What it is answered with, where it is a request.
    pub(super) answer: Option<Answer>,
}

/// What a request is answered with.
pub(super) enum Answer {
    /// An object without members.
    Empty,
    Result(Shape),
}

/// All of them.
pub(super) fn messages() -> [Messages; 4] {
    [client_requests(), client_notifications(), server_requests(), server_notifications()]
}

fn client_requests() -> Messages {
    let methods = vec![
        request(
            name::INITIALIZE,
            Shape::of::<InitializeParams>(),
            Answer::Result(Shape::of::<InitializeResult>()),
        ),
        Method {
            name: name::GET_USER_AGENT.to_owned(),
            params: None,
            answer: Some(Answer::Result(Shape::of::<UserAgentResult>())),
        },
        request(
            name::NEW_CONVERSATION,
            Shape::of::<NewConversationParams>(),
            Answer::Result(Shape::of::<NewConversationResult>()),
        ),
        request(
            name::ADD_CONVERSATION_LISTENER,
            Shape::of::<AddListenerParams>(),
            Answer::Result(Shape::of::<AddListenerResult>()),
        ),
        request(name::REMOVE_CONVERSATION_LISTENER, Shape::of::<RemoveListenerParams>(), Answer::Empty),
        request(name::SEND_USER_MESSAGE, Shape::of::<SendUserMessageParams>(), Answer::Empty),
        request(
            name::INTERRUPT_CONVERSATION,
            Shape::of::<InterruptParams>(),
            Answer::Result(Shape::of::<InterruptResult>()),
        ),
    ];
    Messages { kind: "ClientRequest", about: "What a client asks for.", from_server: false, methods }
}

fn client_notifications() -> Messages {
    let methods = vec![
        Method { name: name::INITIALIZED.to_owned(), params: None, answer: None },
        notification(name::RESPONSES_API_STARTED, Shape::of::<CallStarted>()),
        notification(name::RESPONSES_API_EVENT, Shape::of::<CallEvent>()),
    ];
    Messages { kind: "ClientNotification", about: "What a client tells.", from_server: false, methods }
}

fn server_requests() -> Messages {
    let call = Shape::of::<CallParams>();
    let methods = vec![request(name::RESPONSES_API_CALL, call, Answer::Result(Shape::of::<CallAnswer>()))];
    Messages { kind: "ServerRequest", about: "What the app-server asks for.", from_server: true, methods }
}

fn server_notifications() -> Messages {
    let event = |kind: &&str| {
        notification(&format!("{}{kind}", name::EVENT_PREFIX), Shape::of::<EventParams<'static>>())
    };
    let mut methods = vec![
        notification(name::RESPONSES_API_CANCEL, Shape::of::<CancelParams>()),
        notification(name::RATE_LIMITS_UPDATED, Shape::of::<RateLimitSnapshot>()),
    ];
    methods.extend(EventMsg::KINDS.iter().map(event));
    Messages { kind: "ServerNotification", about: "What the app-server tells.", from_server: true, methods }
}

fn request(name: &str, params: Shape, answer: Answer) -> Method {
    Method { name: name.to_owned(), params: Some(params), answer: Some(answer) }
}

fn notification(name: &str, params: Shape) -> Method {
    Method { name: name.to_owned(), params: Some(params), answer: None }
}
