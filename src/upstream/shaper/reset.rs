//! When a connection may be reset without taking back what was written to it.

#[cfg(target_os = "linux")]
use super::sock_diag::send_queue;
use std::io;
use std::net::{SocketAddr, SocketAddrV4};
use std::time::Duration;
use tokio::time::sleep;

/// Linux's table of IPv4 connections.
const TABLE: &str = "/proc/net/tcp";

/// How long to wait before looking again, at first.
const AGAIN: Duration = Duration::from_millis(1);

/// How long at most, and how long where there is nothing to look at.
const LONGEST: Duration = Duration::from_millis(50);

/// Waits until the other end's kernel has everything that was written.
///
/// A reset throws away what is still queued on this side. What the peer has acknowledged is beyond its reach:
/// it lies in the peer's receive queue, and is read before the error is. The kernel says how much is not
/// acknowledged yet; where it says nothing, all that is left is to give the bytes some time.
pub(crate) async fn drained(from: SocketAddr, to: SocketAddr) {
    let mut wait = AGAIN;
    loop {
        match unacknowledged(from, to).await {
            Ok(0) => return,
            Ok(_) => sleep(wait).await,
            Err(_) => return sleep(LONGEST).await,
        }
        wait = LONGEST.min(wait * 2);
    }
}

/// How many bytes written by `from` the kernel of `to` has not acknowledged. 0 for a connection that is gone.
///
/// To ask for one connection costs as much as a system call, to read the table as much as there are connections: those
/// that ended within a minute, too. Where one may not be asked for, the table may be there still.
async fn unacknowledged(from: SocketAddr, to: SocketAddr) -> io::Result<u64> {
    match send_queue(from, to) {
        Ok(queue) => Ok(queue.unwrap_or(0)),
        Err(_) => unacknowledged_in_table(from, to).await,
    }
}

async fn unacknowledged_in_table(from: SocketAddr, to: SocketAddr) -> io::Result<u64> {
    let (SocketAddr::V4(from), SocketAddr::V4(to)) = (from, to) else {
        return Err(io::ErrorKind::Unsupported.into());
    };
    let table = tokio::fs::read_to_string(TABLE).await?;
    Ok(queue_in_table(&table, from, to).unwrap_or(0))
}

/// A row is `number: from to state sending:receiving …`, all in hexadecimal.
fn queue_in_table(table: &str, from: SocketAddrV4, to: SocketAddrV4) -> Option<u64> {
    let (from, to) = (as_in_table(from), as_in_table(to));
    let mut rows = table.lines().map(|line| line.split_ascii_whitespace().skip(1));
    let mut row = rows.find(|row| row.clone().take(2).eq([from.as_str(), to.as_str()]))?;
    let (sending, _) = row.nth(3)?.split_once(':')?;
    u64::from_str_radix(sending, 16).ok()
}

/// The table shows an address as the machine reads its four bytes as one number.
fn as_in_table(address: SocketAddrV4) -> String {
    format!("{:08X}:{:04X}", u32::from_ne_bytes(address.ip().octets()), address.port())
}

#[cfg(not(target_os = "linux"))]
fn send_queue(_from: SocketAddr, _to: SocketAddr) -> io::Result<Option<u64>> {
    Err(io::ErrorKind::Unsupported.into())
}
