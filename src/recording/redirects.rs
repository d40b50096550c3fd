//! Redirects. An app-server follows them wherever they lead, and a replay must not leave this machine.

use super::model::Exchange;
use crate::wire::{Header, header_value};
use reqwest::Url;

/// Where a replay may end up: at its own upstream, or where nobody listens.
const HERE: &str = "http://127.0.0.1:9/v1/responses";

/// Whether it says that the answer is elsewhere.
pub(crate) fn is_redirect(exchange: &Exchange) -> bool {
    matches!(exchange.status, 301..=303 | 307 | 308) && header_value(&exchange.headers, "location").is_some()
}

/// Whether an app-server follows it with the same request, so that the next exchange answers that.
#[cfg(any(feature = "import", feature = "record"))]
pub(crate) fn is_followed(exchange: &Exchange) -> bool {
    matches!(exchange.status, 307 | 308) && is_redirect(exchange)
}

/// Has redirects that are followed lead to the next exchange, and any other nowhere. Says where they led.
#[cfg(any(feature = "import", feature = "record"))]
pub(crate) fn make_local(exchanges: &mut [Exchange]) -> Vec<String> {
    let (last, mut notes) = (exchanges.len().saturating_sub(1), Vec::new());
    for (index, exchange) in exchanges.iter_mut().enumerate() {
        let follows = index < last && is_followed(exchange);
        let names_location = |(name, _): &Header| name.eq_ignore_ascii_case("location");
        let Some((_, location)) = exchange.headers.iter().find(|field| names_location(field)) else {
            continue;
        };
        let (number, was) = (index + 1, public_part(location));
        exchange.headers.retain(|field| !names_location(field));
        if follows {
            exchange.headers.push(("location".to_owned(), "responses".to_owned()));
            notes.push(format!("exchange {number} redirects to {was}; here it leads to the next exchange"));
        } else {
            notes.push(format!("exchange {number} names {was} as its location, which is left out"));
        }
    }
    notes
}

/// Whether these fields lead nowhere else.
pub(super) fn check_location(headers: &[Header]) -> Result<(), String> {
    let locations = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    for (_, location) in locations {
        let here = Url::parse(HERE).map_err(|error| error.to_string())?;
        // What is no address is followed by nobody.
        if here.join(location).is_ok_and(|there| there.origin() != here.origin()) {
            return Err(format!(
                "the location {:?} is another server's, and a replay asks none; \"responses\" leads to the next exchange",
                public_part(location)
            ));
        }
    }
    Ok(())
}

/// An address without what may hold a secret: user, password and query.
pub(crate) fn public_part(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(location: &str) -> Result<(), String> {
        check_location(&[("Location".to_owned(), location.to_owned())])
    }

    #[test]
    fn what_stays_here_may_be_named() {
        for location in
            ["responses", "/v1/responses", "?again", "", "../x", "http://127.0.0.1:9/v1", "http://["]
        {
            assert_eq!(check(location), Ok(()), "{location}");
        }
    }

    /// In every spelling that readers of URLs understand.
    #[test]
    fn what_leads_elsewhere_is_refused() {
        for location in [
            "https://api.example.com/v1/responses",
            "HTTP://api.example.com",
            "//api.example.com/v1",
            "\\\\api.example.com",
            "/\\api.example.com",
            "http:\\\\api.example.com",
            " https://api.example.com",
            "ht\ttps://api.example.com",
            "http://127.0.0.1:8080/v1/responses",
            "http://localhost:9/",
            "https://127.0.0.1:9/",
            "http://127.0.0.1:9@api.example.com/",
            "file:///etc/passwd",
        ] {
            let problem = check(location).unwrap_err();
            assert!(problem.contains("another server's"), "{location}: {problem}");
        }
        assert!(!check("https://me:hunter2@example.com/?key=k1").unwrap_err().contains(['2', '?']));
    }
}
