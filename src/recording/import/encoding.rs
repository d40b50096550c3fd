//! Bodies out of the encodings that they were stored in: base64 and gzip.

use crate::recording::content_coding::read_to_limit;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;

/// Padded or not, with or without line ends.
pub(super) fn decode_base64(text: &str) -> Result<Bytes, String> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(compact);
    decoded.map(Bytes::from).map_err(|error| format!("is no base64: {error}"))
}

/// Undoes gzip, where the bytes are gzipped.
pub(super) fn gunzip(bytes: Bytes, limit: usize) -> Result<Bytes, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    match read_to_limit(MultiGzDecoder::new(&*bytes), limit) {
        (read, None) => Ok(read.into()),
        (_, Some(problem)) => Err(format!("is no whole gzip file: {problem}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_with_and_without_padding_and_line_ends() {
        for text in ["ZGF0YQ==", "ZGF0YQ", "ZG\nF0\r\n YQ=="] {
            assert_eq!(decode_base64(text).unwrap(), "data");
        }
        assert!(decode_base64("da:ta").unwrap_err().starts_with("is no base64"));
    }
}
