//! Every mutation there is.

mod answers;
mod calls;
mod events;
mod honest;
mod notifications;
mod protocol;
mod text;
mod turns;
mod unreachable;
mod values;

use crate::mutation::Mutation;

/// Those that take long come first, so that nothing waits for them at the end.
pub(crate) fn all() -> Vec<Mutation> {
    [
        turns::mutations(),
        honest::mutations(),
        answers::mutations(),
        protocol::mutations(),
        events::mutations(),
        values::mutations(),
        text::mutations(),
        calls::mutations(),
        notifications::mutations(),
        unreachable::mutations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn named(name: &str) -> Option<Mutation> {
    all().into_iter().find(|mutation| mutation.name == name)
}
