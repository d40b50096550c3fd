//! Secrets stand in nothing that is written, and in nothing that is shown; and nothing else is touched.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod loading;
mod members;
mod planted;
mod scrubbing;
mod showing;
mod splitting;
mod untouched;
