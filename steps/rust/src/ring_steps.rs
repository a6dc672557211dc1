//! The steps of the ring.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use mprun::{expect_equal, fail, given, then, when, Context, DataTable, DocString};

use crate::frame::Frame;
use crate::peer::{check_generated, check_text, frame_rows, frame_size, peer};
use crate::ring::{Refused, Ring, Role};
use crate::ring_frames::Waited;

// Opening and closing

/// The name of a ring, once the one before is closed.
fn fresh_name(ctx: &Context, name: &str) -> mprun::Result<String> {
    let name = format!("/{}-{name}", ctx.ipc_prefix()?);
    let before = peer(ctx).ring.take();
    before.map_or(Ok(()), Ring::close)?;
    Ok(name)
}

#[given("creates the ring {string} of {int} bytes")]
fn creates_ring(ctx: &Context, name: String, size: i64) -> mprun::Result {
    let size = frame_size(size)?;
    let name = fresh_name(ctx, &name)?;
    peer(ctx).ring = Some(Ring::create(&name, size)?);
    Ok(())
}

fn attach(ctx: &Context, name: &str, role: Role) -> mprun::Result {
    let name = fresh_name(ctx, name)?;
    let ring = Ring::attach(&name, role).map_err(|refused| match refused {
        Refused::Taken(pid) => role.taken(&name, pid),
        Refused::Failed(failure) => failure,
    })?;
    peer(ctx).ring = Some(ring);
    Ok(())
}

#[given("attaches to the ring {string} for writing")]
fn attaches_for_writing(ctx: &Context, name: String) -> mprun::Result {
    attach(ctx, &name, Role::Writer)?;
    let mut peer = peer(ctx);
    let last = peer.ring()?.header().last_id.load(SeqCst);
    peer.next_id = last.wrapping_add(1);
    ctx.log(format!("the next frame is {}", peer.next_id));
    Ok(())
}

#[given("attaches to the ring {string} for reading")]
fn attaches_for_reading(ctx: &Context, name: String) -> mprun::Result {
    attach(ctx, &name, Role::Reader)
}

#[then("finds the ring {string} taken by a writer")]
fn finds_taken(ctx: &Context, name: String) -> mprun::Result {
    let name = fresh_name(ctx, &name)?;
    match Ring::attach(&name, Role::Writer) {
        Err(Refused::Taken(pid)) => {
            ctx.log(format!("process {pid} is the writer"));
            Ok(())
        }
        Err(Refused::Failed(failure)) => Err(failure),
        Ok(ring) => {
            peer(ctx).ring = Some(ring);
            Err(fail("the ring had no writer, and has one now"))
        }
    }
}

#[when("closes the ring")]
fn closes_ring(ctx: &Context) -> mprun::Result {
    peer(ctx).ring()?.finish_writing(ctx)
}

// Putting

fn put(ctx: &Context, frame: &Frame, bytes: &[u8]) -> mprun::Result {
    let mut peer = peer(ctx);
    peer.ring()?.put(ctx, frame.id, bytes)?;
    peer.wrote(ctx, "put", frame);
    Ok(())
}

#[when("puts frame with size {int} into the ring")]
fn puts_frame(ctx: &Context, size: i64) -> mprun::Result {
    let frame = peer(ctx).next_frame(size)?;
    put(ctx, &frame, &frame.encode())
}

#[when("puts a damaged frame with size {int} into the ring")]
fn puts_damaged_frame(ctx: &Context, size: i64) -> mprun::Result {
    let frame = peer(ctx).next_frame(size)?;
    put(ctx, &frame, &frame.encode_damaged())
}

#[when("puts these frames into the ring:")]
fn puts_frames(ctx: &Context, table: DataTable) -> mprun::Result {
    for (id, size) in frame_rows(&table)? {
        let frame = Frame::generate(id, frame_size(size)?);
        put(ctx, &frame, &frame.encode())?;
    }
    Ok(())
}

#[when("puts a frame with the text into the ring:")]
fn puts_text(ctx: &Context, text: DocString) -> mprun::Result {
    let frame = Frame::of_text(peer(ctx).next_id, &text);
    put(ctx, &frame, &frame.encode())
}

#[when("copies the first {int} bytes of a frame with size {int} into the ring")]
fn copies_part(ctx: &Context, count: i64, size: i64) -> mprun::Result {
    let mut peer = peer(ctx);
    let frame = peer.next_frame(size)?;
    peer.ring()?.put_part(ctx, &frame, frame_size(count)?)
}

