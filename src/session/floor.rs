//! Who is spoken of where a message names nobody.

use super::link::Link;
use crate::wire::ConversationId;
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

/// While a conversation has the floor, no other one of its process is in a turn, and what the server says of a turn
/// without naming a conversation is this one's. Dropping it passes the floor on.
///
/// Servers of the v2 dialect report the rate limits of every answer (`account/rateLimits/updated`) and repeat them
/// nowhere. With several conversations in turns at once nobody could tell whose they are; and a path that loses them
/// has to be found out.
#[derive(Debug)]
pub(super) struct Floor {
    link: Arc<Link>,
    _held: OwnedMutexGuard<()>,
}

impl Floor {
    /// Waits until nobody else has it. Whoever has it is in a turn, and turns have their own deadlines.
    pub(super) async fn take(link: &Arc<Link>, id: &ConversationId) -> Floor {
        let held = Arc::clone(&link.floor).lock_owned().await;
        link.router().set_floor(Some(id.clone()));
        Floor { link: Arc::clone(link), _held: held }
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.link.router().set_floor(None);
    }
}
