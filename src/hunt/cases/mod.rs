//! Cases: recordings that nobody recorded, each made from a seed and a number.

mod cuts;
mod dice;
mod faults;
mod grammar;
mod items;
mod mutations;
mod plan;
mod spelling;
mod words;

pub use plan::{Case, Cases};
pub(super) use plan::{TOGETHER, spare_answer};
pub(super) use spelling::plain;
