//! When the pieces of a body came.

use crate::recording::model::{Delivery, Piece};
use serde::Serialize;
use std::time::Duration;

/// When the pieces of a body came, counted from the response head, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// The first piece.
    pub first_byte_ms: f64,
    /// The median time between two pieces; `None` where there is one piece alone.
    pub median_gap_ms: Option<f64>,
    /// The longest time between two pieces.
    pub longest_gap_ms: Option<f64>,
    /// The end of the response.
    pub total_ms: f64,
}

impl Timing {
    /// The times of a delivery; `None` where nobody noted any.
    pub fn of(delivery: &Delivery) -> Option<Timing> {
        let (first, last) = (delivery.pieces.first()?, delivery.pieces.last()?);
        let gaps = sorted_gaps(&delivery.pieces);
        Some(Timing {
            first_byte_ms: milliseconds(first.at),
            median_gap_ms: median(&gaps).map(milliseconds),
            longest_gap_ms: gaps.last().copied().map(milliseconds),
            total_ms: milliseconds(last.at + delivery.end_delay),
        })
    }
}

fn sorted_gaps(pieces: &[Piece]) -> Vec<Duration> {
    let mut gaps: Vec<_> = pieces.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at)).collect();
    gaps.sort_unstable();
    gaps
}

/// Of an even number, the mean of the two in the middle.
fn median(sorted: &[Duration]) -> Option<Duration> {
    let upper = sorted.get(sorted.len() / 2)?;
    let lower = sorted.get((sorted.len() - 1) / 2)?;
    Some((*lower + *upper) / 2)
}

/// To the microsecond, which is as exact as times are noted.
pub(in crate::recording) fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
