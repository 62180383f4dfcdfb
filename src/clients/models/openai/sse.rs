//! Cutting a body into frames; knows nothing of what they mean.
//!
//! Written here because model servers bend the event-stream format where decoders for browsers are strict: a
//! last event without its blank line counts, so does an `error: {…}` line that is no event at all, a body may be
//! plain JSON after all, and nothing may grow without bound.

use std::collections::VecDeque;

/// The most bytes a line or an event may have.
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// Where a frame's text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// The data of an event.
    Event,
    /// The data of an event named `error`, or an `error:` line of its own.
    Error,
    /// The whole body: it was JSON, no event stream.
    Body,
}

/// A piece of a body that can be understood by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where it came from.
    pub kind: FrameKind,
    /// Its text.
    pub data: String,
}

/// The size limit was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// Takes bytes as they come, gives frames.
#[derive(Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
    after_cr: bool,
    begun: bool,
    is_body: bool,
    event: String,
    data: Option<String>,
    ready: VecDeque<Frame>,
}

impl Decoder {
    /// Takes more bytes, cut anywhere; whether a line is complete with them.
    ///
    /// # Errors
    /// When a line or an event grows beyond [`MAX_EVENT_BYTES`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, TooLarge> {
        let mut rest = bytes;
        let mut lines = false;
        while let Some(first) = rest.first() {
            if std::mem::take(&mut self.after_cr) && *first == b'\n' {
                rest = rest.split_at(1).1;
                continue;
            }
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
            self.line.extend_from_slice(piece);
            self.check_size()?;
            rest = after;
            if let Some((ending, after)) = after.split_first() {
                self.after_cr = *ending == b'\r';
                self.end_line();
                lines = true;
                rest = after;
            }
        }
        self.check_size().map(|()| lines)
    }

    /// The next frame, if one is complete.
    pub fn pop(&mut self) -> Option<Frame> {
        self.ready.pop_front()
    }

    /// Says that nothing follows: what was begun becomes the last frame.
    pub fn close(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.dispatch();
    }

    fn check_size(&self) -> Result<(), TooLarge> {
        let size = self.line.len() + self.data.as_ref().map_or(0, String::len);
        if size > MAX_EVENT_BYTES { Err(TooLarge) } else { Ok(()) }
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let line = if self.begun { &text } else { text.strip_prefix('\u{feff}').unwrap_or(&text) };
        let leads = !self.begun && line.trim_start().starts_with(['{', '[']);
        // Blank lines may come before a JSON body, so they do not begin anything.
        self.begun |= !line.trim().is_empty();
        self.is_body |= leads;
        if self.is_body {
            self.add_data(line);
        } else if line.is_empty() {
            self.dispatch();
        } else {
            self.field(line);
        }
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => self.add_data(value),
            "event" => value.clone_into(&mut self.event),
            "error" => self.ready.push_back(Frame { kind: FrameKind::Error, data: value.to_owned() }),
            _ => {}
        }
    }

    fn add_data(&mut self, line: &str) {
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(line);
            }
            None => self.data = Some(line.to_owned()),
        }
    }

    fn dispatch(&mut self) {
        let event = std::mem::take(&mut self.event);
        let kind = match event.as_str() {
            _ if self.is_body => FrameKind::Body,
            "error" => FrameKind::Error,
            _ => FrameKind::Event,
        };
        if let Some(data) = self.data.take() {
            self.ready.push_back(Frame { kind, data });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pieces: &[&[u8]]) -> Vec<(FrameKind, String)> {
        let mut decoder = Decoder::default();
        for piece in pieces {
            decoder.push(piece).unwrap();
        }
        decoder.close();
        std::iter::from_fn(|| decoder.pop()).map(|frame| (frame.kind, frame.data)).collect()
    }

    fn event(data: &str) -> (FrameKind, String) {
        (FrameKind::Event, data.to_owned())
    }

    #[test]
    fn every_line_ending_is_understood_wherever_the_bytes_are_cut() {
        let unix = "\u{feff}: hello\n:\nid: 1\nretry\ndata: {\"a\":\"深\"}\n\ndata:x\ndata: y\n\nevent: error\ndata: z\n\n";
        for ending in ["\n", "\r\n", "\r"] {
            let text = unix.replace('\n', ending);
            for cut in 0..text.len() {
                let (left, right) = text.as_bytes().split_at(cut);
                let expected = [event("{\"a\":\"深\"}"), event("x\ny"), (FrameKind::Error, "z".to_owned())];
                assert_eq!(decode(&[left, right]), expected, "{ending:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn an_event_that_ends_in_carriage_returns_does_not_wait_for_more() {
        let mut decoder = Decoder::default();
        decoder.push(b"data: 1\r\r").unwrap();
        assert_eq!(decoder.pop().unwrap().data, "1");
    }

    #[test]
    fn the_last_event_needs_neither_a_blank_line_nor_a_line_ending() {
        assert_eq!(decode(&[b"data: 1\n\ndata: [DONE]"]), [event("1"), event("[DONE]")]);
        assert_eq!(decode(&[b"data: 1\n\ndata: [DONE]\n"]), [event("1"), event("[DONE]")]);
    }

    #[test]
    fn a_bare_error_line_is_a_frame_at_once() {
        let mut decoder = Decoder::default();
        decoder.push(b"data: 1\n\nerror: {\"code\":500}\n").unwrap();
        assert_eq!(decoder.pop().unwrap().kind, FrameKind::Event);
        assert_eq!(decoder.pop().unwrap(), Frame { kind: FrameKind::Error, data: "{\"code\":500}".into() });
    }

    #[test]
    fn a_body_of_json_is_one_frame_even_after_blank_lines() {
        let body = b"\n\r\n  \n{\n\n \"error\": 1\n}\n";
        assert_eq!(decode(&[body]), [(FrameKind::Body, "{\n\n \"error\": 1\n}".to_owned())]);
    }

    #[test]
    fn bytes_that_are_not_text_do_not_stop_the_stream() {
        assert_eq!(decode(&[b"data: \xff\n\ndata: 1\n\n"]), [event("\u{fffd}"), event("1")]);
    }

    #[test]
    fn lines_and_events_have_a_limit() {
        let piece = vec![b'x'; MAX_EVENT_BYTES / 2];
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(&piece), Ok(false));
        assert_eq!(decoder.push(&piece), Ok(false));
        assert_eq!(decoder.push(b"x"), Err(TooLarge));

        let mut decoder = Decoder::default();
        let lines = "data: 1234567890\n".repeat(MAX_EVENT_BYTES / 10);
        assert_eq!(decoder.push(lines.as_bytes()), Err(TooLarge));
    }
}
