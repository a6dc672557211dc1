//! The channel of a process: a named pipe or a stream socket that carries
//! frames.
//!
//! Descriptors do not block; whatever waits, waits in the context, so that a
//! cancel ends it. A listener accepts at the first read that finds no
//! connection. At the end of a stream the connection and the unfinished frame
//! are dropped; the next read waits for the next connection (of a pipe: for
//! the next writer).

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpListener;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use mprun::{fail, Context};

use crate::frame::{Frame, Header, HEADER_BYTES};

const READ_BYTES: usize = 64 * 1024;

pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    fn accept(&self) -> io::Result<OwnedFd> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                Ok(stream.into())
            }
            Listener::Unix(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                Ok(stream.into())
            }
        }
    }

    fn wait(&self, ctx: &Context) -> mprun::Result {
        match self {
            Listener::Tcp(listener) => ctx.wait_readable(listener, None)?,
            Listener::Unix(listener) => ctx.wait_readable(listener, None)?,
        };
        Ok(())
    }
}

/// What a read found.
#[derive(Debug)]
pub enum Found {
    Frame(Frame),
    /// Before the first byte of a frame.
    End,
    CutShort {
        got: usize,
        wanted: usize,
    },
    BadChecksum {
        frame: Frame,
        said: u32,
    },
}

#[derive(Default)]
pub struct Channel {
    listener: Option<Listener>,
    stream: Option<File>,
    /// An edge-triggered watch: something happened to the pipe.
    watch: Option<OwnedFd>,
    /// To be removed at the end.
    path: Option<PathBuf>,
    /// Read and not yet taken.
    bytes: Vec<u8>,
    /// A writer of the pipe came since the last end.
    stirred: bool,
    /// Read ahead of its payload.
    header: Option<Header>,
    /// After a bad header nothing more can be read.
    broken: bool,
}

impl Channel {
    /// The reader's end of a pipe.
    pub fn create_pipe(path: PathBuf) -> mprun::Result<Channel> {
        let name = CString::new(path.as_os_str().as_bytes())?;
        // SAFETY: a text that ends in a zero byte.
        if unsafe { libc::mkfifo(name.as_ptr(), 0o600) } != 0 {
            return Err(cannot("create the pipe", &path, io::Error::last_os_error()));
        }
        let mut channel = Channel {
            path: Some(path.clone()),
            ..Channel::default()
        };
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(libc::O_NONBLOCK);
        let opened = options.open(&path).and_then(|pipe| {
            channel.watch = Some(watch(&pipe)?);
            channel.stream = Some(pipe);
            Ok(())
        });
        match opened {
            Ok(()) => Ok(channel),
            Err(error) => {
                channel.close()?;
                Err(cannot("open the pipe", &path, error))
            }
        }
    }

    /// The writer's end of a pipe.
    pub fn open_pipe(path: &Path) -> mprun::Result<Channel> {
        let mut options = OpenOptions::new();
        options.write(true).custom_flags(libc::O_NONBLOCK);
        match options.open(path) {
            Ok(pipe) => Ok(Channel::of_stream(pipe)),
            Err(error) if error.raw_os_error() == Some(libc::ENXIO) => Err(fail(format!(
                "cannot open the pipe {} for writing: nobody has it open for reading",
                path.display()
            ))),
            Err(error) => Err(cannot("open the pipe for writing", path, error)),
        }
    }

    /// That of a listener, and the path to remove at the end.
    pub fn of_listener(listener: Listener, path: Option<PathBuf>) -> Channel {
        Channel {
            listener: Some(listener),
            path,
            ..Channel::default()
        }
    }

    pub fn of_stream(stream: impl Into<OwnedFd>) -> Channel {
        Channel {
            stream: Some(File::from(stream.into())),
            ..Channel::default()
        }
    }

    /// Closes and removes; a closed channel is fine.
    pub fn close(&mut self) -> mprun::Result {
        let path = std::mem::take(self).path;
        match path.map(|path| (fs::remove_file(&path), path)) {
            Some((Err(error), path)) => Err(cannot("remove", &path, error)),
            _ => Ok(()),
        }
    }

