//! Where a client is known to do otherwise than a correct one.

use crate::class::Class;
use crate::client::Client;

/// What a client makes of a request instead.
#[derive(Debug)]
pub(crate) struct Deviation {
    client: Client,
    recording: &'static str,
    request: usize,
    /// After how many events it stops.
    pub(crate) events: usize,
    pub(crate) class: Class,
    pub(crate) why: &'static str,
}

const DEVIATIONS: [Deviation; 4] = [
    Deviation {
        client: Client::Node,
        recording: "framing/empty-events",
        request: 0,
        events: 0,
        class: Class::NotJson,
        why: "an event without data is read as one whose data is the empty string",
    },
    Deviation {
        client: Client::Python,
        recording: "framing/empty-events",
        request: 0,
        events: 0,
        class: Class::NotJson,
        why: "an event without data is read as one whose data is the empty string",
    },
    Deviation {
        client: Client::Python,
        recording: "framing/id-and-retry",
        request: 0,
        events: 0,
        class: Class::NotJson,
        why: "an event that has an id or a retry, and no data, is read as one whose data is the empty string",
    },
    Deviation {
        client: Client::Python,
        recording: "framing/invalid-utf8",
        request: 0,
        events: 3,
        class: Class::NotText,
        why: "bytes that are not UTF-8 are not replaced",
    },
];

pub(crate) fn deviation(client: Client, recording: &str, request: usize) -> Option<&'static Deviation> {
    let mut all = DEVIATIONS.iter();
    all.find(|known| (known.client, known.recording, known.request) == (client, recording, request))
}

/// Those of recordings that there are not.
pub(crate) fn deviations_of_nothing(client: Client, recordings: &[&str]) -> Vec<String> {
    let of_client = DEVIATIONS.iter().filter(|known| known.client == client);
    let missing = of_client.filter(|known| !recordings.contains(&known.recording));
    missing.map(|known| format!("{} deviates, and is no recording", known.recording)).collect()
}
