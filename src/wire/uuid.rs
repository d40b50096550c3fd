//! UUIDs in running text.

const LENGTH: usize = 36;
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// The UUIDs in a text, in their hyphenated form, in order.
///
/// ```
/// use responses_parity::wire::uuids_in;
///
/// let text = "from 019aab0e-2f3c-7a10-9c1e-3f2b8a7d6c5e to here";
/// assert_eq!(uuids_in(text).collect::<Vec<_>>(), ["019aab0e-2f3c-7a10-9c1e-3f2b8a7d6c5e"]);
/// ```
pub fn uuids_in(text: &str) -> impl Iterator<Item = &str> {
    let (bytes, mut at) = (text.as_bytes(), 0);
    std::iter::from_fn(move || {
        while at + LENGTH <= bytes.len() {
            if is_uuid(&bytes[at..at + LENGTH]) {
                at += LENGTH;
                return Some(&text[at - LENGTH..at]);
            }
            at += 1;
        }
        None
    })
}

fn is_uuid(bytes: &[u8]) -> bool {
    // The hyphens first: most text fails at the first of them.
    HYPHENS.iter().all(|&at| bytes[at] == b'-')
        && bytes.iter().enumerate().all(|(at, byte)| HYPHENS.contains(&at) || byte.is_ascii_hexdigit())
}
