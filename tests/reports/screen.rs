//! What a person sees in a terminal.

use crate::program::{Changed, Ran, check, check_with};
use responses_parity::report::Look;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// A delta, and with it the message, says something else.
fn misspelt() -> Changed {
    Changed::new("/_delta/s/\" kettle\"/\" cattle\"/\n")
}

/// Without times.
fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots"));
    settings.add_filter(r" +\d+ ms", " [ms]");
    settings.add_filter(r"\d+\.\d s\)", "[time])");
    settings
}

#[test]
fn a_divergence_is_understood_on_one_screen() {
    let changed = misspelt();
    let Ran { status, stdout, stderr } = changed.check(&["recordings/text/plain"]);
    assert_eq!((status, stderr.as_str()), (1, ""));
    assert!(stdout.lines().count() <= 24, "{stdout}");
    settings().bind(|| insta::assert_snapshot!(stdout));
}

#[test]
fn what_is_missing_leaves_its_place_empty() {
    let changed = Changed::new("/agent_message_delta/{/second/d\n}\n");
    let stdout = changed.check(&["recordings/text/plain"]).stdout;
    settings().bind(|| insta::assert_snapshot!(stdout));
}

#[test]
fn of_those_with_one_cause_the_first_is_told_in_full() {
    let changed = Changed::new("s/\"delta\":/\"delto\":/\n");
    let stdout = changed.check(&["recordings/text"]).stdout;
    let told_in_full = stdout.matches("around it").count();
    let alike = stdout.lines().filter(|line| line.starts_with("    ") && line.contains("differ at #"));
    assert!(told_in_full <= 3, "{stdout}");
    assert!(alike.count() >= 10, "{stdout}");
}

#[test]
fn quiet_is_the_verdict_alone() {
    let quiet = check(&["recordings/text/plain", "-q"]);
    assert_eq!(quiet.stdout.lines().count(), 1, "{}", quiet.stdout);
    assert!(quiet.stdout.starts_with("parity: 1 recording,"), "{}", quiet.stdout);
    let red = misspelt().check(&["recordings/text/plain", "-q"]);
    assert!(red.stdout.starts_with("no parity: 1 divergent"), "{}", red.stdout);
    assert_eq!((red.stdout.lines().count(), red.status), (1, 1));
}

#[test]
fn verbose_shows_the_transcript_of_both_sides() {
    let changed = Changed::new("/agent_message_delta/{/second/d\n}\n");
    let stdout = changed.check(&["recordings/text/plain", "-v"]).stdout;
    let line = |mark: &str| stdout.lines().filter(|line| line.starts_with(mark)).collect::<Vec<_>>();
    assert!(line("  -").iter().any(|line| line.contains("second")), "{stdout}");
    assert!(line("  +").iter().all(|line| !line.contains("second")), "{stdout}");
    assert!(stdout.contains("traffic             → sendUserMessage"), "{stdout}");
    assert!(stdout.contains("requests            POST /v1/responses"), "{stdout}");
    assert!(stdout.contains("verdict\n"), "the table, too: {stdout}");
    let traffic = check(&["recordings/text/plain", "-v"]).stdout;
    assert!(traffic.contains("← responsesApi/call"), "{traffic}");
}

#[test]
fn the_table_and_the_slowest_are_asked_for() {
    let plain = check(&["recordings/text"]).stdout;
    assert_eq!(plain.lines().count(), 1, "{plain}");
    let stdout = check(&["recordings/text", "--table", "--durations=2"]).stdout;
    assert!(stdout.lines().next().unwrap().starts_with(" recording "), "{stdout}");
    assert!(stdout.contains("\nslowest 2 of "), "{stdout}");
    let slowest = check(&["recordings/text", "--durations"]).stdout;
    assert!(slowest.starts_with("slowest 10 of "), "{slowest}");
    let times: Vec<u128> = slowest
        .lines()
        .filter_map(|line| line.trim().split_once(" ms  ").map(|(time, _)| time.parse().unwrap()))
        .collect();
    assert_eq!(times.len(), 10, "{slowest}");
    assert!(times.is_sorted_by(|one, other| one >= other), "{slowest}");
}

#[test]
fn colours_follow_what_is_asked_for_and_change_no_word() {
    let changed = misspelt();
    let arguments = ["recordings/text/plain", "--table"];
    let plain = changed.check(&arguments).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let coloured = changed.check(&["recordings/text/plain", "--table", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}[4m"), "what differs is underlined: {coloured:?}");
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    let words = |text: &str| -> Vec<String> {
        let kept =
            text.split_whitespace().filter(|word| !word.starts_with('^') && word.parse::<f64>().is_err());
        kept.filter(|word| !word.starts_with('(')).map(str::to_owned).collect()
    };
    assert_eq!(words(&stripped), words(&plain));
}

#[test]
fn no_color_is_heeded_even_where_colours_are_forced() {
    let forced = check_with(&["recordings/text/plain"], &[("CLICOLOR_FORCE", "1")]).stdout;
    assert!(forced.contains('\u{1b}'), "{forced:?}");
    let none = check_with(&["recordings/text/plain"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).stdout;
    assert!(!none.contains('\u{1b}'), "{none:?}");
}

#[test]
fn lines_fit_where_there_is_no_terminal() {
    let stdout = misspelt().check(&["recordings/text/plain", "-v"]).stdout;
    let wide: Vec<&str> = stdout.lines().filter(|line| line.width() > Look::PLAIN.width).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}
