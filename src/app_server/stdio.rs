//! The server as a process.

use super::{Environment, Options, serve};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Serves stdin and stdout until stdin ends, with status 0. Logs go to stderr, as `RUST_LOG` says; `warn` where it
/// says nothing.
pub fn serve_stdio(options: Options) -> ExitCode {
    let environment = Environment::of_process();
    start_logging(&environment);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let served = runtime.block_on(serve(options, environment, tokio::io::stdin(), tokio::io::stdout()));
    // A blocked write to a client that reads no more must not keep the process.
    runtime.shutdown_background();
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("cannot go on: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start_logging(environment: &Environment) {
    let filter = EnvFilter::new(environment.variable("RUST_LOG").unwrap_or("warn"));
    let logging = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
    if logging.is_err() {
        // Somebody embeds the server and logs already; their subscriber gets this line.
        tracing::debug!("logging was set up before");
    }
}
