//! How fast a recording is delivered.

use std::time::Duration;

/// How fast a recording is delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// With the recorded waits, divided by this factor: 1.0 is as recorded, 10.0 ten times as fast.
    Recorded(f64),
    /// With the recorded pieces, but without any wait. Each is written by itself, and is a chunk by itself
    /// where there are chunks; a client can still find several at once when it comes to read.
    Max,
}

impl Speed {
    /// Whether there is such a speed.
    pub(super) fn is_valid(self) -> bool {
        match self {
            Speed::Recorded(factor) => factor.is_finite() && factor > 0.0,
            Speed::Max => true,
        }
    }

    /// How long a recorded wait takes.
    pub(super) fn pace(self, wait: Duration) -> Duration {
        match self {
            Speed::Recorded(factor) => {
                Duration::try_from_secs_f64(wait.as_secs_f64() / factor).unwrap_or(Duration::MAX)
            }
            Speed::Max => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_divided() {
        let wait = Duration::from_millis(250);
        assert_eq!(Speed::Recorded(1.0).pace(wait), wait);
        assert_eq!(Speed::Recorded(10.0).pace(wait), Duration::from_millis(25));
        assert_eq!(Speed::Recorded(1e-300).pace(wait), Duration::MAX);
        assert_eq!(Speed::Max.pace(wait), Duration::ZERO);
    }

    #[test]
    fn only_positive_factors_are_speeds() {
        let factors = [0.0, -1.0, f64::NAN, f64::INFINITY];
        assert!(factors.iter().all(|factor| !Speed::Recorded(*factor).is_valid()));
        assert!(Speed::Recorded(0.5).is_valid());
    }
}
