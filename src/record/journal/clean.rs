//! What is recorded, without its secrets.

use crate::record::credentials::Credentials;
use crate::recording::{Exchange, Recording, Turn, scrub_knowing};
use crate::wire::Header;
use bytes::Bytes;

/// Takes secrets out of parts of a recording, as they are taken out of the whole before it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cleaner<'a> {
    /// Credentials that clients have sent, which may look like nothing.
    pub(super) credentials: Option<&'a Credentials>,
}

impl Cleaner<'_> {
    /// A body, or a part of one; as long as before.
    pub(super) fn body(&self, body: &[u8]) -> Vec<u8> {
        self.exchange(Exchange::stream(Bytes::copy_from_slice(body))).body.into()
    }

    pub(super) fn request(&self, request: &[u8]) -> Vec<u8> {
        let request = Some(Bytes::copy_from_slice(request));
        self.exchange(Exchange { request, ..Exchange::stream("") }).request.unwrap_or_default().into()
    }

    /// The header fields that a recording keeps.
    pub(super) fn headers(&self, headers: &[Header]) -> Vec<Header> {
        self.exchange(Exchange { headers: headers.to_vec(), ..Exchange::stream("") }).headers
    }

    pub(super) fn text(&self, text: &str) -> String {
        let mut recording = Recording::of_exchanges("", vec![Turn::said(text)], Vec::new());
        self.clean(&mut recording);
        recording.turns.swap_remove(0).user
    }

    fn exchange(&self, exchange: Exchange) -> Exchange {
        let mut recording = Recording::of_exchanges("", Vec::new(), vec![exchange]);
        self.clean(&mut recording);
        recording.exchanges.swap_remove(0)
    }

    fn clean(&self, recording: &mut Recording) {
        scrub_knowing(recording, self.credentials.into_iter().flat_map(Credentials::iter));
    }
}
