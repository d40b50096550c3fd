//! What the relay can do to the delegated path.

use responses_parity::observe::Channel;

/// One way of corrupting the delegated path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// Nothing: the relay itself must be invisible.
    None,
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
}

impl Mutation {
    pub(crate) const ALL: [Mutation; 6] = [
        Mutation::None,
        Mutation::DropOne,
        Mutation::RepeatOne,
        Mutation::SwapTwo,
        Mutation::ChangeCharacter,
        Mutation::AnswerEarly,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Mutation::None => "none",
            Mutation::DropOne => "drop-one-notification",
            Mutation::RepeatOne => "send-one-notification-twice",
            Mutation::SwapTwo => "swap-two-notifications",
            Mutation::ChangeCharacter => "change-one-character-of-a-delta",
            Mutation::AnswerEarly => "answer-before-the-last-event",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Mutation> {
        Mutation::ALL.into_iter().find(|mutation| mutation.name() == name)
    }

    /// A channel in which it must show.
    pub(crate) fn shows_in(self) -> Channel {
        match self {
            Mutation::AnswerEarly => Channel::Outcome,
            _ => Channel::Notifications,
        }
    }
}
