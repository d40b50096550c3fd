//! What is written is what was to be written, and is there as a whole or not at all.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use pretty_assertions::assert_eq;
use responses_parity::recording::{
    Delivery, End, Exchange, Existing, Framing, Interrupt, Piece, Provenance, ProviderSettings, Recording,
    Retries, Turn, WriteError, discover, load, write,
};
use responses_parity::wire::Header;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const STREAM: &str = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n";
const CALL: &str = "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}}\n\n";

/// A folder to write to, gone after the test.
struct Root {
    folder: TempDir,
}

impl Root {
    fn new() -> Root {
        Root { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Everything below, hidden or not, with a `/` after folders.
    fn all(&self) -> Vec<String> {
        let entries = walkdir::WalkDir::new(self.folder.path()).min_depth(1).sort_by_file_name();
        let names = entries.into_iter().map(|entry| {
            let entry = entry.unwrap();
            let below = entry.path().strip_prefix(self.folder.path()).unwrap().display().to_string();
            if entry.file_type().is_dir() { format!("{below}/") } else { below }
        });
        names.collect()
    }

    fn told(&self, error: &WriteError) -> String {
        error.to_string().replace(&self.folder.path().display().to_string(), "[root]")
    }

    fn refusal(&self, recording: &Recording, below: &str, existing: Existing) -> String {
        self.told(&write(recording, &self.path(below), existing).unwrap_err())
    }
}

fn one(exchange: Exchange) -> Recording {
    Recording::of_exchanges("one", vec![Turn::said("Hello")], vec![exchange])
}

fn sorted(headers: &[Header]) -> Vec<Header> {
    let mut headers = headers.to_vec();
    headers.sort_by(|(left, _), (right, _)| left.cmp(right));
    headers
}

fn assert_same(written: &Recording, read: &Recording) {
    assert_eq!(written.description, read.description);
    assert_eq!(written.provenance, read.provenance);
    assert_eq!(written.provider, read.provider);
    assert_eq!(written.turns, read.turns);
    assert_eq!(written.exchanges.len(), read.exchanges.len(), "{}", written.name);
    for (written, read) in written.exchanges.iter().zip(&read.exchanges) {
        assert_eq!(sorted(&written.headers), sorted(&read.headers));
        assert!(
            Exchange { headers: Vec::new(), ..written.clone() }
                == Exchange { headers: Vec::new(), ..read.clone() }
        );
    }
}

fn round_trip(recording: &Recording) -> Recording {
    let root = Root::new();
    let folder = root.path("there");
    write(recording, &folder, Existing::Refuse).unwrap_or_else(|error| panic!("{}: {error}", recording.name));
    load(&folder, &recording.name).unwrap()
}

#[test]
fn every_recording_is_read_as_it_was_written() {
    for found in discover(Path::new("recordings")).unwrap() {
        let recording = found.load().unwrap();
        assert_same(&recording, &round_trip(&recording));
    }
}

/// As many settings as there are, each unlike the default.
fn unusual() -> Recording {
    let turn = |user: &str, interrupt| Turn {
        user: user.to_owned(),
        interrupt,
        may_end_first: matches!(interrupt, Some(Interrupt::AfterRetries(_))),
    };
    let piece = |ns, end| Piece { at: Duration::from_nanos(ns), end };
    let turns = vec![
        turn("two\nlines, \"quoted\", '''thrice''' and a tab\t\u{7f}\u{1b}", Some(Interrupt::AfterEvents(3))),
        turn("é 雪 \\u00e9\r\n", Some(Interrupt::AfterRequests(1))),
        turn("", Some(Interrupt::AfterRetries(2))),
    ];
    let headers = [
        ("x-codex-z", "1"),
        ("content-type", "text/event-stream"),
        ("via", "b"),
        ("via", "a, \"c\""),
        ("x-codex-e", "é"),
    ];
    let cut = Exchange {
        status: 299,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: vec![b'd', 0xff, b'\r', b'\n', 0, b':', b' '].into(),
        delivery: Delivery {
            head_delay: Duration::from_millis(7),
            framing: Framing::Chunked,
            pieces: vec![piece(0, 1), piece(1, 2), piece(1_234_567, 3), piece(3_599_999_999_999, 5)],
            times_matter: true,
            end_delay: Duration::from_millis(9),
            end: End::Reset,
            ..Delivery::default()
        },
        request: Some("{ \"not\":  \"touched\" }\r\n".into()),
        may_stay_unasked: true,
    };
    let headless = Exchange {
        headers: Vec::new(),
        delivery: Delivery {
            headless: true,
            end: End::Stalled,
            framing: Framing::Close,
            ..Delivery::default()
        },
        ..Exchange::stream("")
    };
    let cut_head = Exchange {
        delivery: Delivery { head_cut: Some(20), end: End::Eof, ..Delivery::default() },
        ..Exchange::stream("late")
    };
    Recording {
        description: "ends\nhere = \"]\"".to_owned(),
        provenance: Provenance {
            kind: String::new(),
            source: Some("s".to_owned()),
            notes: Some("n\n\nn".to_owned()),
        },
        provider: ProviderSettings {
            request_max_retries: Retries::Default,
            stream_max_retries: Retries::Times(4),
            stream_idle_timeout_ms: Some(400),
            unreachable: false,
            show_raw_agent_reasoning: true,
        },
        ..Recording::of_exchanges("unusual", turns, vec![cut, headless, cut_head])
    }
}

#[test]
fn every_setting_is_read_as_it_was_written() {
    let recording = unusual();
    assert_same(&recording, &round_trip(&recording));
}

#[test]
fn every_nanosecond_of_a_piece_is_read_as_it_was_written() {
    let times = (0..62).map(|power| (1_u64 << power) % 3_600_000_000_000);
    let mut times: Vec<u64> = times.flat_map(|ns| [ns.saturating_sub(1), ns, ns + 1]).collect();
    times.sort_unstable();
    let pieces =
        times.iter().enumerate().map(|(end, ns)| Piece { at: Duration::from_nanos(*ns), end: end + 1 });
    let pieces: Vec<Piece> = pieces.collect();
    let body = vec![b'\n'; pieces.len()];
    let recording =
        one(Exchange { delivery: Delivery { pieces, ..Delivery::default() }, ..Exchange::stream(body) });
    assert_same(&recording, &round_trip(&recording));
}

#[test]
fn what_is_written_reads_well() {
    let root = Root::new();
    write(&unusual(), &root.path("there"), Existing::Refuse).unwrap();
    let text = fs::read_to_string(root.path("there/recording.toml")).unwrap();
    insta::assert_snapshot!(text);
    insta::assert_snapshot!(fs::read_to_string(root.path("there/01.response.timing")).unwrap(), @r#"
    0 1
    0.000001 2
    1.234567 3
    3599999.999999 5
    "#);
    insta::assert_snapshot!(root.all().join("\n"), @r#"
    there/
    there/01.request.json
    there/01.response.sse
    there/01.response.timing
    there/03.response.sse
    there/recording.toml
    "#);
}

#[test]
fn defaults_are_left_out() {
    let root = Root::new();
    write(&one(Exchange::stream(STREAM)), &root.path("there"), Existing::Refuse).unwrap();
    insta::assert_snapshot!(fs::read_to_string(root.path("there/recording.toml")).unwrap(), @r#"
    format = 1

    [[turn]]
    user = "Hello"

    [[exchange]]

    [exchange.headers]
    content-type = "text/event-stream"
    "#);
}

#[test]
fn times_around_a_body_are_whole_milliseconds() {
    let delivery = Delivery {
        head_delay: Duration::from_micros(1_500),
        end_delay: Duration::from_micros(1_499),
        ..Delivery::default()
    };
    let read = round_trip(&one(Exchange { delivery, ..Exchange::stream(STREAM) }));
    let delivery = &read.exchanges[0].delivery;
    assert_eq!(
        (delivery.head_delay, delivery.end_delay),
        (Duration::from_millis(2), Duration::from_millis(1))
    );
}

#[test]
fn a_body_that_is_no_stream_has_another_name() {
    let root = Root::new();
    let typed = |kind: &str| vec![("Content-Type".to_owned(), kind.to_owned())];
    let exchanges = vec![
        Exchange { headers: typed("application/json"), ..Exchange::stream("{}") },
        Exchange { headers: typed("Text/Event-Stream; charset=utf-8"), ..Exchange::stream("{}") },
        Exchange { headers: Vec::new(), ..Exchange::stream("event: a\n\n") },
        Exchange { headers: Vec::new(), ..Exchange::stream("{}") },
    ];
    let recording = Recording::of_exchanges("kinds", vec![Turn::said("Hello")], exchanges);
    write(&recording, &root.path("kinds"), Existing::Refuse).unwrap();
    insta::assert_snapshot!(root.all().join("\n"), @r#"
    kinds/
    kinds/01.response.body
    kinds/02.response.sse
    kinds/03.response.sse
    kinds/04.response.body
    kinds/recording.toml
    "#);
}

#[test]
fn what_loading_adds_is_not_written() {
    let root = Root::new();
    let completed = Exchange::stream([CALL, STREAM].concat());
    write(&one(completed), &root.path("there"), Existing::Refuse).unwrap();
    let read = load(&root.path("there"), "there").unwrap();
    assert_eq!(read.exchanges.len(), 2);
    write(&read, &root.path("again"), Existing::Refuse).unwrap();
    assert_eq!(root.all().iter().filter(|name| name.ends_with(".sse")).count(), 2);
    assert_same(&read, &load(&root.path("again"), "there").unwrap());
    // Here nobody else would add it.
    assert_same(&Recording::probe(), &round_trip(&Recording::probe()));
}

#[test]
fn nothing_is_overwritten_unless_that_is_meant() {
    let root = Root::new();
    let (first, second) = (one(Exchange::stream(STREAM)), one(Exchange::stream("data: 2\n\n")));
    write(&first, &root.path("there"), Existing::Refuse).unwrap();
    fs::write(root.path("there/README.md"), "Mine.").unwrap();
    insta::assert_snapshot!(root.refusal(&second, "there", Existing::Refuse), @r#"[root]/there: is there already; choose another name, or have it replaced"#);
    assert_eq!(fs::read(root.path("there/01.response.sse")).unwrap(), STREAM.as_bytes());
    write(&second, &root.path("there"), Existing::Replace).unwrap();
    assert_eq!(fs::read(root.path("there/01.response.sse")).unwrap(), b"data: 2\n\n");
    insta::assert_snapshot!(root.all().join("\n"), @r#"
    there/
    there/01.response.sse
    there/README.md
    there/recording.toml
    "#);
}

#[test]
fn files_and_empty_folders_are_in_the_way_too() {
    let root = Root::new();
    let recording = one(Exchange::stream(STREAM));
    fs::create_dir(root.path("empty")).unwrap();
    fs::write(root.path("file"), "").unwrap();
    std::os::unix::fs::symlink("nowhere", root.path("link")).unwrap();
    let told = ["empty", "file", "link"].map(|name| root.refusal(&recording, name, Existing::Refuse));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/empty: is there already; choose another name, or have it replaced
    [root]/file: is there already; choose another name, or have it replaced
    [root]/link: is there already; choose another name, or have it replaced
    "#);
    let told = ["file", "link"].map(|name| root.refusal(&recording, name, Existing::Replace));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/file: is not replaced, for it is not only a recording: it is no folder; move that away, or choose another name
    [root]/link: is not replaced, for it is not only a recording: it is no folder; move that away, or choose another name
    "#);
    write(&recording, &root.path("empty"), Existing::Replace).unwrap();
    insta::assert_snapshot!(root.all().join("\n"), @r#"
    empty/
    empty/01.response.sse
    empty/recording.toml
    file
    link
    "#);
}

#[test]
fn only_a_recording_is_replaced() {
    let root = Root::new();
    let recording = one(Exchange::stream(STREAM));
    for (folder, file) in
        [("a", "letter.txt"), ("b", ".git"), ("c", "01.response.sse.orig"), ("d", "1.response.sse")]
    {
        write(&recording, &root.path(folder), Existing::Refuse).unwrap();
        fs::write(root.path(folder).join(file), "dear").unwrap();
    }
    let before = root.all();
    let told = ["a", "b", "c", "d"].map(|name| root.refusal(&recording, name, Existing::Replace));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/a: is not replaced, for it is not only a recording: it holds letter.txt; move that away, or choose another name
    [root]/b: is not replaced, for it is not only a recording: it holds .git; move that away, or choose another name
    [root]/c: is not replaced, for it is not only a recording: it holds 01.response.sse.orig; move that away, or choose another name
    [root]/d: is not replaced, for it is not only a recording: it holds 1.response.sse; move that away, or choose another name
    "#);
    assert_eq!(root.all(), before);
}

#[test]
fn a_replacement_that_fails_leaves_the_old_one() {
    let root = Root::new();
    write(&one(Exchange::stream(STREAM)), &root.path("there"), Existing::Refuse).unwrap();
    let bad = one(Exchange { status: 100, ..Exchange::stream(STREAM) });
    let before = root.all();
    insta::assert_snapshot!(root.refusal(&bad, "there", Existing::Replace), @r#"not written, for loading would refuse it: [root]/there/recording.toml:7: status 100 is not that of a final response: expected 200 to 999"#);
    assert_eq!(root.all(), before);
    assert_eq!(fs::read(root.path("there/01.response.sse")).unwrap(), STREAM.as_bytes());
}

#[test]
fn a_recording_of_nothing_is_not_written() {
    let root = Root::new();
    let exchanges = || vec![Exchange::stream(STREAM)];
    let nothing = [
        Recording::of_exchanges("silent", Vec::new(), exchanges()),
        Recording::of_exchanges("unasked", vec![Turn::said("Hello")], Vec::new()),
    ];
    let told = nothing.map(|recording| root.refusal(&recording, "new/there", Existing::Refuse));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/new/there: not written, for there is no turn: the user says nothing
    [root]/new/there: not written, for there is no exchange: the upstream was not asked for anything
    "#);
    assert_eq!(root.all(), Vec::<String>::new());
}

#[test]
fn what_loading_would_refuse_is_not_written() {
    let root = Root::new();
    let header = |name: &str, value: &str| Exchange {
        headers: vec![(name.to_owned(), value.to_owned())],
        ..Exchange::stream(STREAM)
    };
    let delivery = |delivery| Exchange { delivery, ..Exchange::stream(STREAM) };
    let piece = |ms, end| Piece { at: Duration::from_millis(ms), end };
    let bad = [
        Exchange { status: 1000, ..Exchange::stream(STREAM) },
        header("x-codex-a b", "c"),
        header("location", "line\nbreak"),
        delivery(Delivery { headless: true, ..Delivery::default() }),
        delivery(Delivery { pieces: vec![piece(5, 4), piece(5, 4)], ..Delivery::default() }),
        delivery(Delivery { pieces: vec![piece(5, 400)], ..Delivery::default() }),
        delivery(Delivery { head_delay: Duration::MAX, ..Delivery::default() }),
        Exchange { body: vec![0; (64 << 20) + 1].into(), ..Exchange::stream("") },
    ];
    let told = bad.map(|exchange| root.refusal(&one(exchange), "new/there", Existing::Refuse));
    insta::assert_snapshot!(told.join("\n"), @r#"
    not written, for loading would refuse it: [root]/new/there/recording.toml:7: status 1000 is not that of a final response: expected 200 to 999
    not written, for loading would refuse it: [root]/new/there/recording.toml:8: "x-codex-a b" cannot be the name of a header field: expected letters, digits and hyphens
    not written, for loading would refuse it: [root]/new/there/recording.toml:8: header field "location" cannot have the value "line\nbreak": expected no line ends and no control characters
    not written, for loading would refuse it: [root]/new/there/recording.toml: exchange 1 has no whole head, so it cannot end as `complete`; say eof, reset or stalled
    not written, for loading would refuse it: [root]/new/there/01.response.timing:2: times and offsets must grow from line to line
    not written, for loading would refuse it: [root]/new/there/01.response.timing:1: offset 400 lies beyond the body, which has 59 bytes
    not written, for loading would refuse it: [root]/new/there/recording.toml:7: head_delay_ms is 18446744073709551615 ms, but at most 3600000 (an hour) are waited
    not written, for loading would refuse it: [root]/new/there/01.response.sse: has 67108865 bytes, but such a file may have 67108864 (64 MiB); make it smaller
    "#);
    let many = Recording::of_exchanges("many", vec![Turn::said("Hello"); 2], vec![Exchange::stream(STREAM)]);
    insta::assert_snapshot!(root.refusal(&many, "new/there", Existing::Refuse), @r#"not written, for loading would refuse it: [root]/new/there/recording.toml: 2 [[turn]] but 1 [[exchange]]: every turn makes at least one upstream request"#);
    assert_eq!(root.all(), Vec::<String>::new());
}

#[test]
fn what_the_system_refuses_leaves_nothing_behind() {
    let root = Root::new();
    let recording = one(Exchange::stream(STREAM));
    fs::write(root.path("file"), "").unwrap();
    // The long name is refused only when everything is written.
    let places = ["file/there".to_owned(), "file/new/there".to_owned(), format!("new/{}", "long".repeat(70))];
    let told = places.map(|place| root.refusal(&recording, &place, Existing::Refuse));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/file: cannot be written to: not a directory
    [root]/file/new: cannot be made: Not a directory (os error 20)
    [root]/new/longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong: cannot be put in place: File name too long (os error 36)
    "#);
    assert_eq!(root.all(), ["file"]);
}

#[test]
fn a_recording_is_written_only_where_it_is_found_again() {
    let root = Root::new();
    let recording = one(Exchange::stream(STREAM));
    let places = ["..", "new/.there", "missing/../there", "missing/../../there"];
    let told = places.map(|place| root.refusal(&recording, place, Existing::Replace));
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/..: is no place for a recording: a recording is a folder with a name
    [root]/new/.there: is no place for a recording: whoever looks for recordings passes by hidden names; choose one without the dot
    [root]/missing/../there: is no place for a recording: there is no folder [root]/missing
    [root]/missing/../../there: is no place for a recording: there is no folder [root]/missing
    "#);
    assert_eq!(root.all(), Vec::<String>::new());
    fs::create_dir(root.path("new")).unwrap();
    write(&recording, &root.path("new/../there"), Existing::Refuse).unwrap();
    assert_eq!(discover(&root.path("there")).unwrap().len(), 1);
}

#[test]
fn of_many_writers_one_wins() {
    let root = Root::new();
    let recording = one(Exchange::stream(STREAM));
    let folder = root.path("deep/there");
    let barrier = std::sync::Barrier::new(8);
    let won = std::thread::scope(|scope| {
        let writer = || {
            barrier.wait();
            write(&recording, &folder, Existing::Refuse).is_ok()
        };
        let writers: Vec<_> = (0..8).map(|_| scope.spawn(writer)).collect();
        writers.into_iter().map(|writer| usize::from(writer.join().unwrap())).sum::<usize>()
    });
    assert_eq!(won, 1);
    assert_eq!(
        root.all(),
        ["deep/", "deep/there/", "deep/there/01.response.sse", "deep/there/recording.toml"]
    );
}
