//! Two observations side by side. Pure and total: it has no errors, a difference is a value.

mod allowed;
mod comparison;
mod json_path;

pub use allowed::{Allowance, Allowances, JsonPath};
pub use comparison::{
    ChannelComparison, Comparison, Context, Divergence, compare, compare_across_dialects, compare_sequences,
};
pub use json_path::{Difference, first_difference};