#[then("waits for room for {int} bytes until the reader is dead")]
fn waits_for_room(ctx: &Context, bytes: i64) -> mprun::Result {
    match peer(ctx).ring()?.wait_room(ctx, frame_size(bytes)?)? {
        Waited::Dead => Ok(()),
        Waited::Done(()) => Err(fail("there is room, and the reader of the ring lives")),
        other => other.done(),
    }
}

#[then("has {int} bytes left before the end of the ring")]
fn has_left(ctx: &Context, bytes: usize) -> mprun::Result {
    let left = peer(ctx).ring()?.left_before_end();
    expect_equal(left, bytes, "another number of bytes is left")
}

// Taking

/// Takes the next frame and remembers it.
fn take(ctx: &Context) -> mprun::Result<Frame> {
    let mut peer = peer(ctx);
    let frame = peer.ring()?.take(ctx, None)?.done()?;
    Ok(peer.keep(ctx, "took", frame)?.clone())
}

#[then("takes one frame from the ring")]
fn takes_one_frame(ctx: &Context) -> mprun::Result {
    take(ctx).map(drop)
}

#[then("takes frame with size {int} from the ring")]
fn takes_frame(ctx: &Context, size: i64) -> mprun::Result {
    check_generated(&take(ctx)?, size)
}

#[then("takes these frames from the ring:")]
fn takes_frames(ctx: &Context, table: DataTable) -> mprun::Result {
    for (id, size) in frame_rows(&table)? {
        let frame = take(ctx)?;
        expect_equal(frame.id, id, "the frame's id is wrong")?;
        check_generated(&frame, size)?;
    }
    Ok(())
}

#[then("takes a frame with the text from the ring:")]
fn takes_text(ctx: &Context, text: DocString) -> mprun::Result {
    check_text(&take(ctx)?, &text)
}

/// Waits for a frame; passes if this comes instead.
fn expect_no_frame(ctx: &Context, time: Option<Duration>, wanted: &Waited<Frame>) -> mprun::Result {
    match peer(ctx).ring()?.take(ctx, time)? {
        came if came == *wanted => Ok(()),
        Waited::Done(frame) => Err(fail(format!("frame {} came", frame.id))),
        other => other.done().map(drop),
    }
}

#[then("finds no frame in the ring within {int} ms")]
fn finds_no_frame(ctx: &Context, milliseconds: u64) -> mprun::Result {
    let time = Duration::from_millis(milliseconds);
    expect_no_frame(ctx, Some(time), &Waited::TimedOut)
}

#[then("finds the ring closed")]
fn finds_closed(ctx: &Context) -> mprun::Result {
    expect_no_frame(ctx, None, &Waited::Closed)
}

#[then("waits for a frame until the writer is dead")]
fn waits_for_frame(ctx: &Context) -> mprun::Result {
    expect_no_frame(ctx, None, &Waited::Dead)
}

#[then("finds a wrong checksum in the ring")]
fn finds_checksum_wrong(ctx: &Context) -> mprun::Result {
    expect_no_frame(ctx, None, &Waited::BadChecksum)
}

// Metadata, the lock and the other end

#[when("describes the ring by:")]
fn describes_ring(ctx: &Context, text: DocString) -> mprun::Result {
    peer(ctx).ring()?.describe(ctx, &text)
}

#[then("reads the description of the ring:")]
fn reads_description(ctx: &Context, text: DocString) -> mprun::Result {
    let got = peer(ctx).ring()?.description(ctx)?;
    expect_equal(got.as_str(), &*text, "the ring has another description")
}

#[when("takes hold of the ring")]
fn takes_hold(ctx: &Context) -> mprun::Result {
    peer(ctx).ring()?.lock(ctx)
}

#[when("lets go of the ring")]
fn lets_go(ctx: &Context) -> mprun::Result {
    let mut peer = peer(ctx);
    let ring = peer.ring()?;
    assert!(ring.holds, "the process does not hold the ring");
    ring.unlock();
    Ok(())
}

#[then("finds the other end of the ring waiting")]
fn finds_other_waiting(ctx: &Context) -> mprun::Result {
    if peer(ctx).ring()?.other_waits() {
        return Ok(());
    }
    Err(fail("the other end of the ring does not wait"))
}

#[then("has taken the lock of the ring over {int} time(s)")]
fn has_taken_over(ctx: &Context, times: u32) -> mprun::Result {
    let takeovers = peer(ctx).ring()?.takeovers;
    expect_equal(takeovers, times, "another number of locks was taken over")
}
