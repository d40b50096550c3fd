//! What other programs read about this one: its protocol, its arguments, its manual.

use super::exit::{COULD_NOT_RUN, fail, printed};
use super::files::write_whole;
use crate::protocol::{json_schema, typescript};
use clap::builder::Resettable;
use clap::{Args, Command};
use clap_complete::Shell;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const NAME: &str = "responses-parity";

#[derive(Debug, Args)]
pub(super) struct TypescriptArgs {
    /// The folder for `protocol.ts`; it is made if it does not exist
    #[arg(short, long, alias = "output", value_name = "DIR")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct JsonSchemaArgs {
    /// The folder for `protocol.schema.json`; it is made if it does not exist
    #[arg(short, long, alias = "output", value_name = "DIR")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The folder for the pages, one for each verb; it is made if it does not exist
    #[arg(short, long, alias = "output", value_name = "DIR")]
    out: PathBuf,
}

impl TypescriptArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
The module has no imports. `ClientMessage` is what a client writes, `ServerMessage` what it reads, one JSON
object per line.

Examples:
  responses-parity generate-ts --out generated

Exit status:
  0  it is written
  2  usage: an argument cannot be read
  3  the file could not be written";

    pub(super) fn run(self) -> ExitCode {
        written(&self.out, [("protocol.ts".to_owned(), typescript().into_bytes())])
    }
}

impl JsonSchemaArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Every line of the protocol is valid against the schema (draft 2020-12); `$defs` has each type by its name.

Examples:
  responses-parity generate-json-schema --out generated

Exit status:
  0  it is written
  2  usage: an argument cannot be read
  3  the file could not be written";

    pub(super) fn run(self) -> ExitCode {
        let text = format!("{:#}\n", json_schema());
        written(&self.out, [("protocol.schema.json".to_owned(), text.into_bytes())])
    }
}

impl CompletionsArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity completions bash > ~/.local/share/bash-completion/completions/responses-parity
  responses-parity completions zsh > ~/.zfunc/_responses-parity
  responses-parity completions fish > ~/.config/fish/completions/responses-parity.fish

Exit status:
  0  they are printed
  2  usage: an argument cannot be read
  3  they could not be printed";

    pub(super) fn run(self, mut command: Command) -> ExitCode {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command, NAME, &mut text);
        let text = match self.shell {
            Shell::Bash => one_name(&String::from_utf8_lossy(&text)),
            _ => String::from_utf8_lossy(&text).into_owned(),
        };
        printed(std::io::stdout().lock().write_all(text.as_bytes()), 0)
    }
}

impl ManArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity man --out ~/.local/share/man/man1

Exit status:
  0  they are written
  2  usage: an argument cannot be read
  3  a page could not be written";

    pub(super) fn run(self, command: Command) -> ExitCode {
        match pages(command) {
            Ok(pages) => written(&self.out, pages),
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }
}

/// The generator (clap_complete 4.6.11) calls a program with a dash in its name one thing where it looks for the verb and
/// another where it offers the verb's arguments, so that none are offered.
fn one_name(script: &str) -> String {
    script.replace("responses__subcmd__parity", "responses__parity")
}

/// A page for the program and for each of its verbs.
fn pages(command: Command) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let all = std::iter::once(&command).chain(command.get_subcommands()).cloned();
    all.map(|command| {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let man = clap_mangen::Man::new(command.after_help(Resettable::Reset));
        let mut page = Vec::new();
        man.render(&mut page)?;
        page.extend(sections(&help).bytes());
        Ok((man.get_filename(), page))
    })
    .collect()
}

/// What stands behind the options, in sections of their own and in its lines: the generator makes one paragraph of it.
fn sections(help: &str) -> String {
    let mut page = String::new();
    for part in help.split("\n\n").filter(|part| !part.is_empty()) {
        match part.split_once(":\n ") {
            Some((heading, lines)) if !heading.contains('\n') => {
                let lines: Vec<_> = lines
                    .lines()
                    .map(|line| as_roff(line.strip_prefix("  ").unwrap_or(line.trim_start())))
                    .collect();
                let _ = writeln!(page, ".SH \"{}\"\n.nf\n{}\n.fi", heading.to_uppercase(), lines.join("\n"));
            }
            _ if page.is_empty() => {
                let _ = writeln!(page, ".SH NOTES\n{}", as_roff(part));
            }
            _ => {
                let _ = writeln!(page, ".PP\n{}", as_roff(part));
            }
        }
    }
    page
}

/// Without what `man` would obey: a backslash, and a point or a quote at the beginning of a line.
fn as_roff(line: &str) -> String {
    format!("\\&{}", line.replace('\\', "\\e").replace('-', "\\-"))
}

fn written(folder: &Path, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> ExitCode {
    let write = |(name, bytes): (String, Vec<u8>)| {
        let path = folder.join(name);
        let written = std::fs::create_dir_all(folder).and_then(|()| write_whole(&path, &bytes));
        written.map_err(|error| format!("{} could not be written: {error}", path.display()))?;
        Ok(path)
    };
    match files.into_iter().map(write).collect::<Result<Vec<PathBuf>, String>>() {
        Ok(paths) => {
            let mut out = std::io::stdout().lock();
            printed(paths.iter().try_for_each(|path| writeln!(out, "{}", path.display())), 0)
        }
        Err(error) => fail(COULD_NOT_RUN, error),
    }
}
