//! Bodies out of the encodings that they were stored in: base64, and HTTP's content codings.

use crate::recording::MAX_BODY_BYTES;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use brotli_decompressor::Decompressor;
use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;
use std::io::{self, Read};

/// Padded or not, with or without line ends.
pub(super) fn decode_base64(text: &str) -> Result<Bytes, String> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(compact);
    decoded.map(Bytes::from).map_err(|error| format!("is no base64: {error}"))
}

/// The body without the content codings that a head names, the last of them undone first.
///
/// Most recorders store what they have decoded already, and keep the header. Such a body is text, and nothing that is
/// compressed is: it is left as it is.
///
/// # Errors
/// A coding that is not known, or a body that cannot be decoded or grows beyond what a body may have.
pub(super) fn decode_content(body: Bytes, codings: &str) -> Result<Bytes, String> {
    let codings = codings.split(',').map(|coding| coding.trim().to_ascii_lowercase());
    codings.rev().try_fold(body, |body, coding| match coding.as_str() {
        "" | "identity" => Ok(body),
        _ if is_text(&body) => Ok(body),
        coding => undo(&body, coding),
    })
}

/// Undoes gzip, where the bytes are gzipped.
pub(super) fn gunzip(bytes: Bytes, limit: usize) -> Result<Bytes, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    read_to_end(MultiGzDecoder::new(&*bytes), limit)
        .map_err(|problem| format!("is no whole gzip file: {problem}"))
}

fn undo(body: &[u8], coding: &str) -> Result<Bytes, String> {
    let decoded = match coding {
        "gzip" | "x-gzip" => read_to_end(MultiGzDecoder::new(body), MAX_BODY_BYTES),
        "br" => read_to_end(Decompressor::new(body, 4096), MAX_BODY_BYTES),
        "zstd" => read_zstd(body),
        // Some servers leave the zlib header out.
        "deflate" if is_zlib(body) => read_to_end(ZlibDecoder::new(body), MAX_BODY_BYTES),
        "deflate" => read_to_end(DeflateDecoder::new(body), MAX_BODY_BYTES),
        _ => {
            return Err(format!(
                "the content-encoding {coding:?} is not known: expected gzip, br, zstd or deflate"
            ));
        }
    };
    decoded.map_err(|problem| {
        let size = body.len();
        format!("the body of {size} bytes cannot be decoded as {coding}, which its content-encoding says it is: {problem}")
    })
}

/// Every frame: a server may begin a new one whenever it flushes.
fn read_zstd(mut body: &[u8]) -> Result<Bytes, String> {
    let mut decoded = Vec::new();
    while !body.is_empty() {
        let frame = StreamingDecoder::new(&mut body).map_err(|error| error.to_string())?;
        decoded.extend(read_to_end(frame, MAX_BODY_BYTES.saturating_sub(decoded.len()))?);
    }
    Ok(decoded.into())
}

fn read_to_end(reader: impl Read, limit: usize) -> Result<Bytes, String> {
    let mut decoded = Vec::new();
    let read: io::Result<usize> = reader.take(limit as u64 + 1).read_to_end(&mut decoded);
    read.map_err(|error| error.to_string())?;
    if decoded.len() > limit {
        return Err(format!("it has more than {limit} bytes ({} MiB) once decoded", limit >> 20));
    }
    Ok(decoded.into())
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

    /// `data: {}\n\n` as the tools of other projects encode it, in base64.
    const ENCODED: [(&str, &str); 5] =
        [("gzip", GZIP), ("deflate", ZLIB), ("deflate", RAW), ("br", BROTLI), ("zstd", ZSTD)];
    const PLAIN: &[u8] = b"data: {}\n\n";

    #[test]
    fn every_coding_is_undone() {
        for (coding, encoded) in ENCODED {
            let body = decode_base64(encoded).unwrap();
            assert_eq!(decode_content(body, coding).unwrap(), PLAIN, "{coding}");
        }
    }

    #[test]
    fn codings_are_undone_from_the_last() {
        let body = decode_base64(GZIP_OF_BROTLI).unwrap();
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
            let body = decode_base64(encoded).unwrap();
            let half = body.slice(..body.len() - 3);
            let problem = decode_content(half, coding).unwrap_err();
            assert!(problem.contains(coding), "{problem}");
        }
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

    #[test]
    fn base64_with_and_without_padding_and_line_ends() {
        for text in ["ZGF0YQ==", "ZGF0YQ", "ZG\nF0\r\n YQ=="] {
            assert_eq!(decode_base64(text).unwrap(), "data");
        }
        assert!(decode_base64("da:ta").unwrap_err().starts_with("is no base64"));
    }

    const GZIP: &str = "H4sIAAAAAAACA0tJLEm0Uqiu5eICAGVXSOsKAAAA";
    const ZLIB: &str = "eJxLSSxJtFKoruXiAgATHwMB";
    const RAW: &str = "S0ksSbRSqK7l4gIA";
    const BROTLI: &str = "iwSAZGF0YToge30KCgM=";
    const ZSTD: &str = "KLUv/SAKUQAAZGF0YToge30KCii1L/0gAAEAAA==";
    const GZIP_OF_BROTLI: &str = "H4sIAAAAAAACA+tmaUhJLEm0Uqiu5eJiBgDlejGgDgAAAA==";
}