    /// Accepts where there is no connection.
    fn stream(&mut self, ctx: &Context) -> mprun::Result<&mut File> {
        while self.stream.is_none() {
            let Some(listener) = &self.listener else {
                return Err(fail("the process has no open channel"));
            };
            match listener.accept() {
                Ok(stream) => self.stream = Some(File::from(stream)),
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => listener.wait(ctx)?,
                    ErrorKind::Interrupted | ErrorKind::ConnectionAborted => {}
                    _ => return Err(fail(format!("cannot accept: {error}"))),
                },
            }
        }
        Ok(self.stream.as_mut().expect("it is there now"))
    }

    /// Hands all bytes to the system.
    pub fn write(&mut self, ctx: &Context, mut bytes: &[u8]) -> mprun::Result {
        let stream = self.stream(ctx)?;
        while !bytes.is_empty() {
            match stream.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => {
                        ctx.wait_writable(stream, None)?;
                    }
                    ErrorKind::Interrupted => {}
                    ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                        return Err(fail("cannot write: the other end is gone"))
                    }
                    _ => return Err(fail(format!("cannot write: {error}"))),
                },
            }
        }
        Ok(())
    }

    /// The header of the next frame, whose payload the next read takes.
    pub fn read_header(&mut self, ctx: &Context) -> mprun::Result<Result<Header, Found>> {
        if self.broken {
            return Err(fail("nothing can be read after a bad header"));
        }
        if let Some(header) = self.header {
            return Ok(Ok(header));
        }
        if !self.fill(ctx, HEADER_BYTES)? {
            return Ok(Err(self.ended()));
        }
        let header = Header::parse(&self.bytes).map_err(|wrong| {
            self.broken = true;
            fail(wrong)
        })?;
        self.bytes.drain(..HEADER_BYTES);
        self.header = Some(header);
        Ok(Ok(header))
    }

    pub fn read(&mut self, ctx: &Context) -> mprun::Result<Found> {
        let header = match self.read_header(ctx)? {
            Ok(header) => header,
            Err(found) => return Ok(found),
        };
        if !self.fill(ctx, header.size)? {
            return Ok(self.ended());
        }
        self.header = None;
        let frame = Frame {
            id: header.id,
            payload: self.bytes.drain(..header.size).collect(),
        };
        if frame.checksum() == header.checksum {
            return Ok(Found::Frame(frame));
        }
        let said = header.checksum;
        Ok(Found::BadChecksum { frame, said })
    }

    /// Reads until there are so many bytes; false at the end of the stream.
    fn fill(&mut self, ctx: &Context, count: usize) -> mprun::Result<bool> {
        if self.bytes.len() < count {
            self.stream(ctx)?;
        }
        let mut part = vec![0; READ_BYTES];
        while self.bytes.len() < count {
            match self.stream(ctx)?.read(&mut part) {
                Ok(0) if self.watch.is_some() && !self.stirred => self.wait_readable(ctx)?,
                Ok(0) => return Ok(false),
                Ok(got) => {
                    self.stirred = true;
                    self.bytes.extend(&part[..got]);
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => self.wait_readable(ctx)?,
                    ErrorKind::ConnectionReset => return Ok(false),
                    ErrorKind::Interrupted => {}
                    _ => return Err(fail(format!("cannot read: {error}"))),
                },
            }
        }
        Ok(true)
    }

    /// Waits until a read may give more, or the end of a pipe that had a
    /// writer.
    fn wait_readable(&mut self, ctx: &Context) -> mprun::Result {
        let Some(watch) = &self.watch else {
            let stream = self.stream.as_ref().expect("there is a connection");
            ctx.wait_readable(stream, None)?;
            return Ok(());
        };
        ctx.wait_readable(watch, None)?;
        let mut event = libc::epoll_event { events: 0, u64: 0 };
        // SAFETY: room for one event, as the call is told.
        self.stirred |= unsafe { libc::epoll_wait(watch.as_raw_fd(), &mut event, 1, 0) } > 0;
        Ok(())
    }

    /// Forgets the connection and the unfinished frame; what it was.
    fn ended(&mut self) -> Found {
        let before = self.header.map_or(0, |_| HEADER_BYTES);
        let got = self.bytes.len() + before;
        let wanted = HEADER_BYTES + self.header.map_or(0, |header| header.size);
        if self.watch.is_none() {
            self.stream = None;
        }
        self.bytes.clear();
        self.stirred = false;
        self.header = None;
        match got {
            0 => Found::End,
            got => Found::CutShort { got, wanted },
        }
    }
}

fn cannot(what: &str, path: &Path, error: io::Error) -> mprun::Failure {
    fail(format!("cannot {what} {}: {error}", path.display()))
}

/// A pipe without writers is always at its end, and poll says so for ever; an
/// edge-triggered watch tells only when a writer did something.
fn watch(pipe: &File) -> io::Result<OwnedFd> {
    let mut event = libc::epoll_event {
        events: (libc::EPOLLIN | libc::EPOLLET) as u32,
        u64: 0,
    };
    // SAFETY: the new descriptor is ours alone, the event lives on.
    unsafe {
        let fd = libc::epoll_create1(libc::EPOLL_CLOEXEC);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        let watch = OwnedFd::from_raw_fd(fd);
        if libc::epoll_ctl(fd, libc::EPOLL_CTL_ADD, pipe.as_raw_fd(), &mut event) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(watch)
    }
}
