//! The file: a page, its style, its script, and what they show.

use super::data::data;
use crate::recording::redact;
use crate::report::{Checked, Run};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// In the order in which they use each other.
const SCRIPTS: [&str; 5] = [
    include_str!("text.js"),
    include_str!("rows.js"),
    include_str!("timeline.js"),
    include_str!("recordings.js"),
    include_str!("page.js"),
];

/// A run to look at in a browser: both sides of each recording on one time line, where the details of the check were kept.
/// The file asks for nothing from elsewhere. `more` is the command that shows more of a recording. No secrets are said.
///
/// # Panics
/// Never: the values are made here.
pub fn html(run: &Run<'_>, more: impl Fn(&Checked) -> String) -> String {
    let data = serde_json::to_string(&data(run, more)).expect("a value made of JSON");
    let data = for_script(&redact(&data));
    let scripts = format!("\"use strict\";\n{}", SCRIPTS.join("\n"));
    let parts = [("{{style}}", STYLE), ("{{script}}", &scripts), ("{{data}}", &data)];
    // Each part is looked for behind the one before it, so that nothing within a part is taken for a place.
    let (mut page, mut rest) = (String::with_capacity(data.len() + 64 * 1024), PAGE);
    for (place, part) in parts {
        let (before, after) = rest.split_once(place).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page + rest
}

/// JSON that an HTML parser takes for nothing but text: all of these stand in strings, where they may be written so.
fn for_script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::{PAGE, SCRIPTS, STYLE, for_script};
    use serde_json::{Value, json};

    #[test]
    fn nothing_in_the_data_ends_the_script_or_a_line() {
        let hostile = json!({"</script><script>alert(1)//": "<!--\u{2028}\u{2029}&amp;]]>"});
        let text = for_script(&hostile.to_string());
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), hostile);
    }

    #[test]
    fn the_page_has_a_place_for_each_part_and_asks_for_nothing() {
        for place in ["{{style}}", "{{script}}", "{{data}}"] {
            assert_eq!(PAGE.matches(place).count(), 1, "{place}");
        }
        let all = [PAGE, STYLE, &SCRIPTS.join("")].concat();
        for asks in [
            "http:",
            "https:",
            "url(",
            "@import",
            "fetch(",
            "XMLHttpRequest",
            "import(",
            "innerHTML",
            " src=",
        ] {
            assert!(!all.contains(asks), "{asks}");
        }
        assert!(!SCRIPTS.join("").contains("</"), "would end the script");
    }
}
