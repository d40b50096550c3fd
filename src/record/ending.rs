//! How an upstream's answer broke, read from what the HTTP library says.

use super::take::EndKind;
use std::error::Error;
use std::io;

/// The end that an error is, and what it says, with its causes.
pub(super) fn of_error(error: &(dyn Error + 'static)) -> (EndKind, String) {
    let chain = || causes(error);
    let was_reset = chain().filter_map(|error| error.downcast_ref::<io::Error>()).any(|error| {
        matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted)
    });
    let mut said: Vec<String> = chain().map(ToString::to_string).collect();
    said.dedup();
    (if was_reset { EndKind::Reset } else { EndKind::Eof }, said.join(": "))
}

/// The error, and what caused it.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let this = next.take()?;
        next = this.source();
        Some(this)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_is_found_among_the_causes() {
        #[derive(Debug, thiserror::Error)]
        #[error("the body broke")]
        struct Wrapped(#[source] io::Error);
        let of_kind = |kind: io::ErrorKind| of_error(&Wrapped(io::Error::new(kind, "tide")));
        let said = "the body broke: tide".to_owned();
        assert_eq!(of_kind(io::ErrorKind::ConnectionReset), (EndKind::Reset, said.clone()));
        assert_eq!(of_kind(io::ErrorKind::UnexpectedEof), (EndKind::Eof, said));
    }
}
