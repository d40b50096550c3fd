//! What a server finds around it.

use crate::fake::{command, deadlines, initialize_error};
use insta::assert_snapshot;
use responses_parity::session::{CommandError, McpProcess, ServerCommand};

/// Starts a server that reports on stderr and ends; gives the report, its folders by name.
async fn report(command: ServerCommand) -> String {
    let server = McpProcess::spawn(&command, deadlines()).await.unwrap();
    initialize_error(&server).await;
    let places = server.surroundings().clone();
    let root = places.work_dir.parent().unwrap().to_str().unwrap().to_owned();
    assert!([places.codex_home, places.home, places.temp_dir].iter().all(|place| place.starts_with(&root)));
    server.stderr_tail().replace(&root, "<root>")
}

#[tokio::test]
async fn the_environment_is_ours_alone() {
    // Less what shells add on their own, the script, and PATH, which is the machine's.
    let script = "env | grep -Ev '^(SCRIPT|PATH|PWD|OLDPWD|SHLVL|_)=' | sort >&2";
    assert_snapshot!(report(command(script).env("RUST_LOG", "debug").env("TZ", "CET")).await, @r#"
    CODEX_HOME=<root>/codex-home
    HOME=<root>/home
    LC_ALL=C.UTF-8
    NO_COLOR=1
    NO_PROXY=127.0.0.1,localhost
    RUST_LOG=debug
    TERM=dumb
    TMPDIR=<root>/tmp
    TZ=CET
    answer() { read -r _; say "{\"id\":$1,\"result\":$2}"; }
    conversation() { answer "$1" "{\"conversationId\":\"$2\",\"model\":\"m\",\"rolloutPath\":\"\"}"; }
    env | grep -Ev '^(SCRIPT|PATH|PWD|OLDPWD|SHLVL|_)=' | sort >&2
    event() { say "{\"method\":\"codex/event/$2\",\"params\":{\"conversationId\":\"$1\",\"msg\":{\"type\":\"$2\"}}}"; }
    no_proxy=127.0.0.1,localhost
    say() { printf '%s\n' "$1"; }
    stay() { cat >/dev/null; }
    "#);
}

#[tokio::test]
async fn the_folders_are_empty_but_for_the_configuration() {
    let script = r#"pwd >&2; ls -A . "$HOME" "$TMPDIR" "$CODEX_HOME" >&2; cat "$CODEX_HOME/config.toml" >&2"#;
    assert_snapshot!(report(command(script).config_toml("model = \"m\"\n")).await, @r#"
    <root>/work
    .:

    <root>/codex-home:
    config.toml

    <root>/home:

    <root>/tmp:
    model = "m"
    "#);
}

#[tokio::test]
async fn the_folders_go_with_the_session() {
    let server = McpProcess::spawn(&command("stay"), deadlines()).await.unwrap();
    let root = server.surroundings().work_dir.parent().unwrap().to_owned();
    assert!(root.exists());
    server.shutdown().await.unwrap();
    assert!(!root.exists());
}

#[tokio::test]
async fn a_relative_program_is_relative_to_the_harness() {
    let here = std::env::current_dir().unwrap();
    let up = "../".repeat(here.components().count());
    let command = ServerCommand::new(format!("{up}bin/sh")).args(["-c", "exit 5"]);
    let server = McpProcess::spawn(&command, deadlines()).await.unwrap();
    let error = initialize_error(&server).await;
    assert!(error.to_string().contains("exit status: 5"), "{error}");
}

#[test]
fn command_lines() {
    let command = ServerCommand::parse(r#"'/opt/my codex/codex' -c "a=\"b\"" app-server $HOME"#).unwrap();
    assert_eq!(command.to_string(), r#"'/opt/my codex/codex' -c 'a="b"' app-server '$HOME'"#);
    assert_eq!(ServerCommand::parse("  ").unwrap_err(), CommandError::Empty);
    assert_snapshot!(CommandError::Empty, @r"
    the command line is empty
      expected: a program and its arguments, such as `codex app-server`
    ");
    assert_snapshot!(ServerCommand::parse("codex 'app-server").unwrap_err(), @r#"
    a quote or a backslash is left open in the command line
      got: codex 'app-server
      next: close it, or write \' or \" for a plain one
    "#);
}
