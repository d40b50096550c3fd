//! A browser without a window, told what to do over the pipe of its DevTools protocol.
//!
//! <https://chromedevtools.github.io/devtools-protocol/>: JSON, a zero byte after each message, in on its descriptor 3 and
//! out on 4.

use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the browser may take for anything.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the browser is, and where its pipes are.
const SCRIPT: &str = r#"
mkfifo "$1/in" "$1/out" && : > "$1/made"
exec "${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \
    --hide-scrollbars --force-color-profile=srgb --user-data-dir="$1/profile" --remote-debugging-pipe about:blank \
    3<"$1/in" 4>"$1/out"
"#;

pub(crate) struct Browser {
    process: Child,
    _folder: TempDir,
    pipe: File,
    messages: Receiver<Value>,
    session: Option<String>,
    next: u64,
    /// What it told of without being asked.
    events: Vec<Value>,
}

impl Browser {
    pub(crate) fn start() -> Browser {
        let folder = tempfile::tempdir().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a browser is no app-server")]
        let mut process = Command::new("sh")
            .args(["-c", SCRIPT, "browser", folder.path().to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(&mut process, &folder.path().join("made"));
        let pipe = open(&mut process, OpenOptions::new().write(true), &folder.path().join("in"));
        let messages =
            read_all(open(&mut process, OpenOptions::new().read(true), &folder.path().join("out")));
        let mut browser =
            Browser { process, _folder: folder, pipe, messages, session: None, next: 0, events: Vec::new() };
        browser.attach();
        browser
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached =
            self.call("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}));
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Calls a method, and gives what it answers.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.pipe.write_all(format!("{message}\0").as_bytes()).unwrap();
        let started = Instant::now();
        loop {
            let left = DEADLINE.saturating_sub(started.elapsed());
            let message = self.messages.recv_timeout(left).unwrap_or_else(|error| {
                panic!("the browser did not answer {method} within {DEADLINE:?}: {error}")
            });
            if message["id"] == self.next {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            if message.get("method").is_some() {
                self.events.push(message);
            }
        }
    }

    /// Opens a page of this size, and waits until it is loaded.
    pub(crate) fn open(&mut self, file: &Path, fragment: &str, [width, height]: [u32; 2], scheme: &str) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", features);
        // Another fragment of the page that is open would not load it again.
        self.call("Page.navigate", json!({"url": "about:blank"}));
        self.until("location.href === 'about:blank'");
        self.call("Page.navigate", json!({"url": format!("file://{}#{fragment}", file.display())}));
        self.until("document.readyState === 'complete' && location.href.startsWith('file:')");
    }

    /// Evaluates an expression in the page.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", params);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true; frames of the page pass between two looks.
    pub(crate) fn until(&mut self, expression: &str) {
        let started = Instant::now();
        while self.evaluate(&format!("Boolean({expression})")) != json!(true) {
            assert!(started.elapsed() < DEADLINE, "never came true: {expression}");
            self.evaluate("new Promise((done) => setTimeout(done, 20))");
        }
    }

    /// Presses a key, as a person does.
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        self.call("Input.dispatchKeyEvent", json!({"type": "keyDown", "key": key, "text": text}));
        self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key}));
    }

    /// Types into what has the focus.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Clicks into the middle of the first element that a selector finds, which must be what is there.
    pub(crate) fn click(&mut self, selector: &str) {
        let selector = json!(selector);
        let place = self.evaluate(&format!(
            "(() => {{ const found = document.querySelector({selector}); found.scrollIntoView({{block: 'nearest'}}); \
             const box = found.getBoundingClientRect(); const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]; \
             return [x, y, found.contains(document.elementFromPoint(x, y))]; }})()"
        ));
        assert_eq!(place[2], json!(true), "something else stands before {selector}: {place}");
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse =
                json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", mouse);
        }
    }

    /// What went wrong in the page, and what it asked for beside itself.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // What was said before is here before the answer to this.
        self.evaluate("0");
        let is_bad = |event: &&Value| match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" | "Log.entryAdded" | "Runtime.consoleAPICalled" => true,
            "Network.requestWillBeSent" => {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                !url.starts_with("file:") && !url.starts_with("data:") && !url.starts_with("about:")
            }
            _ => false,
        };
        self.events.iter().filter(is_bad).map(ToString::to_string).collect()
    }

    /// A picture of the page, as PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        use base64::Engine;
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}));
        base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait_for(process: &mut Child, made: &Path) {
    let started = Instant::now();
    while !made.exists() {
        assert!(started.elapsed() < DEADLINE, "no pipes were made");
        still_there(process);
        std::thread::yield_now();
    }
}

/// Opening one end waits for the other; a browser that is missing never opens its own.
fn open(process: &mut Child, options: &OpenOptions, path: &Path) -> File {
    let (options, path) = (options.clone(), path.to_owned());
    let (opened, file) = channel();
    std::thread::spawn(move || opened.send(options.open(path).unwrap()));
    let started = Instant::now();
    loop {
        if let Ok(file) = file.recv_timeout(Duration::from_millis(50)) {
            return file;
        }
        still_there(process);
        assert!(started.elapsed() < DEADLINE, "the browser opened no pipe");
    }
}

fn still_there(process: &mut Child) {
    if let Some(status) = process.try_wait().unwrap() {
        let mut said = String::new();
        let stderr = process.stderr.take().unwrap();
        let _ = std::io::Read::read_to_string(&mut BufReader::new(stderr), &mut said);
        panic!("no browser ({status}); scripts/install-browser installs one: {said}");
    }
}

fn read_all(pipe: File) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for message in BufReader::new(pipe).split(0) {
            let Ok(message) = message else { break };
            let Ok(message) = serde_json::from_slice(&message) else { break };
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    receiver
}
