//! The terminal there may be.

use crate::report::Look;
use anstream::AutoStream;
use clap::ColorChoice;
use terminal_size::{Width, terminal_size_of};

/// How many columns the terminal has that stdout is, where it is one.
pub(super) fn width() -> Option<usize> {
    terminal_size_of(std::io::stdout()).map(|(Width(columns), _)| usize::from(columns))
}

/// How texts for people look on stdout. `auto` follows the terminal, `NO_COLOR`, `CLICOLOR` and `TERM`.
pub(super) fn look(colour: ColorChoice) -> Look {
    let colour = match colour {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
    };
    Look { width: width().unwrap_or(Look::PLAIN.width), colour }
}
