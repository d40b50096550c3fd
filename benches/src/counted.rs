//! Events as whoever handles them one by one sees them.

use responses_parity::wire::ResponseEvent;
use std::hint::black_box;

/// How many events `run` gives. Each is dropped as soon as it has been seen: to keep them all would measure memory.
pub fn counted(run: impl FnOnce(&mut dyn FnMut(ResponseEvent))) -> usize {
    let mut count = 0;
    run(&mut |event| {
        black_box(event);
        count += 1;
    });
    count
}
