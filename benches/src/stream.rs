//! A stream as real ones are: one long message in very many deltas.

use bytes::Bytes;
use std::fmt::Write;

/// One answer, as the bytes of its body and as what a reader of it gets.
#[derive(Debug)]
pub struct Stream {
    /// The body.
    pub body: Bytes,
    /// The data of each event.
    pub data: Vec<String>,
}

impl Stream {
    /// An answer of about so many bytes.
    pub fn of(bytes: usize) -> Stream {
        let mut stream = StreamInTheMaking::default();
        stream.event(
            "response.created",
            r#""response":{"id":"resp_tide","object":"response","status":"in_progress"}"#,
        );
        let item =
            r#"{"id":"msg_tide","type":"message","status":"in_progress","content":[],"role":"assistant"}"#;
        stream.event("response.output_item.added", &format!(r#""output_index":0,"item":{item}"#));
        let mut text = String::new();
        while stream.body.len() < bytes {
            let delta = format!(" wave {}", stream.data.len());
            let padding = &"Zq3vXw9LmB7tKd"[..stream.data.len() % 14];
            stream.event(
                "response.output_text.delta",
                &format!(
                    r#""item_id":"msg_tide","output_index":0,"content_index":0,"delta":"{delta}","logprobs":[],"obfuscation":"{padding}""#
                ),
            );
            text.push_str(&delta);
        }
        let item = format!(
            r#"{{"id":"msg_tide","type":"message","status":"completed","content":[{{"type":"output_text","annotations":[],"logprobs":[],"text":"{text}"}}],"role":"assistant"}}"#
        );
        stream.event("response.output_item.done", &format!(r#""output_index":0,"item":{item}"#));
        stream.event(
            "response.completed",
            r#""response":{"id":"resp_tide","object":"response","status":"completed"}"#,
        );
        Stream { body: stream.body.into(), data: stream.data }
    }

    /// The lines in which a client delegates the events back.
    pub fn delegated_lines(&self) -> Vec<String> {
        let line = |event: &String| {
            format!(
                r#"{{"method":"responsesApi/event","params":{{"callId":"6cb2e0f4-1a53-4c52-9e0d-2f6f5f5a8d11","event":{event}}}}}"#
            )
        };
        self.data.iter().map(line).collect()
    }
}

#[derive(Default)]
struct StreamInTheMaking {
    body: String,
    data: Vec<String>,
}

impl StreamInTheMaking {
    fn event(&mut self, kind: &str, members: &str) {
        let number = self.data.len();
        let data = format!(r#"{{"type":"{kind}","sequence_number":{number},{members}}}"#);
        write!(self.body, "event: {kind}\ndata: {data}\n\n").unwrap();
        self.data.push(data);
    }
}

/// A body in pieces of so many bytes; cheap, for they share it.
pub fn pieces(body: &Bytes, size: usize) -> Vec<Bytes> {
    (0..body.len()).step_by(size).map(|start| body.slice(start..body.len().min(start + size))).collect()
}
