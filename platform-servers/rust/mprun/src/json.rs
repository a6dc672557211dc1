//! Messages as lines of strict JSON.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};
use serde_json::Value;

/// The message on one line, with its line feed. A text of Rust is always valid
/// Unicode; only U+0000, which C programs cannot take, becomes U+FFFD.
pub fn encode(message: &Value) -> Vec<u8> {
    let mut line = Vec::with_capacity(256);
    let mut serializer = Serializer::with_formatter(&mut line, WithoutNul);
    message
        .serialize(&mut serializer)
        .expect("a value becomes JSON in memory");
    line.push(b'\n');
    line
}

struct WithoutNul;

impl Formatter for WithoutNul {
    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => writer.write_all(b"\\\\"),
            CharEscape::Solidus => writer.write_all(b"/"),
            CharEscape::Backspace => writer.write_all(b"\\b"),
            CharEscape::FormFeed => writer.write_all(b"\\f"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Tab => writer.write_all(b"\\t"),
            CharEscape::AsciiControl(0) => writer.write_all("\u{fffd}".as_bytes()),
            CharEscape::AsciiControl(byte) => write!(writer, "\\u{byte:04x}"),
        }
    }
}

/// Whether the member is there and no `null`.
pub fn has(object: &Value, member: &str) -> bool {
    object.get(member).is_some_and(|value| !value.is_null())
}

/// The text of a member, if it is one.
pub fn text<'a>(object: &'a Value, member: &str) -> Option<&'a str> {
    object.get(member)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::encode;
    use serde_json::{json, Value};

    #[test]
    fn writes_one_line_without_nul() {
        let line = encode(&json!({"a\0": "b\0c\n\u{1}\u{2028}", "n": f64::NAN}));
        let text = std::str::from_utf8(&line).unwrap();
        assert_eq!(
            text,
            "{\"a\u{fffd}\":\"b\u{fffd}c\\n\\u0001\u{2028}\",\"n\":null}\n"
        );
        assert!(serde_json::from_slice::<Value>(&line).is_ok());
    }
}
