//! What the ring holds: frames and metadata.

use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use mprun::{fail, Context};

use crate::frame::{Frame, Header, HEADER_BYTES as FRAME_HEADER_BYTES};
use crate::ring::{Ring, Role, HEADER_BYTES, METADATA_BYTES};

const FRAMES_AT: usize = HEADER_BYTES + METADATA_BYTES;

/// What came of a wait.
#[derive(Debug, PartialEq)]
pub enum Waited<T> {
    Done(T),
    /// Nothing to take or no room, and the other end died.
    Dead,
    /// Nothing to take, and nothing will come.
    Closed,
    /// Nothing to take or no room in time.
    TimedOut,
    BadChecksum,
}

impl<T> Waited<T> {
    /// What was waited for, or what came instead as a failure.
    pub fn done(self) -> mprun::Result<T> {
        match self {
            Waited::Done(value) => Ok(value),
            Waited::Dead => Err(fail("the other end of the ring died")),
            Waited::Closed => Err(fail("the writer closed the ring")),
            Waited::TimedOut => Err(fail("nothing came in time")),
            Waited::BadChecksum => Err(fail("the checksum of the frame is wrong")),
        }
    }
}

impl Ring {
    fn written(&self) -> u64 {
        self.header().written.load(SeqCst)
    }

    fn taken(&self) -> u64 {
        self.header().taken.load(SeqCst)
    }

    fn used(&self) -> usize {
        self.written().wrapping_sub(self.taken()) as usize
    }

    fn place_of(&self, count: u64) -> usize {
        (count % self.capacity() as u64) as usize
    }

    /// Bytes from the place of the next frame to the end of the ring.
    pub fn left_before_end(&self) -> usize {
        self.capacity() - self.place_of(self.written())
    }

    fn copy_in(&self, at: u64, bytes: &[u8]) {
        let place = self.place_of(at);
        let first = bytes.len().min(self.capacity() - place);
        self.memory.write(FRAMES_AT + place, &bytes[..first]);
        self.memory.write(FRAMES_AT, &bytes[first..]);
    }

    fn copy_out(&self, at: u64, count: usize) -> Vec<u8> {
        let place = self.place_of(at);
        let first = count.min(self.capacity() - place);
        let mut bytes = self.memory.read(FRAMES_AT + place, first);
        bytes.extend(self.memory.read(FRAMES_AT, count - first));
        bytes
    }

    /// Looks under the lock for so many bytes, of room in the writer and of
    /// frames in the reader. When they are there the lock is kept.
    fn look(&mut self, ctx: &Context, bytes: usize) -> mprun::Result<Option<Waited<()>>> {
        self.lock(ctx)?;
        let there = match self.role {
            Role::Writer => self.used() + bytes <= self.capacity(),
            Role::Reader => self.used() >= bytes,
        };
        if there {
            return Ok(Some(Waited::Done(())));
        }
        let closed = self.role == Role::Reader && self.header().closed.load(SeqCst) != 0;
        self.header().waits[self.role as usize].store(u32::from(!closed), SeqCst);
        self.unlock();
        Ok(closed.then_some(Waited::Closed))
    }

    /// A signal may be of long ago, or be missing after a death: so it looks
    /// first, and again.
    fn wait_for(
        &mut self,
        ctx: &Context,
        bytes: usize,
        time: Option<Duration>,
    ) -> mprun::Result<Waited<()>> {
        let end = time.map(|time| Instant::now() + time);
        loop {
            // Asked before the look: what is not there then will not come.
            let died = self.other_died();
            if let Some(result) = self.look(ctx, bytes)? {
                return Ok(result);
            }
            if died {
                return Ok(Waited::Dead);
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                return Ok(Waited::TimedOut);
            }
            match self.role {
                Role::Writer => self.space.wait(ctx)?,
                Role::Reader => self.data.wait(ctx)?,
            };
        }
    }

    fn lock_when(
        &mut self,
        ctx: &Context,
        bytes: usize,
        time: Option<Duration>,
    ) -> mprun::Result<Waited<()>> {
        let result = self.wait_for(ctx, bytes, time);
        self.header().waits[self.role as usize].store(0, SeqCst);
        result
    }

