//! How long to wait before trying again.

use std::time::Duration;

/// The wait before the `retry`-th further attempt, counted from 1: 200 ms, and twice as long each time (0.53.0, which
/// varies it by a tenth; here it is always the same, so that runs can be compared).
pub(crate) fn backoff(retry: u64) -> Duration {
    const FIRST: Duration = Duration::from_millis(200);
    let doublings = u32::try_from(retry.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST.saturating_mul(2_u32.saturating_pow(doublings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_and_does_not_overflow() {
        let waits: Vec<u128> = (1..=4).map(|retry| backoff(retry).as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1600]);
        assert!(backoff(u64::MAX) > backoff(20));
    }
}
