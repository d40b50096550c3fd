//! What the relay can do to the delegated path.

use responses_parity::observe::Channel;

/// One way of corrupting the delegated path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// Nothing: the relay itself must be invisible.
    None,
    /// Nothing, but the server asks which models there are, as it may.
    AskForModels,
    /// A notification of the server never arrives.
    DropOne,
    /// One arrives twice.
    RepeatOne,
    /// Two arrive the other way round.
    SwapTwo,
    /// One character of one delta is another.
    ChangeCharacter,
    /// The call is answered before its last event.
    AnswerEarly,
    /// A message that looks as if it were of the delegated path, but is not.
    UnknownUpstreamMessage,
    /// The server asks the upstream itself, beside the call.
    AskOneself,
    /// The server delegates a call to another address.
    CallElsewhere,
    /// Every answer to the harness arrives twice.
    AnswerTwice,
    /// The server says something when it is asked to end.
    LastWord,
    /// The server waits two seconds longer before it asks again.
    WaitLonger,
}

/// Where a mutation must show.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shows {
    /// In this channel, as a divergence.
    In(Channel),
    /// As a problem of the replay, with these words.
    AsProblem(&'static str),
    /// Among what belongs to no conversation, with these words.
    AsStray(&'static str),
}

impl Mutation {
    pub(crate) const ALL: [Mutation; 13] = [
        Mutation::None,
        Mutation::AskForModels,
        Mutation::DropOne,
        Mutation::RepeatOne,
        Mutation::SwapTwo,
        Mutation::ChangeCharacter,
        Mutation::AnswerEarly,
        Mutation::UnknownUpstreamMessage,
        Mutation::AskOneself,
        Mutation::CallElsewhere,
        Mutation::AnswerTwice,
        Mutation::LastWord,
        Mutation::WaitLonger,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Mutation::None => "none",
            Mutation::AskForModels => "ask-for-models",
            Mutation::DropOne => "drop-one-notification",
            Mutation::RepeatOne => "send-one-notification-twice",
            Mutation::SwapTwo => "swap-two-notifications",
            Mutation::ChangeCharacter => "change-one-character-of-a-delta",
            Mutation::AnswerEarly => "answer-before-the-last-event",
            Mutation::UnknownUpstreamMessage => "send-an-unknown-upstream-message",
            Mutation::AskOneself => "ask-the-upstream-oneself",
            Mutation::CallElsewhere => "delegate-a-call-to-another-address",
            Mutation::AnswerTwice => "answer-everything-twice",
            Mutation::LastWord => "say-something-at-the-end",
            Mutation::WaitLonger => "wait-longer-before-a-retry",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Mutation> {
        Mutation::ALL.into_iter().find(|mutation| mutation.name() == name)
    }

    /// Whether it leaves alone what must be the same.
    pub(crate) fn is_honest(self) -> bool {
        matches!(self, Mutation::None | Mutation::AskForModels)
    }

    pub(crate) fn shows(self) -> Shows {
        match self {
            Mutation::AnswerEarly => Shows::In(Channel::Outcome),
            Mutation::AskOneself => Shows::AsProblem("the app-server sent it itself"),
            Mutation::CallElsewhere => Shows::AsProblem("which is not the upstream"),
            Mutation::WaitLonger => Shows::AsProblem("the back-off before request 2 is not the same"),
            Mutation::AnswerTwice => Shows::AsStray(r#""result""#),
            Mutation::LastWord => Shows::AsStray("codex/event/last_word"),
            _ => Shows::In(Channel::Notifications),
        }
    }

    /// What is replayed.
    pub(crate) fn recording(self) -> &'static str {
        match self {
            Mutation::WaitLonger => "failures/stream-retry-then-ok",
            _ => "text/plain",
        }
    }

    /// Whether its report is kept as a snapshot: one of each kind of divergence.
    pub(crate) fn is_exemplary(self) -> bool {
        matches!(
            self,
            Mutation::ChangeCharacter | Mutation::DropOne | Mutation::RepeatOne | Mutation::AnswerEarly
        )
    }
}
