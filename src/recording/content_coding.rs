//! Bodies out of HTTP's content codings.

use super::files::MAX_BODY_BYTES;
use brotli_decompressor::Decompressor;
use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;
use std::io::Read;

/// The body without the content codings that a head names, the last of them undone first.
///
/// Most recorders store what they have decoded already, and keep the header. Such a body is text, and nothing that is
/// compressed is: it is left as it is.
///
/// # Errors
/// A coding that is not known, or a body that cannot be decoded or grows beyond what a body may have.
#[cfg(feature = "import")]
pub(super) fn decode_content(body: Bytes, codings: &str) -> Result<Bytes, String> {
    match decode_as_far(body, codings) {
        (body, None) => Ok(body),
        (_, Some(problem)) => Err(problem),
    }
}

/// The same of a body that may be damaged or break off: as much of it as can be decoded, and why that is not all.
pub(crate) fn decode_as_far(body: Bytes, codings: &str) -> (Bytes, Option<String>) {
    let codings = codings.split(',').map(|coding| coding.trim().to_ascii_lowercase());
    codings.rev().fold((body, None), |(body, problem), coding| {
        if ["", "identity"].contains(&coding.as_str()) || is_text(&body) {
            return (body, problem);
        }
        let (decoded, damage) = undo(&body, &coding);
        (decoded.into(), problem.or(damage))
    })
}

/// What comes out of a reader, up to so many bytes, and why it is not all.
pub(super) fn read_to_limit(reader: impl Read, limit: usize) -> (Vec<u8>, Option<String>) {
    let mut decoded = Vec::new();
    let read = reader.take(limit as u64 + 1).read_to_end(&mut decoded);
    if decoded.len() > limit {
        decoded.truncate(limit);
        return (decoded, Some(format!("it has more than {limit} bytes ({} MiB) once decoded", limit >> 20)));
    }
    (decoded, read.err().map(|error| error.to_string()))
}

fn undo(body: &[u8], coding: &str) -> (Vec<u8>, Option<String>) {
    let (decoded, damage) = match coding {
        "gzip" | "x-gzip" => read_to_limit(MultiGzDecoder::new(body), MAX_BODY_BYTES),
        "br" => read_to_limit(Decompressor::new(body, 4096), MAX_BODY_BYTES),
        "zstd" => read_zstd(body),
        // Some servers leave the zlib header out.
        "deflate" if is_zlib(body) => read_to_limit(ZlibDecoder::new(body), MAX_BODY_BYTES),
        "deflate" => read_to_limit(DeflateDecoder::new(body), MAX_BODY_BYTES),
        _ => {
            let problem =
                format!("the content-encoding {coding:?} is not known: expected gzip, br, zstd or deflate");
            return (Vec::new(), Some(problem));
        }
    };
    let size = body.len();
    let told = damage.map(|problem| {
        format!("the body of {size} bytes cannot be decoded as {coding}, which its content-encoding says it is: {problem}")
    });
    (decoded, told)
}

/// Every frame: a server may begin a new one whenever it flushes.
fn read_zstd(mut body: &[u8]) -> (Vec<u8>, Option<String>) {
    let mut decoded = Vec::new();
    while !body.is_empty() {
        let frame = match StreamingDecoder::new(&mut body) {
            Ok(frame) => frame,
            Err(error) => return (decoded, Some(error.to_string())),
        };
        let (more, damage) = read_to_limit(frame, MAX_BODY_BYTES.saturating_sub(decoded.len()));
        decoded.extend(more);
        if damage.is_some() {
            return (decoded, damage);
        }
    }
    (decoded, None)
}

/// UTF-8 without control characters other than white space. The shortest compressed bodies hold some.
fn is_text(body: &[u8]) -> bool {
    let is_written = |c: char| !c.is_ascii_control() || c.is_ascii_whitespace();
    std::str::from_utf8(body).is_ok_and(|text| text.chars().all(is_written))
}

/// By the two bytes of its header.
fn is_zlib(body: &[u8]) -> bool {
    let [first, second, ..] = *body else { return false };
    first & 0x0f == 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use std::io;

    /// `data: {}\n\n` as the tools of other projects encode it, in base64.
    const ENCODED: [(&str, &str); 5] =
        [("gzip", GZIP), ("deflate", ZLIB), ("deflate", RAW), ("br", BROTLI), ("zstd", ZSTD)];
    const PLAIN: &[u8] = b"data: {}\n\n";

    fn bytes(base64: &str) -> Result<Bytes, base64::DecodeError> {
        STANDARD_NO_PAD.decode(base64.trim_end_matches('=')).map(Bytes::from)
    }

    #[test]
    fn every_coding_is_undone() {
        for (coding, encoded) in ENCODED {
            let body = bytes(encoded).unwrap();
            assert_eq!(decode_content(body, coding).unwrap(), PLAIN, "{coding}");
        }
    }

    #[test]
    fn codings_are_undone_from_the_last() {
        let body = bytes(GZIP_OF_BROTLI).unwrap();
        assert_eq!(decode_content(body, "br, gzip").unwrap(), PLAIN);
    }

    #[test]
    fn what_is_text_already_stays() {
        for (coding, _) in ENCODED {
            assert_eq!(decode_content(Bytes::from_static(PLAIN), coding).unwrap(), PLAIN);
        }
    }

    #[test]
    fn half_a_body_is_damaged() {
        for (coding, encoded) in ENCODED {
            let body = bytes(encoded).unwrap();
            let half = body.slice(..body.len() - 3);
            let problem = decode_content(half, coding).unwrap_err();
            assert!(problem.contains(coding), "{problem}");
        }
    }

    #[test]
    fn of_half_a_body_there_is_what_came() {
        let body: Vec<u8> =
            (0..20_000_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()).collect();
        let mut whole = Vec::new();
        flate2::read::GzEncoder::new(&*body, flate2::Compression::fast()).read_to_end(&mut whole).unwrap();
        let (came, problem) = decode_as_far(whole[..whole.len() / 2].to_vec().into(), "gzip");
        assert!(body.starts_with(&came) && came.len() > body.len() / 4, "{}", came.len());
        assert!(problem.unwrap().contains("gzip"));
        assert_eq!(decode_as_far(whole.into(), "gzip"), (body.into(), None));
    }

    #[test]
    fn an_unknown_coding_is_named() {
        let problem = decode_content(Bytes::from_static(b"\x00"), "compress").unwrap_err();
        assert!(problem.contains("\"compress\""), "{problem}");
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let mut bomb =
            flate2::read::GzEncoder::new(io::repeat(b'x').take(1 << 27), flate2::Compression::best());
        let mut body = Vec::new();
        bomb.read_to_end(&mut body).unwrap();
        let problem = decode_content(body.into(), "gzip").unwrap_err();
        assert!(problem.contains("more than 67108864 bytes (64 MiB) once decoded"), "{problem}");
    }

    const GZIP: &str = "H4sIAAAAAAACA0tJLEm0Uqiu5eICAGVXSOsKAAAA";
    const ZLIB: &str = "eJxLSSxJtFKoruXiAgATHwMB";
    const RAW: &str = "S0ksSbRSqK7l4gIA";
    const BROTLI: &str = "iwSAZGF0YToge30KCgM=";
    const ZSTD: &str = "KLUv/SAKUQAAZGF0YToge30KCii1L/0gAAEAAA==";
    const GZIP_OF_BROTLI: &str = "H4sIAAAAAAACA+tmaUhJLEm0Uqiu5eJiBgDlejGgDgAAAA==";
}
