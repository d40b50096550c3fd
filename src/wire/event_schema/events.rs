//! The types of events.

use super::shape::{Member, integer, list, object, text};

/// A type of event.
#[derive(Clone, Copy, Debug)]
pub struct EventType {
    /// What stands in `type`.
    pub name: &'static str,
    /// What it is about.
    pub place: Place,
    /// Its members beside those of its place, `type` and `sequence_number`.
    pub own: &'static [Member],
}

impl EventType {
    /// All its members but `type`.
    pub fn members(&self) -> impl Iterator<Item = &'static Member> {
        self.place.members().iter().chain(self.own).chain(OF_EVERY_EVENT)
    }
}

/// What an event is about, which decides the members that say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The stream itself.
    Stream,
    /// The response: `response`.
    Response,
    /// The beginning or the end of an item: `item`, `output_index`.
    Boundary,
    /// An item: `item_id`, `output_index`.
    Item,
    /// A part of an item's content: `content_index` beside those of an item.
    Content,
    /// A part of a reasoning summary: `summary_index` beside those of an item.
    Summary,
    /// A command of a shell call: `output_index`, `command_index`. These events do not name their item.
    Command,
    /// The output of a command: `command_index` beside those of an item.
    CommandOutput,
}

impl Place {
    fn members(self) -> &'static [Member] {
        match self {
            Place::Stream => &[],
            Place::Response => const { &[object("response")] },
            Place::Boundary => const { &[object("item"), integer("output_index")] },
            Place::Item => const { &[text("item_id"), integer("output_index")] },
            Place::Content => const { &[text("item_id"), integer("output_index"), integer("content_index")] },
            Place::Summary => const { &[text("item_id"), integer("output_index"), integer("summary_index")] },
            Place::Command => const { &[integer("output_index"), integer("command_index")] },
            Place::CommandOutput => {
                const { &[text("item_id"), integer("output_index"), integer("command_index")] }
            }
        }
    }

    /// The member that says which part of the item an event is about, where items of its kind have several.
    pub fn index(self) -> Option<&'static str> {
        match self {
            Place::Content => Some("content_index"),
            Place::Summary => Some("summary_index"),
            Place::Command | Place::CommandOutput => Some("command_index"),
            Place::Stream | Place::Response | Place::Boundary | Place::Item => None,
        }
    }
}

/// `sequence_number` came in 2025, and not every gateway sends it; `obfuscation` pads some events against listeners
/// that only see their length.
const OF_EVERY_EVENT: &[Member] = &[integer("sequence_number").optional(), text("obfuscation").optional()];

const DELTA: &[Member] = &[text("delta")];
const PART: &[Member] = &[object("part")];

const fn of(name: &'static str, place: Place, own: &'static [Member]) -> EventType {
    EventType { name, place, own }
}

/// The type of that name, where it is a public one.
pub fn event_type(name: &str) -> Option<&'static EventType> {
    EVENT_TYPES.iter().find(|event| event.name == name)
}

