//! What cargo takes.

use crate::Bench;
use crate::process::{command, timed};
use crate::row::{Row, short};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// What somebody who writes the same tests by hand depends on.
const BY_HAND: &str = r#"tokio = { version = "1.50", features = ["io-util", "macros", "net", "process", "rt-multi-thread", "signal", "sync", "time", "io-std", "fs"] }
wiremock = "0.6"
insta = "1"
serde_json = "1"
tempfile = "3"
pretty_assertions = "1"
"#;

/// A file of the harness that much depends on.
const TOUCHED: &str = "src/session/router.rs";

/// A clean build of the library, and `cargo test` after a change.
pub(crate) fn all(_bench: &Bench) -> Vec<Row> {
    let root = std::path::absolute(".").unwrap();
    let library = format!("responses-parity = {{ path = {root:?}, default-features = false }}\n");
    let (ours, by_hand) = (Package::new(&library), Package::new(BY_HAND));
    let (more, built) = (ours.crates().len().saturating_sub(by_hand.crates().len()), ours.build());
    let what = "clean build of the library as a dev-dependency, `default-features = false`";
    let against = "`tokio`, `wiremock`, `insta`, `serde_json`, `tempfile` and `pretty_assertions` alone";
    vec![
        Row::slower(what, against, 1.3, built, by_hand.build()),
        Row {
            what: "the same: crates".to_owned(),
            against: "the same".to_owned(),
            goal: "at most 25 more".to_owned(),
            measured: format!("{more} more"),
            reached: more <= 25,
        },
        cargo_test(),
    ]
}

fn cargo_test() -> Row {
    const MOST: Duration = Duration::from_secs(15);
    timed(command("cargo").args(["test", "--locked", "--no-run", "--quiet"]));
    let touched = std::fs::File::options().write(true).open(Path::new(TOUCHED)).unwrap();
    touched.set_modified(SystemTime::now()).unwrap();
    let took = timed(command("cargo").args(["test", "--locked", "--quiet"]));
    Row {
        what: format!("`cargo test`, warm, after touching `{TOUCHED}`"),
        against: String::new(),
        goal: format!("under {}", short(MOST)),
        measured: short(took),
        reached: took < MOST,
    }
}

/// A package that nobody has built before, with these dev-dependencies.
struct Package {
    folder: TempDir,
}

impl Package {
    fn new(dependencies: &str) -> Package {
        let folder = tempfile::tempdir().unwrap();
        let manifest = format!(
            "[package]\nname = \"dependent\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dev-dependencies]\n{dependencies}"
        );
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src/lib.rs"), "#[test]\nfn nothing() {}\n").unwrap();
        // The same versions of everything for both.
        std::fs::copy("Cargo.lock", folder.path().join("Cargo.lock")).unwrap();
        timed(
            command("cargo")
                .args(["fetch", "--quiet", "--manifest-path"])
                .arg(folder.path().join("Cargo.toml")),
        );
        Package { folder }
    }

    fn manifest(&self) -> PathBuf {
        self.folder.path().join("Cargo.toml")
    }

    fn build(&self) -> Duration {
        let target = self.folder.path().join("target");
        let arguments = ["test", "--no-run", "--quiet", "--offline", "--manifest-path"];
        timed(command("cargo").args(arguments).arg(self.manifest()).env("CARGO_TARGET_DIR", target))
    }

    /// Everything that is compiled.
    fn crates(&self) -> BTreeSet<String> {
        let arguments = [
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--no-dedupe",
            "--edges",
            "normal,build,dev",
            "--manifest-path",
        ];
        let output = command("cargo").args(arguments).arg(self.manifest()).output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| line.split(" (").next().unwrap().to_owned()).collect()
    }
}
