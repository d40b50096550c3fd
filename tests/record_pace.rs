//! Recording must not change what it records: how much the proxy adds to the times of a stream.
//!
//! One upstream sends two thousand events at a steady pace, to a client of its own and to one behind the proxy, in one
//! run, so that a busy machine is busy for both. A target of its own, so that no other test takes the machine's time.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and shows what it measured")]

use responses_parity::record::{About, Journal, ListenAddress, ProxyOptions, RecordingProxy};
use responses_parity::recording::Existing;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

const EVENTS: usize = 2000;
const PACE: Duration = Duration::from_millis(3);

/// What may be between the median gap of one client and that of the other.
const MOST: Duration = Duration::from_millis(1);

/// What may be between sending and arrival in addition, on a busy machine and without optimisation; a tenth of it is
/// usual.
const LATE: Duration = Duration::from_millis(5);

fn event(number: usize) -> String {
    format!(
        "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_metronome\",\"output_index\":0,\"content_index\":0,\"delta\":\" tick {number:06}\",\"sequence_number\":{number}}}\n\n"
    )
}

/// Sends the events to two connections at a time; says when each was sent.
async fn metronome(listener: TcpListener, sent: mpsc::UnboundedSender<Instant>) {
    let mut clients = Vec::new();
    while clients.len() < 2 {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"{}") {
            request.push(stream.read_u8().await.unwrap());
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        clients.push(stream);
    }
    let mut beat = tokio::time::interval(PACE);
    // A beat that is late is not made up for: the pace is what is measured.
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0..EVENTS {
        beat.tick().await;
        let event = event(number);
        let chunk = format!("{:x}\r\n{event}\r\n", event.len());
        // Each client is first as often as the other.
        let order = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        sent.send(Instant::now()).unwrap();
        for client in order {
            clients[client].write_all(chunk.as_bytes()).await.unwrap();
        }
    }
    for client in &mut clients {
        client.write_all(b"0\r\n\r\n").await.unwrap();
    }
}

/// Asks, and says when each event came.
async fn listen(address: &str) -> Vec<Instant> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(b"POST /v1/responses HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
    let (mut came, mut tail) = (Vec::new(), Vec::new());
    let mut buffer = vec![0; 1 << 16];
    while came.len() < EVENTS {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{} events came", came.len());
        let now = Instant::now();
        tail.extend_from_slice(&buffer[..read]);
        while let Some(end) = tail.windows(2).position(|window| window == b"\n\n") {
            tail.drain(..end + 2);
            came.push(now);
        }
    }
    came
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn gaps(came: &[Instant]) -> Vec<Duration> {
    came.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxy_adds_next_to_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("metronome");
    let options = ProxyOptions {
        listen: ListenAddress::any_port(),
        upstream: format!("http://{address}/v1").parse().unwrap(),
        api_key: None,
        longest_silence: Duration::from_secs(60),
        // As the command has it: with everything written down before it is passed on.
        journal: Some(Journal::create(&output, &About::default()).unwrap()),
    };
    let proxy = RecordingProxy::start(options).await.unwrap();
    let through = proxy.base_url()["http://".len()..].trim_end_matches("/v1").to_owned();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let metronome = tokio::spawn(metronome(listener, sender));
    let direct = tokio::spawn(async move { listen(&address).await });
    let through = tokio::spawn(async move { listen(&through).await });
    let (direct, through) = (direct.await.unwrap(), through.await.unwrap());
    metronome.await.unwrap();
    let mut sent = Vec::new();
    while let Ok(at) = receiver.try_recv() {
        sent.push(at);
    }
    let late = |came: &[Instant]| median(came.iter().zip(&sent).map(|(came, sent)| *came - *sent).collect());
    let (direct_gap, through_gap) = (median(gaps(&direct)), median(gaps(&through)));
    let (direct_late, through_late) = (late(&direct), late(&through));
    eprintln!("median gap: direct {direct_gap:?}, through the proxy {through_gap:?}");
    eprintln!(
        "median time from sending to arrival: direct {direct_late:?}, through the proxy {through_late:?}"
    );
    assert!(through_gap.abs_diff(direct_gap) < MOST, "gaps of {direct_gap:?} became {through_gap:?}");
    assert!(through_late < direct_late + LATE, "{direct_late:?} became {through_late:?}");
    let about = About { description: "A metronome.".to_owned(), ..About::default() };
    let recorded = proxy.finish("the test was over", &output, &about, Existing::Refuse).unwrap();
    let recorded = &recorded.recording.exchanges[0];
    // A busy machine reads two events at once, or one in two parts; most are a piece of their own.
    let pieces = recorded.delivery.pieces.len();
    assert!(pieces.abs_diff(EVENTS) < EVENTS / 10, "{EVENTS} events came in {pieces} pieces");
    let times: Vec<Duration> = recorded.delivery.pieces.iter().map(|piece| piece.at).collect();
    let recorded_gap = median(times.windows(2).map(|pair| pair[1] - pair[0]).collect());
    eprintln!("median gap as recorded: {recorded_gap:?}");
    assert!(recorded_gap.abs_diff(direct_gap) < MOST);
}
