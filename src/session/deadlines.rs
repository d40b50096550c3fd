//! How long a peer may take.

use std::time::Duration;

/// How long to wait for what, before the wait becomes an error that names it.
///
/// ```
/// use responses_parity::session::Deadlines;
/// use std::time::Duration;
///
/// let patient = Deadlines { turn: Duration::from_secs(600), ..Deadlines::default() };
/// assert_eq!(patient.answer, Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// From the start of the process to the answer to `initialize`. 10 s.
    pub start: Duration,
    /// From any other request to its answer. 10 s.
    pub answer: Duration,
    /// From a user message to the end of its turn. For those who drive turns; the session itself waits for none. 60 s.
    pub turn: Duration,
    /// From the end of stdin to the end of the process. 5 s.
    pub stop: Duration,
}

impl Default for Deadlines {
    fn default() -> Deadlines {
        Deadlines {
            start: Duration::from_secs(10),
            answer: Duration::from_secs(10),
            turn: Duration::from_secs(60),
            stop: Duration::from_secs(5),
        }
    }
}
