//! Shares of the recordings.

use crate::machines::document;
use crate::program::check;
use std::collections::BTreeSet;

fn names(partition: &str) -> BTreeSet<String> {
    let arguments =
        ["recordings/limits", "recordings/reasoning", "--partition", partition, "--format", "json"];
    let document = document(&check(&arguments));
    assert_eq!(document["partition"]["share"], partition);
    let recordings = document["recordings"].as_array().unwrap();
    recordings.iter().map(|recording| recording["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_sum_of_the_shares_is_the_whole() {
    let whole = names("count:1/1");
    for kind in ["count", "hash", "slice"] {
        let shares = [1, 2, 3].map(|shard| names(&format!("{kind}:{shard}/3")));
        assert_eq!(shares.iter().map(BTreeSet::len).sum::<usize>(), whole.len(), "{kind}");
        assert_eq!(shares.into_iter().flatten().collect::<BTreeSet<_>>(), whole, "{kind}");
    }
}

#[test]
fn an_empty_share_is_no_failure_and_says_so() {
    let ran = check(&["recordings/text/plain", "--partition", "slice:2/2"]);
    assert_eq!(ran.stdout, "nothing to check: no recordings, the share slice:2/2 of 1 recording\n");
    assert_eq!(ran.status, 0);
    let document =
        document(&check(&["recordings/text/plain", "--partition", "slice:2/2", "--format", "json"]));
    assert_eq!(document["conclusion"], "empty");
}

#[test]
fn what_is_no_share_is_refused() {
    let ran = check(&["--partition", "count:5/4"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("'count:5/4' for '--partition <PARTITION>'"), "{}", ran.stderr);
    assert!(ran.stderr.contains("with M from 1 to N"), "{}", ran.stderr);
}

/// What the other shares may need is no failure of this one.
#[test]
fn an_allowed_difference_may_be_needed_by_another_share() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parity.toml");
    std::fs::write(
        &file,
        "[[allow]]\nchannel = \"requests\"\npath = \"$.body.model\"\nreason = \"a test\"\n",
    )
    .unwrap();
    let allow = file.to_str().unwrap();
    assert_eq!(check(&["recordings/text/plain", "--allow", allow]).status, 1);
    let share = check(&["recordings/text/plain", "--allow", allow, "--partition", "hash:1/1"]);
    assert_eq!(share.status, 0, "{}", share.stdout);
}
