//! Several things in one input.

/// Stands between the parts of an input: ASCII's separator of files, which no seed holds.
const FILE_SEPARATOR: u8 = 0x1c;

/// The parts of an input.
pub fn parts(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    input.split(|byte| *byte == FILE_SEPARATOR)
}
