//! The generated TypeScript, compiled by the official compiler, with a client that uses it.
//!
//! Needs what `scripts/install-counterparts typescript` installs, and is no part of a plain `cargo test`:
//!
//! ```sh
//! scripts/install-counterparts typescript && cargo test --test counterparts_typescript
//! ```

// Clippy knows tests, but not what they call.
#![allow(clippy::unwrap_used)]
#![expect(clippy::disallowed_methods, reason = "the programs under test are no app-servers")]

#[path = "../installed.rs"]
mod installed;

use installed::{installed, version};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CLIENT: &str = "tests/counterparts/typescript/client.ts";

/// What the compiler says of a client, beside the generated types; nothing where all is well.
fn compiled(client: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let generate = Command::new(env!("CARGO_BIN_EXE_responses-parity"))
        .args(["generate-ts", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(generate.status.success(), "{}", String::from_utf8_lossy(&generate.stderr));
    let file = folder.path().join("client.ts");
    fs::write(&file, client).unwrap();
    let Output { stdout, stderr, .. } =
        compiler().args(["--strict", "--noEmit"]).arg(&file).output().unwrap();
    String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned()
}

fn compiler() -> Command {
    let folder = Path::new(&format!("typescript-{}", version("TYPESCRIPT"))).join("node_modules/.bin/tsc");
    Command::new(installed(folder))
}

#[test]
fn a_client_compiles() {
    assert_eq!(compiled(&fs::read_to_string(CLIENT).unwrap()), "");
}

/// The compiler looks at the types: without the comments that expect it, each mistake of the client is told.
#[test]
fn mistakes_do_not_compile() {
    let client = fs::read_to_string(CLIENT).unwrap();
    let mistakes = client.matches("// @ts-expect-error").count();
    let told = compiled(&client.replace("// @ts-expect-error", "//"));
    assert!(mistakes > 3);
    // Some are told in more than one way.
    let places = told.lines().filter(|line| line.contains("error TS"));
    let lines: BTreeSet<_> = places.map(|line| line.split(['(', ':', ',']).nth(1)).collect();
    assert_eq!(lines.len(), mistakes, "{told}");
}
