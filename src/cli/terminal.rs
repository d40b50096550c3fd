//! The terminal there may be.

use terminal_size::{Width, terminal_size_of};

/// How many columns the terminal has that stdout is, where it is one.
pub(super) fn width() -> Option<usize> {
    terminal_size_of(std::io::stdout()).map(|(Width(columns), _)| usize::from(columns))
}