/// Every type of event that is public, by what it is about.
///
/// Three kinds are in no reference and yet are sent: `keepalive` by OpenAI in long silences, `apply_patch_call_…` by
/// OpenAI, `reasoning_part` by open models behind gateways.
pub const EVENT_TYPES: &[EventType] = &[
    of("response.created", Place::Response, &[]),
    of("response.queued", Place::Response, &[]),
    of("response.in_progress", Place::Response, &[]),
    of("response.completed", Place::Response, &[]),
    of("response.incomplete", Place::Response, &[]),
    of("response.failed", Place::Response, &[]),
    of("error", Place::Stream, &[text("message"), text("code").nullable(), text("param").nullable()]),
    of("keepalive", Place::Stream, &[]),
    of("response.output_item.added", Place::Boundary, &[]),
    of("response.output_item.done", Place::Boundary, &[]),
    of("response.content_part.added", Place::Content, PART),
    of("response.content_part.done", Place::Content, PART),
    of("response.output_text.delta", Place::Content, &[text("delta"), list("logprobs").optional()]),
    of("response.output_text.done", Place::Content, &[text("text"), list("logprobs").optional()]),
    of(
        "response.output_text.annotation.added",
        Place::Content,
        &[integer("annotation_index"), object("annotation").nullable()],
    ),
    of("response.refusal.delta", Place::Content, DELTA),
    of("response.refusal.done", Place::Content, &[text("refusal")]),
    of("response.reasoning_part.added", Place::Content, PART),
    of("response.reasoning_part.done", Place::Content, PART),
    of("response.reasoning_text.delta", Place::Content, DELTA),
    of("response.reasoning_text.done", Place::Content, &[text("text")]),
    of("response.reasoning_summary_part.added", Place::Summary, PART),
    of("response.reasoning_summary_part.done", Place::Summary, PART),
    of("response.reasoning_summary_text.delta", Place::Summary, DELTA),
    of("response.reasoning_summary_text.done", Place::Summary, &[text("text")]),
    of("response.function_call_arguments.delta", Place::Item, DELTA),
    of("response.function_call_arguments.done", Place::Item, &[text("arguments"), text("name").optional()]),
    of("response.custom_tool_call_input.delta", Place::Item, DELTA),
    of("response.custom_tool_call_input.done", Place::Item, &[text("input")]),
    of("response.web_search_call.in_progress", Place::Item, &[]),
    of("response.web_search_call.searching", Place::Item, &[]),
    of("response.web_search_call.completed", Place::Item, &[]),
    of("response.file_search_call.in_progress", Place::Item, &[]),
    of("response.file_search_call.searching", Place::Item, &[]),
    of("response.file_search_call.completed", Place::Item, &[]),
    of("response.code_interpreter_call.in_progress", Place::Item, &[]),
    of("response.code_interpreter_call.interpreting", Place::Item, &[]),
    of("response.code_interpreter_call.completed", Place::Item, &[]),
    of("response.code_interpreter_call_code.delta", Place::Item, DELTA),
    of("response.code_interpreter_call_code.done", Place::Item, &[text("code")]),
    of("response.image_generation_call.in_progress", Place::Item, &[]),
    of("response.image_generation_call.generating", Place::Item, &[]),
    of(
        "response.image_generation_call.partial_image",
        Place::Item,
        &[integer("partial_image_index"), text("partial_image_b64")],
    ),
    of("response.image_generation_call.completed", Place::Item, &[]),
    of("response.mcp_list_tools.in_progress", Place::Item, &[]),
    of("response.mcp_list_tools.completed", Place::Item, &[]),
    of("response.mcp_list_tools.failed", Place::Item, &[]),
    of("response.mcp_call.in_progress", Place::Item, &[]),
    of("response.mcp_call.completed", Place::Item, &[]),
    of("response.mcp_call.failed", Place::Item, &[]),
    of("response.mcp_call_arguments.delta", Place::Item, DELTA),
    of("response.mcp_call_arguments.done", Place::Item, &[text("arguments")]),
    of("response.shell_call_command.added", Place::Command, &[text("command")]),
    of("response.shell_call_command.delta", Place::Command, DELTA),
    of("response.shell_call_command.done", Place::Command, &[text("command")]),
    of("response.shell_call_output_content.delta", Place::CommandOutput, &[object("delta")]),
    of("response.shell_call_output_content.done", Place::CommandOutput, &[list("output")]),
    of("response.apply_patch_call_operation_diff.delta", Place::Item, DELTA),
    of("response.apply_patch_call_operation_diff.done", Place::Item, &[text("diff")]),
    of("response.compaction.compacting", Place::Item, &[]),
    of("response.audio.delta", Place::Stream, DELTA),
    of("response.audio.done", Place::Stream, &[]),
    of("response.audio.transcript.delta", Place::Stream, DELTA),
    of("response.audio.transcript.done", Place::Stream, &[]),
];
