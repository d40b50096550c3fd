//! The relay's own requests to the upstream, past everybody.

use std::io::{Read, Write};
use std::net::TcpStream;

/// Posts to a URL.
pub(crate) fn post(url: &str) {
    exchange("POST", url);
}

/// Asks the upstream at `base_url` which models it has.
pub(crate) fn get_models(base_url: &str) {
    exchange("GET", &format!("{base_url}/models"));
}

fn exchange(method: &str, url: &str) {
    let (address, path) = url.trim_start_matches("http://").split_once('/').expect("a URL with a path");
    let mut upstream = TcpStream::connect(address).expect("the upstream listens");
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    upstream.write_all(request.as_bytes()).expect("the upstream reads");
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).expect("the upstream answers");
}
