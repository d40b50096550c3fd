//! Text that arrives in pieces, and everywhere the whole of it is said again.

/// A kind of text that arrives in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextKind {
    /// The event with a piece, in `delta`.
    pub delta: &'static str,
    /// The event after the last piece.
    pub done: &'static str,
    /// The member of that event with the whole.
    pub whole: &'static str,
    /// The type of the part that the text is of, where it is of a part: `….part.done` repeats the whole too.
    pub part: Option<&'static str>,
    /// Where the finished item has it: a JSON pointer, with `#` for the part's index.
    pub in_item: &'static str,
}

const fn of(
    delta: &'static str,
    done: &'static str,
    whole: &'static str,
    part: Option<&'static str>,
    in_item: &'static str,
) -> TextKind {
    TextKind { delta, done, whole, part, in_item }
}

/// Every kind of text that arrives in pieces and is said again as a whole.
pub const TEXTS: &[TextKind] = &[
    of(
        "response.output_text.delta",
        "response.output_text.done",
        "text",
        Some("output_text"),
        "/content/#/text",
    ),
    of("response.refusal.delta", "response.refusal.done", "refusal", Some("refusal"), "/content/#/refusal"),
    of(
        "response.reasoning_text.delta",
        "response.reasoning_text.done",
        "text",
        Some("reasoning_text"),
        "/content/#/text",
    ),
    of(
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "text",
        Some("summary_text"),
        "/summary/#/text",
    ),
    of(
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "arguments",
        None,
        "/arguments",
    ),
    of(
        "response.custom_tool_call_input.delta",
        "response.custom_tool_call_input.done",
        "input",
        None,
        "/input",
    ),
    of(
        "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done",
        "arguments",
        None,
        "/arguments",
    ),
    of(
        "response.code_interpreter_call_code.delta",
        "response.code_interpreter_call_code.done",
        "code",
        None,
        "/code",
    ),
    of(
        "response.shell_call_command.delta",
        "response.shell_call_command.done",
        "command",
        None,
        "/action/commands/#",
    ),
    of(
        "response.apply_patch_call_operation_diff.delta",
        "response.apply_patch_call_operation_diff.done",
        "diff",
        None,
        "/operation/diff",
    ),
];

impl TextKind {
    /// The pointer to the text of a part.
    pub fn pointer(&self, index: u64) -> String {
        self.in_item.replace('#', &index.to_string())
    }

    /// The member of a part that holds the text.
    pub fn member_of_part(&self) -> &'static str {
        self.in_item.rsplit('/').next().unwrap_or_default()
    }
}
