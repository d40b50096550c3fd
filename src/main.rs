//! The `responses-parity` command.

fn main() -> std::process::ExitCode {
    responses_parity::cli::main()
}
