//! JSON, as far as targets look into it.

use serde_json::Value;
use std::collections::BTreeMap;

/// The members of an object. `None` where a text is no object, or nested too deep for a value.
pub fn members(text: &str) -> Option<BTreeMap<String, Value>> {
    serde_json::from_str(text).ok()
}
