//! The types of items, of their parts, and the response around them.

use super::shape::{Member, anything, flag, integer, list, number, object, text};

/// A type of item, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub struct ItemType {
    /// What stands in `type`.
    pub name: &'static str,
    /// The members that it has from its beginning.
    pub members: &'static [Member],
    /// The members that only a finished one has.
    pub at_the_end: &'static [Member],
}

const fn of(name: &'static str, members: &'static [Member]) -> ItemType {
    ItemType { name, members, at_the_end: &[] }
}

/// The type of item of that name, where it is a public one.
pub fn item_type(name: &str) -> Option<&'static ItemType> {
    ITEM_TYPES.iter().find(|item| item.name == name)
}

/// The type of part of that name, where it is a public one.
pub fn part_type(name: &str) -> Option<&'static ItemType> {
    PART_TYPES.iter().find(|part| part.name == name)
}

const ID: Member = text("id");
const STATUS: Member = text("status");
const CALL_ID: Member = text("call_id");
const NAME: Member = text("name");

/// Every type of item that a response can hold.
pub const ITEM_TYPES: &[ItemType] = &[
    of("message", &[ID, STATUS, text("role"), list("content"), text("phase").nullable()]),
    of(
        "reasoning",
        &[
            ID,
            list("summary"),
            list("content").nullable(),
            text("encrypted_content").nullable(),
            STATUS.nullable(),
        ],
    ),
    of("function_call", &[ID.optional(), STATUS.optional(), CALL_ID, NAME, text("arguments")]),
    of("function_call_output", &[ID, STATUS, CALL_ID, anything("output")]),
    of("custom_tool_call", &[ID.optional(), STATUS.optional(), CALL_ID, NAME, text("input")]),
    of("custom_tool_call_output", &[ID, STATUS, CALL_ID, anything("output")]),
    ItemType {
        name: "web_search_call",
        members: &[ID, STATUS],
        // Older streams have none at all.
        at_the_end: &[object("action").optional()],
    },
    of("file_search_call", &[ID, STATUS, list("queries"), list("results").nullable()]),
    of(
        "code_interpreter_call",
        &[ID, STATUS, text("container_id"), text("code").nullable(), list("outputs").nullable()],
    ),
    of("image_generation_call", &[ID, STATUS, text("result").nullable()]),
    of(
        "computer_call",
        &[
            ID,
            STATUS,
            CALL_ID,
            list("pending_safety_checks"),
            object("action").nullable(),
            list("actions").nullable(),
        ],
    ),
    of("computer_call_output", &[ID, STATUS, CALL_ID, object("output")]),
    of("local_shell_call", &[ID, STATUS, CALL_ID, object("action")]),
    of("local_shell_call_output", &[ID, text("output"), STATUS.nullable()]),
    of("shell_call", &[ID, STATUS, CALL_ID, object("action"), object("environment").nullable()]),
    of("shell_call_output", &[ID, STATUS, CALL_ID, list("output"), integer("max_output_length").nullable()]),
    of("apply_patch_call", &[ID, STATUS, CALL_ID, object("operation")]),
    of("apply_patch_call_output", &[ID, STATUS, CALL_ID, text("output").nullable()]),
    of("mcp_list_tools", &[ID, text("server_label"), list("tools"), anything("error").optional()]),
    of("mcp_approval_request", &[ID, text("server_label"), NAME, text("arguments")]),
    of(
        "mcp_approval_response",
        &[ID, text("approval_request_id"), flag("approve"), text("reason").nullable()],
    ),
    of(
        "mcp_call",
        &[
            ID,
            text("server_label"),
            NAME,
            text("arguments"),
            STATUS.nullable(),
            text("output").nullable(),
            anything("error").optional(),
            text("approval_request_id").nullable(),
        ],
    ),
    of("tool_search_call", &[ID, STATUS, text("execution"), anything("arguments"), CALL_ID.nullable()]),
    of("tool_search_output", &[ID, STATUS, text("execution"), list("tools"), CALL_ID.nullable()]),
    of("additional_tools", &[ID, text("role"), list("tools")]),
    of("program", &[ID, CALL_ID, text("code"), text("fingerprint")]),
    of("program_output", &[ID, STATUS, CALL_ID, text("result")]),
    of("compaction", &[ID, text("encrypted_content")]),
];

/// Every type of part that an item can hold.
pub const PART_TYPES: &[ItemType] = &[
    of("output_text", &[text("text"), list("annotations").optional(), list("logprobs").nullable()]),
    of("refusal", &[text("refusal")]),
    of("reasoning_text", &[text("text")]),
    of("summary_text", &[text("text")]),
];

/// The members of `response`. Only its name is required: what else real servers say there is the same in every stream,
/// and recordings made by hand leave it out.
pub const RESPONSE: &[Member] = &[
    text("id"),
    text("object").optional(),
    text("status").optional(),
    text("model").optional(),
    number("created_at").optional(),
    number("completed_at").nullable(),
    list("output").optional(),
    list("tools").optional(),
    object("error").nullable(),
    object("incomplete_details").nullable(),
    object("usage").nullable(),
];

/// The members of `response.usage`.
pub const USAGE: &[Member] = &[
    integer("input_tokens"),
    integer("output_tokens"),
    integer("total_tokens"),
    object("input_tokens_details").nullable(),
    object("output_tokens_details").nullable(),
];