    fn lock_with_room(&mut self, ctx: &Context, bytes: usize) -> mprun::Result<Waited<()>> {
        let capacity = self.capacity();
        if bytes > capacity {
            return Err(fail(format!(
                "{bytes} bytes are more than the ring's {capacity}"
            )));
        }
        self.lock_when(ctx, bytes, None)
    }

    /// Waits until the room is there, and puts nothing.
    pub fn wait_room(&mut self, ctx: &Context, bytes: usize) -> mprun::Result<Waited<()>> {
        let result = self.lock_with_room(ctx, bytes)?;
        self.unlock();
        Ok(result)
    }

    /// Waits for room and puts the bytes of a frame.
    pub fn put(&mut self, ctx: &Context, id: u32, bytes: &[u8]) -> mprun::Result {
        self.lock_with_room(ctx, bytes.len())?.done()?;
        let written = self.written();
        self.copy_in(written, bytes);
        self.header().last_id.store(id, SeqCst);
        self.header()
            .written
            .store(written + bytes.len() as u64, SeqCst);
        self.unlock();
        self.data.post();
        Ok(())
    }

    /// Copies the first bytes to where the frame would stand and keeps the
    /// lock.
    pub fn put_part(&mut self, ctx: &Context, frame: &Frame, count: usize) -> mprun::Result {
        let bytes = frame.encode();
        self.lock_with_room(ctx, bytes.len())?.done()?;
        self.copy_in(self.written(), &bytes[..count.min(bytes.len())]);
        Ok(())
    }

    /// Waits for a frame and takes it.
    pub fn take(&mut self, ctx: &Context, time: Option<Duration>) -> mprun::Result<Waited<Frame>> {
        match self.lock_when(ctx, FRAME_HEADER_BYTES, time)? {
            Waited::Done(()) => {}
            Waited::Dead => return Ok(Waited::Dead),
            Waited::Closed => return Ok(Waited::Closed),
            Waited::TimedOut => return Ok(Waited::TimedOut),
            Waited::BadChecksum => return Ok(Waited::BadChecksum),
        }
        let read = self.read_frame();
        if let Ok((_, frame)) = &read {
            let size = (FRAME_HEADER_BYTES + frame.size()) as u64;
            self.header().taken.store(self.taken() + size, SeqCst);
        }
        self.unlock();
        let (header, frame) = read.map_err(fail)?;
        self.space.post();
        if frame.checksum() == header.checksum {
            Ok(Waited::Done(frame))
        } else {
            Ok(Waited::BadChecksum)
        }
    }

    /// The frame at `taken`, under the lock.
    fn read_frame(&self) -> Result<(Header, Frame), String> {
        let at = self.taken();
        let header = Header::parse(&self.copy_out(at, FRAME_HEADER_BYTES))?;
        if self.used() > self.capacity() {
            return Err("the ring holds more than its capacity".to_owned());
        }
        if header.size > self.used() - FRAME_HEADER_BYTES {
            return Err("the frame is longer than what is in the ring".to_owned());
        }
        let frame = Frame {
            id: header.id,
            payload: self.copy_out(at + FRAME_HEADER_BYTES as u64, header.size),
        };
        Ok((header, frame))
    }

    /// No more frames will come.
    pub fn finish_writing(&mut self, ctx: &Context) -> mprun::Result {
        self.lock(ctx)?;
        self.header().closed.store(1, SeqCst);
        self.unlock();
        self.data.post();
        Ok(())
    }

    pub fn describe(&mut self, ctx: &Context, text: &str) -> mprun::Result {
        if text.len() > METADATA_BYTES {
            return Err(fail(format!(
                "a ring has room for {METADATA_BYTES} bytes of metadata, not {}",
                text.len()
            )));
        }
        self.lock(ctx)?;
        self.header().metadata_size.store(0, SeqCst);
        self.memory.write(HEADER_BYTES, text.as_bytes());
        self.header().metadata_size.store(text.len() as u32, SeqCst);
        self.unlock();
        Ok(())
    }

    pub fn description(&mut self, ctx: &Context) -> mprun::Result<String> {
        self.lock(ctx)?;
        let size = self.header().metadata_size.load(SeqCst) as usize;
        let bytes = self.memory.read(HEADER_BYTES, size.min(METADATA_BYTES));
        self.unlock();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
