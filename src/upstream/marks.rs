//! The header fields by which the parts of the upstream know each other, and are known.

/// On an answer that is in no recording; its value says what is wrong.
pub(super) const MARK: &str = "x-responses-parity";

/// The value of [`MARK`] on the answer to a request that nobody recorded.
pub(super) const UNRECORDED: &str = "unrecorded request";

/// The value of [`MARK`] on an answer that was made, and not recorded.
pub(super) const MADE: &str = "not recorded";

/// On a request that comes through the shaper.
pub(super) const SHAPED: &str = "x-responses-parity-shaped";

/// On the answer to such a request: which exchange it is, as `<replay id>/<index>`. The shaper takes it off.
pub(super) const EXCHANGE: &str = "x-responses-parity-exchange";

/// On a request that the harness's delegate client performs: the replay's secret, which no app-server knows. The
/// upstream takes note of it and off.
pub(super) const DELEGATE: &str = "x-responses-parity-delegate";
