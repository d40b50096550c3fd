//! Whose each line is: conversations, and the calls that are made for them.

use crate::acts::Memory;
use crate::line::{Kind, Line, Neighbour, Way};
use responses_parity::wire::{RequestId, methods};
use std::collections::BTreeMap;

/// Stands between what the user says and the name of the recording that has them say it.
pub(crate) const TAG: &str = " -- from the recording ";

/// A conversation, as the relay sees it.
#[derive(Default)]
pub(crate) struct Conversation {
    /// What is replayed in it; `None` until the user has said something, and for the harness's own probe.
    pub(crate) recording: Option<String>,
    pub(crate) memory: Memory,
}

/// Everything the relay knows of what it passes on.
#[derive(Default)]
pub(crate) struct Traffic {
    conversations: BTreeMap<String, Conversation>,
    /// What the harness asked, and on whose behalf.
    asked: BTreeMap<RequestId, (String, Option<String>)>,
    /// The call that a request asks for.
    called: BTreeMap<RequestId, String>,
    /// Whose a call is, and the request that asked for it.
    calls: BTreeMap<String, (String, RequestId)>,
    /// Those without an answer.
    open: Vec<String>,
    /// Who told the last `token_count`: the rate limits that follow it name nobody.
    last_count: Option<String>,
}

impl Traffic {
    /// Reads a line, and completes what it does not say itself.
    pub(crate) fn read(&mut self, way: Way, text: String) -> Line {
        let mut line = Line::read(way, text);
        match way {
            Way::ToServer => self.said_by_harness(&mut line),
            Way::ToHarness => self.said_by_server(&mut line),
        }
        if let Some((conversation, request)) = line.call.as_ref().and_then(|call| self.calls.get(call)) {
            line.conversation = Some(conversation.clone());
            line.request = Some(request.clone());
        }
        line.neighbour = self.neighbour(&line);
        line
    }

    /// The conversation a line is of, if it is one of a recording.
    pub(crate) fn conversation(&mut self, line: &Line) -> Option<&mut Conversation> {
        let conversation = self.conversations.get_mut(line.conversation.as_ref()?)?;
        conversation.recording.is_some().then_some(conversation)
    }

    /// What is replayed in the conversation of a neighbour.
    pub(crate) fn recording(&self, neighbour: &Neighbour) -> Option<String> {
        self.conversations.get(&neighbour.conversation)?.recording.clone()
    }

    fn said_by_harness(&mut self, line: &mut Line) {
        match &line.id {
            Some(id) if line.method.is_empty() => {
                if let Some(call) = self.called.remove(id) {
                    self.open.retain(|open| *open != call);
                    line.kind = Kind::CallAnswer;
                    line.call = Some(call);
                }
            }
            Some(id) => {
                self.asked.insert(id.clone(), (line.method.clone(), line.conversation.clone()));
            }
            None => {}
        }
        if line.method == methods::SEND_USER_MESSAGE
            && let Some(id) = &line.conversation
        {
            let recording = line.text.split(TAG).nth(1).and_then(|rest| rest.split('"').next());
            self.conversations.entry(id.clone()).or_default().recording = recording.map(str::to_owned);
        }
    }

    fn said_by_server(&mut self, line: &mut Line) {
        match (line.kind, &line.id, &line.call) {
            (Kind::Answer, Some(id), _) => {
                if let Some((method, conversation)) = self.asked.remove(id) {
                    (line.method, line.conversation) = (method, conversation);
                }
            }
            (Kind::Call, Some(id), Some(call)) => {
                self.called.insert(id.clone(), call.clone());
                let conversation = line.conversation.clone().unwrap_or_default();
                self.calls.insert(call.clone(), (conversation, id.clone()));
                self.open.push(call.clone());
            }
            (Kind::Cancel, _, Some(call)) => self.open.retain(|open| open != call),
            _ => {}
        }
        if line.method == methods::TOKEN_COUNT {
            self.last_count.clone_from(&line.conversation);
        } else if line.method == methods::RATE_LIMITS_UPDATED {
            line.conversation.clone_from(&self.last_count);
        }
    }

    fn neighbour(&self, line: &Line) -> Option<Neighbour> {
        let own = line.conversation.as_ref()?;
        let open = self.open.iter().filter_map(|call| Some((call, self.calls.get(call)?)));
        let mut neighbours = open.map(|(call, (conversation, _))| Neighbour {
            call: call.clone(),
            conversation: conversation.clone(),
        });
        neighbours.find(|other| other.conversation != *own && self.recording(other).is_some())
    }
}
