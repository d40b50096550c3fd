//! Reports in files, beside what is printed.

use crate::machines::document;
use crate::program::{Changed, check, text};
use std::os::unix::fs::PermissionsExt;

#[test]
fn junit_has_a_test_for_each_recording() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parity.xml");
    let changed = Changed::new("s/kettle/cattle/\n");
    let ran = changed.check(&["recordings/text", "--junit", text(&file), "--format", "json"]);
    assert_eq!(ran.status, 1);
    let recordings = document(&ran)["recordings"].as_array().unwrap().len();
    let xml = std::fs::read_to_string(&file).unwrap();
    assert_eq!(xml.matches("<testcase ").count(), recordings, "{xml}");
    assert_eq!(xml.matches("<failure ").count(), 1, "{xml}");
    assert!(xml.contains("<testcase name=\"plain\" classname=\"recordings/text\""), "{xml}");
    assert!(xml.contains("differ at #"), "{xml}");
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["parity.xml"], "nothing else is left");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o600, 0o600);
}

#[test]
fn what_cannot_be_written_is_told_before_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/report.xml");
    // A server that would be missed, if it were started.
    let started = folder.path().join("started");
    let server = format!("touch {}", started.display());
    for (path, problem) in [(missing.as_path(), "there is no such folder"), (folder.path(), "it is a folder")]
    {
        let ran = check(&["recordings/text/plain", "--app-server", &server, "--junit", text(path)]);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(&format!("--junit {}", path.display())), "{}", ran.stderr);
        assert!(ran.stderr.contains(problem) && ran.stderr.contains("next: "), "{}", ran.stderr);
    }
    assert!(!started.exists());
}

#[test]
fn a_report_is_replaced_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.xml");
    std::fs::write(&file, "x".repeat(1_000_000)).unwrap();
    let link = folder.path().join("latest.xml");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    check(&["recordings/text/plain", "--junit", text(&link)]);
    assert!(link.is_symlink());
    let xml = std::fs::read_to_string(&file).unwrap();
    assert!(xml.starts_with("<?xml") && xml.trim_end().ends_with("</testsuites>"), "{xml}");
}

#[test]
fn what_is_for_people_is_not_for_machines() {
    for option in ["-v", "-q", "--table", "--durations", "--suggest-allow"] {
        let ran = check(&["recordings/text/plain", option, "--format", "json"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{option}");
        assert!(ran.stderr.starts_with(&format!("error: {option}: ")), "{}", ran.stderr);
    }
}
