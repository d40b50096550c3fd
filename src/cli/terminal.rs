//! The terminal there may be.

use terminal_size::{Width, terminal_size_of};

/// How wide lines are where there is no terminal to ask.
const WITHOUT_TERMINAL: usize = 120;

/// How many columns stdout has.
pub(super) fn width() -> usize {
    terminal_size_of(std::io::stdout()).map_or(WITHOUT_TERMINAL, |(Width(columns), _)| usize::from(columns))
}
