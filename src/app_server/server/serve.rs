//! Reading lines until there are no more.

use super::dispatch::Server;
use crate::app_server::outgoing::queue;
use crate::app_server::{Environment, Options};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader};
use tokio::time::timeout;

/// How long messages may take to leave after the input has ended.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// Serves one client until its input ends. Running turns are then stopped.
///
/// # Errors
/// The input cannot be read, or the output cannot be written.
pub async fn serve(
    options: Options,
    environment: Environment,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Send + Unpin + 'static,
) -> io::Result<()> {
    let (outgoing, queue) = queue();
    let mut writer = tokio::spawn(queue.write_to(output));
    let server = Server::new(options, environment, outgoing);
    tokio::select! {
        read = read_lines(server, input) => read?,
        // Only an error ends the writer while the server holds the other end.
        written = &mut writer => return written?,
    }
    match timeout(LAST_WRITES, writer).await {
        Ok(written) => written?,
        Err(_) => {
            tracing::warn!("the client does not read; what was left for it is lost");
            Ok(())
        }
    }
}

async fn read_lines(mut server: Server, input: impl AsyncRead + Unpin) -> io::Result<()> {
    const BUFFER: usize = 64 * 1024;
    let mut input = BufReader::with_capacity(BUFFER, input);
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).await? > 0 {
        server.line(&line).await;
        line.clear();
    }
    Ok(())
}
