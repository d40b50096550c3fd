//! What Linux says of one connection, over netlink: `sock_diag(7)`.

use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};
use std::io;
use std::net::{IpAddr, SocketAddr};

/// `SOCK_DIAG_BY_FAMILY`, of `linux/sock_diag.h`.
const BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST` and `NLMSG_ERROR`, of `linux/netlink.h`.
const REQUEST: u16 = 1;
const ERROR: u16 = 2;
/// `IPPROTO_TCP`.
const TCP: u8 = 6;

/// `struct nlmsghdr` and `struct inet_diag_req_v2`, of `linux/inet_diag.h`.
const QUESTION: usize = 16 + 56;
/// Where the type stands in a `struct nlmsghdr`, and where what follows it begins: in an error, with its number.
const TYPE: usize = 4;
const BODY: usize = 16;
/// Where `idiag_state` and `idiag_wqueue` stand in a `struct inet_diag_msg`.
const STATE: usize = BODY + 1;
const SEND_QUEUE: usize = BODY + 60;
/// `TCP_LISTEN`, of `netinet/tcp.h`.
const LISTENING: u8 = 10;

/// How many bytes written by `from` the kernel of `to` has not acknowledged; `None` where there is no such connection.
///
/// # Errors
/// Where the kernel cannot be asked, or does not say it.
pub(super) fn send_queue(from: SocketAddr, to: SocketAddr) -> io::Result<Option<u64>> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let kernel = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, flags, Some(SOCK_DIAG))?;
    sendto(&kernel, &question(from, to), SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    // The kernel answers before it returns from the question.
    let mut answer = [0; 1024];
    let (_, length) = recv(&kernel, &mut answer, RecvFlags::empty())?;
    read(&answer[..length.min(answer.len())])
}

/// All numbers are the machine's own, but for ports and addresses.
fn question(from: SocketAddr, to: SocketAddr) -> Vec<u8> {
    let family = if from.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let mut question = Vec::with_capacity(QUESTION);
    question.extend((QUESTION as u32).to_ne_bytes());
    question.extend(BY_FAMILY.to_ne_bytes());
    question.extend(REQUEST.to_ne_bytes());
    // Neither a sequence number nor a sender: the socket is asked once.
    question.extend([0; 8]);
    question.extend([family.as_raw() as u8, TCP, 0, 0]);
    // In whatever state.
    question.extend(u32::MAX.to_ne_bytes());
    question.extend(from.port().to_be_bytes());
    question.extend(to.port().to_be_bytes());
    question.extend(octets(from.ip()));
    question.extend(octets(to.ip()));
    // On whatever interface, and whichever it is of those that had this address.
    question.extend([0; 4]);
    question.extend([u8::MAX; 8]);
    question
}

/// An address of four bytes takes as much room as one of sixteen.
fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => {
            let mut octets = [0; 16];
            octets[..4].copy_from_slice(&address.octets());
            octets
        }
        IpAddr::V6(address) => address.octets(),
    }
}

fn read(answer: &[u8]) -> io::Result<Option<u64>> {
    let kind = answer.get(TYPE..TYPE + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_ne_bytes);
    let number = |place: usize| -> io::Result<[u8; 4]> {
        let bytes = answer.get(place..place + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    };
    match kind {
        // Whoever listens is told of where the connection is gone; what is queued there are connections.
        Some(BY_FAMILY) if answer.get(STATE) == Some(&LISTENING) => Ok(None),
        Some(BY_FAMILY) => Ok(Some(u32::from_ne_bytes(number(SEND_QUEUE)?).into())),
        Some(ERROR) => match -i32::from_ne_bytes(number(BODY)?) {
            error if error == Errno::NOENT.raw_os_error() => Ok(None),
            error => Err(io::Error::from_raw_os_error(error)),
        },
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread::yield_now;
    use std::time::{Duration, Instant};

    /// What the other end reads no more of stays in the queue, until it does.
    fn counts_what_is_not_acknowledged(address: &str) {
        const SLACK: Duration = Duration::from_secs(10);
        let listener = TcpListener::bind(address).unwrap();
        let mut writer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut reader, _) = listener.accept().unwrap();
        let (from, to) = (writer.local_addr().unwrap(), writer.peer_addr().unwrap());
        assert_eq!(send_queue(from, to).unwrap(), Some(0));

        writer.set_nonblocking(true).unwrap();
        let mut written = 0;
        while let Ok(count) = writer.write(&[0; 1 << 16]) {
            written += count;
        }
        let queued = send_queue(from, to).unwrap().unwrap();
        assert!(queued > 0 && queued < written as u64, "{queued} of {written}");

        reader.read_exact(&mut vec![0; written]).unwrap();
        let begun = Instant::now();
        while send_queue(from, to).unwrap() != Some(0) {
            assert!(begun.elapsed() < SLACK, "it was all read");
            yield_now();
        }
    }

    #[test]
    fn of_an_address_of_four_bytes() {
        counts_what_is_not_acknowledged("127.0.0.1:0");
    }

    #[test]
    fn of_an_address_of_sixteen_bytes() {
        counts_what_is_not_acknowledged("[::1]:0");
    }

    #[test]
    fn of_a_connection_that_never_was() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let there = SocketAddr::new(here.ip(), 1);
        assert_eq!(send_queue(here, there).unwrap(), None);
        drop(listener);
        assert_eq!(send_queue(here, there).unwrap(), None);
    }
}
