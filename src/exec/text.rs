//! The model's text as it streams, from pieces and whole messages.

/// What was shown of the text so far.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// The pieces of the message that is not whole yet.
    message: String,
    /// Whether the last line that was shown has no end.
    in_line: bool,
}

impl Text {
    /// What to show of a piece.
    pub(super) fn piece(&mut self, piece: String) -> String {
        self.message.push_str(&piece);
        self.shown(piece)
    }

    /// What to show of a message that is whole now: what no piece has brought, and the end of its last line. `Err` where
    /// the pieces said something else; then too the line is to be ended.
    ///
    /// Pieces may run ahead: an item of several parts is streamed as one, and each part is told as a message of its own.
    pub(super) fn whole(&mut self, message: &str) -> Result<String, String> {
        let streamed = std::mem::take(&mut self.message);
        if let Some(ahead) = streamed.strip_prefix(message)
            && !message.is_empty()
            && !ahead.is_empty()
        {
            self.message = ahead.to_owned();
            return Ok(String::new());
        }
        match message.strip_prefix(streamed.as_str()) {
            Some(rest) => {
                let mut rest = self.shown(rest.to_owned());
                rest.push_str(self.line_end());
                Ok(rest)
            }
            None => Err(self.line_end().to_owned()),
        }
    }

    /// What to show where the message breaks off: the end of its line.
    pub(super) fn broken_off(&mut self) -> &'static str {
        self.message.clear();
        self.line_end()
    }

    fn shown(&mut self, text: String) -> String {
        if !text.is_empty() {
            self.in_line = !text.ends_with('\n');
        }
        text
    }

    fn line_end(&mut self) -> &'static str {
        if std::mem::take(&mut self.in_line) { "\n" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_not_said_again() {
        let mut text = Text::default();
        assert_eq!(text.piece("Hel".to_owned()), "Hel");
        assert_eq!(text.piece("lo".to_owned()), "lo");
        assert_eq!(text.whole("Hello"), Ok("\n".to_owned()));
        assert_eq!(text.whole("Next\n"), Ok("Next\n".to_owned()));
        assert_eq!(text.whole(""), Ok(String::new()));
        assert_eq!(text.piece("A".to_owned()), "A");
        assert_eq!(text.whole("A wave"), Ok(" wave\n".to_owned()));
    }

    #[test]
    fn pieces_run_ahead_of_the_parts_of_a_message() {
        let mut text = Text::default();
        assert_eq!(text.piece("One.Two.".to_owned()), "One.Two.");
        assert_eq!(text.whole("One."), Ok(String::new()));
        assert_eq!(text.whole("Two."), Ok("\n".to_owned()));
        assert_eq!(text.piece("Three".to_owned()), "Three");
        assert_eq!(text.whole(""), Err("\n".to_owned()));
    }

    #[test]
    fn what_breaks_off_ends_its_line_once() {
        let mut text = Text::default();
        text.piece("Hel".to_owned());
        assert_eq!(text.broken_off(), "\n");
        assert_eq!(text.broken_off(), "");
        text.piece("Other".to_owned());
        assert_eq!(text.whole("Hello"), Err("\n".to_owned()));
        assert_eq!(text.whole("Hello"), Ok("Hello\n".to_owned()));
    }
}
