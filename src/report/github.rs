//! Annotations for GitHub's pages of a change: workflow commands, a line each.

use super::brief::brief;
use super::case::Checked;
use super::run::Run;
use super::verdict::Verdict;
use crate::recording::redact;

/// Where an annotation is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// The file, from the root of the work tree.
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// A command for each recording that is not identical and for all else that keeps a run from being a parity, and the
/// verdict. `place` says where a recording stands. No secrets are said, and nothing in a recording can be a command of its
/// own.
pub fn github(run: &Run<'_>, place: impl Fn(&Checked) -> FileLine) -> String {
    let failed = run.summary.checked.iter().filter(|checked| checked.verdict() != Verdict::Identical);
    let mut text: String = failed
        .map(|checked| {
            let title = format!("{}: {}", checked.name, checked.verdict());
            command(Some(&place(checked)), &title, &brief(checked))
        })
        .collect();
    for index in run.unused() {
        let allowance = &run.allowed.entries[index];
        let message = format!("{allowance} ({})", allowance.reason);
        text.push_str(&command(None, "an allowed difference is not needed: delete it", &message));
    }
    for stray in &run.summary.strays {
        text.push_str(&command(None, "belongs to no conversation", stray));
    }
    let level = if run.is_fine() { "notice" } else { "error" };
    text.push_str(&format!("::{level} title=responses-parity::{}\n", data(&redact(&run.verdict()))));
    text
}

/// One error, for whoever could not even begin.
pub fn github_error(problem: &str) -> String {
    command(None, "could not run", problem)
}

fn command(place: Option<&FileLine>, title: &str, message: &str) -> String {
    let place = place.map(|place| format!("file={},line={},", property(&redact(&place.file)), place.line));
    let (title, message) = (property(&redact(title)), data(&redact(message)));
    format!("::error {}title={title}::{message}\n", place.unwrap_or_default())
}

/// A command ends with its line, and `%` begins an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Properties end at a comma or a colon, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{FileLine, command};

    #[test]
    fn nothing_ends_a_command_before_its_end() {
        let place = FileLine { file: "a,b: 100%/recording.toml".to_owned(), line: 3 };
        assert_eq!(
            command(Some(&place), "it, differs: 50%", "one: 50%\r\n::set-env name=A::b"),
            "::error file=a%2Cb%3A 100%25/recording.toml,line=3,title=it%2C differs%3A 50%25::one: 50%25%0D%0A::set-env name=A::b\n"
        );
    }
}
