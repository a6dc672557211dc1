//! The two ends of the pipe to the runner.
//!
//! The protocol owns what were standard input and output. Both are taken away
//! from the rest of the program first of all: afterwards standard input is
//! empty, and what steps, libraries and child processes print goes to standard
//! error.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};

use serde_json::Value;

use crate::json;

pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;
const READ_BYTES: usize = 64 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the runner writes.
pub struct Input {
    file: File,
    bytes: Vec<u8>,
    /// How far the bytes were looked through without a line feed.
    seen: usize,
    /// In a line that is too long already.
    skipping: bool,
    first: bool,
}

/// Where answers go.
pub struct Output {
    file: File,
}

#[derive(Debug, PartialEq)]
pub enum Line {
    Text(Vec<u8>),
    TooLong,
}

/// Takes standard input and output away from the program.
pub fn take_standard_streams() -> io::Result<(Input, Output)> {
    io::stdout().flush()?;
    let input = Input::new(duplicate(0)?);
    let output = Output {
        file: duplicate(1)?,
    };
    let empty = File::open("/dev/null")?;
    replace(empty.as_raw_fd(), 0)?;
    replace(2, 1)?;
    Ok((input, output))
}

fn duplicate(fd: RawFd) -> io::Result<File> {
    // SAFETY: the new descriptor is ours alone.
    unsafe {
        match libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) {
            -1 => Err(io::Error::last_os_error()),
            new => Ok(File::from_raw_fd(new)),
        }
    }
}

fn replace(from: RawFd, to: RawFd) -> io::Result<()> {
    // SAFETY: both are numbers of descriptors; nobody owns the standard ones.
    match unsafe { libc::dup2(from, to) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

impl Input {
    pub fn new(file: File) -> Input {
        Input {
            file,
            bytes: Vec::new(),
            seen: 0,
            skipping: false,
            first: true,
        }
    }

    /// Reads what is there; false at the end.
    pub fn read(&mut self) -> io::Result<bool> {
        let length = self.bytes.len();
        self.bytes.resize(length + READ_BYTES, 0);
        let result = loop {
            match self.file.read(&mut self.bytes[length..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let got = *result.as_ref().unwrap_or(&0);
        self.bytes.truncate(length + got);
        result.map(|got| got > 0)
    }

    /// The next whole line without its end and the blanks around it; at the
    /// end of the input the last one needs no line feed.
    pub fn line(&mut self, at_end: bool) -> Option<Line> {
        loop {
            let Some(end) = self.find_end(at_end) else {
                if self.bytes.len() > MAX_MESSAGE_BYTES {
                    self.bytes.clear();
                    self.seen = 0;
                    if !std::mem::replace(&mut self.skipping, true) {
                        return Some(Line::TooLong);
                    }
                }
                return None;
            };
            let mut line: Vec<u8> = self.bytes.drain(..end).collect();
            self.seen = 0;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if std::mem::take(&mut self.first) && line.starts_with(BYTE_ORDER_MARK) {
                line.drain(..BYTE_ORDER_MARK.len());
            }
            let text = trim(&line);
            if text.len() > MAX_MESSAGE_BYTES {
                return Some(Line::TooLong);
            }
            if !text.is_empty() {
                return Some(Line::Text(text.to_vec()));
            }
        }
    }

    fn find_end(&mut self, at_end: bool) -> Option<usize> {
        let found = self.bytes[self.seen..]
            .iter()
            .position(|byte| *byte == b'\n');
        if let Some(index) = found {
            return Some(self.seen + index + 1);
        }
        self.seen = self.bytes.len();
        (at_end && self.seen > 0).then_some(self.seen)
    }
}

impl AsRawFd for Input {
    fn as_raw_fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

fn trim(line: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let start = line.iter().take_while(|byte| is_blank(byte)).count();
    let end = line[start..]
        .iter()
        .rev()
        .take_while(|byte| is_blank(byte))
        .count();
    &line[start..line.len() - end]
}

impl Output {
    /// Writes one message whole.
    pub fn write(&mut self, message: &Value) -> io::Result<()> {
        self.file.write_all(&json::encode(message))
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, Line, MAX_MESSAGE_BYTES};
    use std::io::Write;
    use std::os::fd::FromRawFd;

    /// All lines of what is written into a pipe.
    fn lines(parts: &[&[u8]]) -> Vec<Line> {
        let mut ends = [0; 2];
        // SAFETY: a pipe whose two ends each get one owner.
        let (reader, mut writer) = unsafe {
            assert_eq!(libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC), 0);
            (
                std::fs::File::from_raw_fd(ends[0]),
                std::fs::File::from_raw_fd(ends[1]),
            )
        };
        let mut input = Input::new(reader);
        let mut all = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for part in parts {
                    writer.write_all(part).unwrap();
                }
            });
            loop {
                let more = input.read().unwrap();
                while let Some(line) = input.line(!more) {
                    all.push(line);
                }
                if !more {
                    return;
                }
            }
        });
        all
    }

    fn text(text: &str) -> Line {
        Line::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn splits_lines_wherever_they_are_cut() {
        assert_eq!(
            lines(&[b"\xef\xbb\xbfa\r\n\n  \nb", b"c \n", b"d"]),
            [text("a"), text("bc"), text("d")]
        );
        assert_eq!(lines(&[]), []);
    }

    #[test]
    fn tells_of_a_line_that_is_too_long_and_reads_on() {
        let long = vec![b'x'; MAX_MESSAGE_BYTES + 1];
        assert_eq!(
            lines(&[b"a\n", &long, &long, b"\nb\n"]),
            [text("a"), Line::TooLong, text("b")]
        );
    }
}
