//! The bytes of a body that a browser kept as text.

use crate::wire::{Header, header_value};
use bytes::Bytes;

/// What bytes 0x80 to 0x9f are in windows-1252, as the WHATWG's encoding standard has it. All others are Unicode's
/// characters of the same number.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The bytes of a text, and what should be known about them. `received` is how many bytes came, as the file says.
///
/// Where a head names no charset, Chromium reads `text/*` as windows-1252 (seen with 156), which is what a HAR then
/// holds: two characters for each `é`. That is undone where the number of bytes proves it, or, where that is of no use,
/// where the bytes then are UTF-8. A byte order mark is left out by Chromium, and is not put back.
pub(super) fn bytes_of_text(
    text: &Bytes,
    headers: &[Header],
    received: Option<i64>,
) -> (Bytes, Option<String>) {
    let received = received
        .filter(|_| !is_coded(headers))
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size > 0);
    if text.is_ascii() || received == Some(text.len()) {
        return (text.clone(), other_length(text.len(), received));
    }
    let Some(restored) = std::str::from_utf8(text).ok().and_then(windows_1252) else {
        return (text.clone(), other_length(text.len(), received));
    };
    let names_charset = names_charset(headers);
    let proven = match received {
        Some(received) => received == restored.len(),
        None => !names_charset && std::str::from_utf8(&restored).is_ok(),
    };
    if proven {
        let note = "its text was read as windows-1252, for its head names no charset; its bytes are restored";
        return (restored.into(), Some(note.to_owned()));
    }
    let doubt = "its head names no charset, so that its text may have been read as windows-1252; nothing in the file tells";
    let doubt = (received.is_none() && !names_charset).then(|| doubt.to_owned());
    (text.clone(), doubt.or_else(|| other_length(text.len(), received)))
}

/// Whether the number of bytes on the wire is not that of the body.
fn is_coded(headers: &[Header]) -> bool {
    ["content-encoding", "transfer-encoding"].iter().any(|name| header_value(headers, name).is_some())
}

fn names_charset(headers: &[Header]) -> bool {
    header_value(headers, "content-type").is_some_and(|value| value.to_ascii_lowercase().contains("charset"))
}

fn other_length(stored: usize, received: Option<usize>) -> Option<String> {
    let received = received.filter(|received| *received != stored)?;
    let mark = if received == stored + 3 { ", as where a byte order mark was left out" } else { "" };
    Some(format!("its body came in {received} bytes, and {stored} are stored{mark}"))
}

fn windows_1252(text: &str) -> Option<Vec<u8>> {
    let byte = |c: char| match HIGH.iter().position(|high| *high == c) {
        Some(index) => u8::try_from(0x80 + index).ok(),
        None => u8::try_from(c).ok().filter(|byte| !(0x80..0xa0).contains(byte)),
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_CHARSET: (&str, &str) = ("content-type", "text/event-stream");
    const UTF_8: (&str, &str) = ("content-type", "text/event-stream; charset=utf-8");
    const GZIP: (&str, &str) = ("content-encoding", "gzip");

    fn bytes(text: &str, headers: &[(&str, &str)], received: i64) -> (Vec<u8>, bool) {
        let headers: Vec<Header> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (bytes, note) = bytes_of_text(&Bytes::from(text.to_owned()), &headers, Some(received));
        (bytes.to_vec(), note.is_some())
    }

    #[test]
    fn what_was_read_as_windows_1252_is_restored() {
        let read = "data: Ã©ðŸ˜€â‚¬\n\n";
        assert_eq!(bytes(read, &[NO_CHARSET], 17), ("data: é😀€\n\n".into(), true));
        assert_eq!(bytes(read, &[NO_CHARSET, GZIP], 38), ("data: é😀€\n\n".into(), true));
        assert_eq!(bytes(read, &[NO_CHARSET], -1), ("data: é😀€\n\n".into(), true));
        let not_utf_8 = b"data: \xff\x81\x93\n\n".to_vec();
        assert_eq!(bytes("data: ÿ\u{81}“\n\n", &[NO_CHARSET], 11), (not_utf_8, true));
    }

    #[test]
    fn what_was_read_as_it_is_stays() {
        assert_eq!(bytes("data: é😀€\n\n", &[NO_CHARSET], 17), ("data: é😀€\n\n".into(), false));
        assert_eq!(bytes("data: é😀\n\n", &[NO_CHARSET, GZIP], 38), ("data: é😀\n\n".into(), false));
        assert_eq!(bytes("data: Ã©\n\n", &[UTF_8, GZIP], 38), ("data: Ã©\n\n".into(), false));
    }

    #[test]
    fn a_doubt_is_named() {
        assert_eq!(bytes("data: é\n\n", &[NO_CHARSET, GZIP], 38), ("data: é\n\n".into(), true));
        assert_eq!(bytes("data: é\n\n", &[UTF_8, GZIP], 38), ("data: é\n\n".into(), false));
    }

    #[test]
    fn another_length_is_named() {
        assert_eq!(bytes("data: 1\n\n", &[UTF_8], 12), ("data: 1\n\n".into(), true));
        assert_eq!(bytes("data: 1\n\n", &[UTF_8], 9), ("data: 1\n\n".into(), false));
    }
}
