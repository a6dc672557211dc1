//! What a process of features/ipc remembers, and what its steps share.

use mprun::{expect_equal, fail, Context, DataTable, State};

use crate::channel::Channel;
use crate::frame::{Frame, MAX_BYTES};
use crate::ring::Ring;
use crate::shared::SharedBuffer;

pub struct Peer {
    /// The id of the frame that is written next.
    pub next_id: u32,
    pub channel: Channel,
    pub buffer: Option<SharedBuffer>,
    pub ring: Option<Ring>,
    /// The last frame that was read.
    pub last: Option<Frame>,
}

/// That of this process, which is closed at its end.
pub fn peer(ctx: &Context) -> State<Peer> {
    if let Ok(peer) = ctx.existing_state() {
        return peer;
    }
    ctx.set_state(Peer {
        next_id: 1,
        channel: Channel::default(),
        buffer: None,
        ring: None,
        last: None,
    });
    ctx.defer(|ctx| peer(ctx).ring.take().map_or(Ok(()), Ring::close));
    ctx.defer(|ctx| peer(ctx).buffer.take().map_or(Ok(()), SharedBuffer::close));
    ctx.defer(|ctx| peer(ctx).channel.close());
    ctx.existing_state().expect("it is there now")
}

impl Peer {
    /// The ring, if it is open.
    pub fn ring(&mut self) -> mprun::Result<&mut Ring> {
        self.ring
            .as_mut()
            .ok_or_else(|| fail("the process has opened no ring"))
    }

    pub fn last(&self) -> mprun::Result<&Frame> {
        self.last
            .as_ref()
            .ok_or_else(|| fail("the process has read no frame"))
    }

    /// The frame with the next id.
    pub fn next_frame(&self, size: i64) -> mprun::Result<Frame> {
        Ok(Frame::generate(self.next_id, frame_size(size)?))
    }

    /// Remembers a frame that was read.
    pub fn keep(&mut self, ctx: &Context, verb: &str, frame: Frame) -> mprun::Result<&Frame> {
        ctx.export("lastFrame", frame.id)?;
        tell(ctx, verb, &frame);
        Ok(self.last.insert(frame))
    }

    /// Goes on behind a frame that was written.
    pub fn wrote(&mut self, ctx: &Context, verb: &str, frame: &Frame) {
        self.next_id = frame.id.wrapping_add(1);
        tell(ctx, verb, frame);
    }
}

pub fn tell(ctx: &Context, verb: &str, frame: &Frame) {
    let (id, size) = (frame.id, frame.size());
    ctx.log_at(
        mprun::Level::Debug,
        format!("{verb} frame {id}, size {size}"),
    );
    ctx.data("frameId", id);
    ctx.data("actualSize", size);
}

pub fn frame_size(number: i64) -> mprun::Result<usize> {
    match usize::try_from(number) {
        Ok(size) if size <= MAX_BYTES => Ok(size),
        _ => Err(fail(format!(
            "a frame has 0 to {MAX_BYTES} bytes, not {number}"
        ))),
    }
}

/// The rows of a table with the header `id`, `size`.
pub fn frame_rows(table: &DataTable) -> mprun::Result<Vec<(u32, i64)>> {
    let mut rows = Vec::new();
    for row in table.hashes() {
        let cell = |name: &str| {
            let cell = row.get(name).copied();
            cell.ok_or_else(|| fail(format!("the table has no column '{name}'")))
        };
        rows.push((cell("id")?.parse()?, cell("size")?.parse()?));
    }
    Ok(rows)
}

/// The frame has this size and the payload that was generated for it.
pub fn check_generated(frame: &Frame, size: i64) -> mprun::Result {
    expect_equal(frame.size() as i64, size, "the frame's size is wrong")?;
    if frame.is_generated() {
        return Ok(());
    }
    Err(fail(format!("the payload of frame {} differs", frame.id)))
}

pub fn check_text(frame: &Frame, text: &str) -> mprun::Result {
    let got = String::from_utf8_lossy(&frame.payload);
    expect_equal(&*got, text, "the frame's text is wrong")
}

/// A number that a process has exported.
pub fn exported_number(ctx: &Context, process: &str, key: &str) -> mprun::Result<u32> {
    let text = ctx.exported(process, key)?;
    text.parse().map_err(|_| {
        fail(format!(
            "the '{process}' process exported no usable '{key}': {text}"
        ))
    })
}
