//! Two observations side by side. Pure and total: it has no errors, a difference is a value.

mod allowed;
mod allowed_path;
mod comparison;
mod json_path;
mod places;
mod suggestions;

pub use allowed::{Allowance, Allowances, AllowedDifference};
pub use allowed_path::JsonPath;
pub use comparison::{ChannelComparison, Comparison, Context, Divergence, compare, compare_sequences};
pub use json_path::{Difference, first_difference};
pub use places::{Place, places};
pub use suggestions::{Suggestion, suggestions};
