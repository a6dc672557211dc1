//! The steps that write and read frames through the channel.

use mprun::{expect_equal, fail, then, when, Context, DataTable, DocString};

use crate::channel::Found;
use crate::frame::{crc32, Frame};
use crate::peer::{
    check_generated, check_text, exported_number, frame_rows, frame_size, peer, tell,
};

// Writing

fn write(ctx: &Context, frame: &Frame) -> mprun::Result {
    let mut peer = peer(ctx);
    peer.channel.write(ctx, &frame.encode())?;
    peer.wrote(ctx, "wrote", frame);
    Ok(())
}

#[when("writes frame with size {int}")]
fn writes_frame(ctx: &Context, size: i64) -> mprun::Result {
    let frame = peer(ctx).next_frame(size)?;
    write(ctx, &frame)
}

#[when("writes these frames:")]
fn writes_frames(ctx: &Context, table: DataTable) -> mprun::Result {
    for (id, size) in frame_rows(&table)? {
        write(ctx, &Frame::generate(id, frame_size(size)?))?;
    }
    Ok(())
}

#[when("writes a frame with the text:")]
fn writes_text(ctx: &Context, text: DocString) -> mprun::Result {
    let frame = Frame::of_text(peer(ctx).next_id, &text);
    write(ctx, &frame)
}

#[when("sends the first {int} bytes of a frame with size {int}")]
fn sends_part(ctx: &Context, count: i64, size: i64) -> mprun::Result {
    let mut peer = peer(ctx);
    let mut bytes = peer.next_frame(size)?.encode();
    bytes.truncate(frame_size(count)?);
    peer.channel.write(ctx, &bytes)
}

#[when("gives up with code {int} after {int} bytes of a frame with size {int}")]
fn gives_up(ctx: &Context, code: i32, count: i64, size: i64) -> mprun::Result {
    sends_part(ctx, count, size)?;
    // SAFETY: it does not come back, and runs nothing.
    unsafe { libc::_exit(code) }
}

#[when("writes a damaged frame with size {int}")]
fn writes_damaged_frame(ctx: &Context, size: i64) -> mprun::Result {
    let mut peer = peer(ctx);
    let frame = peer.next_frame(size)?;
    peer.channel.write(ctx, &frame.encode_damaged())?;
    peer.wrote(ctx, "damaged", &frame);
    Ok(())
}

#[when("sends the last frame back")]
fn sends_back(ctx: &Context) -> mprun::Result {
    let mut peer = peer(ctx);
    let frame = peer.last()?.clone();
    peer.channel.write(ctx, &frame.encode())?;
    tell(ctx, "sent back", &frame);
    Ok(())
}

#[when("resumes after the last frame of the {string} process")]
fn resumes(ctx: &Context, process: String) -> mprun::Result {
    let last = exported_number(ctx, &process, "lastFrame")?;
    peer(ctx).next_id = last.checked_add(1).ok_or_else(|| fail("no id is left"))?;
    ctx.log(format!("the next frame is {}", last + 1));
    Ok(())
}

// Reading

fn read(ctx: &Context) -> mprun::Result<Found> {
    peer(ctx).channel.read(ctx)
}

/// The failure that says what came.
fn came(found: &Found) -> mprun::Failure {
    match found {
        Found::Frame(frame) => fail(format!("frame {} is whole", frame.id)),
        Found::End => fail("the stream ended"),
        Found::CutShort { got, wanted } => fail(format!(
            "the frame was cut short after {got} of {wanted} bytes"
        )),
        Found::BadChecksum { frame, said } => fail(format!(
            "the checksum of frame {} is wrong: it is {:08x}, the header says {said:08x}",
            frame.id,
            frame.checksum()
        )),
    }
}

/// Reads the next frame and remembers it.
fn receive(ctx: &Context) -> mprun::Result<Frame> {
    match read(ctx)? {
        Found::Frame(frame) => Ok(peer(ctx).keep(ctx, "read", frame)?.clone()),
        other => Err(came(&other)),
    }
}

#[then("reads one frame")]
fn reads_one_frame(ctx: &Context) -> mprun::Result {
    receive(ctx).map(drop)
}

#[then("reads frame with size {int}")]
fn reads_frame(ctx: &Context, size: i64) -> mprun::Result {
    check_generated(&receive(ctx)?, size)
}

#[then("reads these frames:")]
fn reads_frames(ctx: &Context, table: DataTable) -> mprun::Result {
    for (id, size) in frame_rows(&table)? {
        let frame = receive(ctx)?;
        expect_equal(frame.id, id, "the frame's id is wrong")?;
        check_generated(&frame, size)?;
    }
    Ok(())
}

#[then("reads a frame with the text:")]
fn reads_text(ctx: &Context, text: DocString) -> mprun::Result {
    check_text(&receive(ctx)?, &text)
}

#[then("holds frame {int} with size {int}")]
fn holds_frame(ctx: &Context, id: u32, size: i64) -> mprun::Result {
    let peer = peer(ctx);
    let frame = peer.last()?;
    expect_equal(frame.id, id, "the frame's id is wrong")?;
    check_generated(frame, size)
}

#[then("reads the header of a frame with size {int}")]
fn reads_header(ctx: &Context, size: i64) -> mprun::Result {
    match peer(ctx).channel.read_header(ctx)? {
        Ok(header) => expect_equal(header.size as i64, size, "the frame's size is wrong"),
        Err(found) => Err(came(&found)),
    }
}

/// How many bytes of a frame came before its stream ended.
fn read_cut_short(ctx: &Context) -> mprun::Result<usize> {
    match read(ctx)? {
        Found::CutShort { got, wanted } => {
            ctx.log(format!(
                "the frame was cut short after {got} of {wanted} bytes"
            ));
            ctx.data("bytes", got);
            Ok(got)
        }
        other => Err(came(&other)),
    }
}

#[then("finds the frame cut short")]
fn finds_cut_short(ctx: &Context) -> mprun::Result {
    read_cut_short(ctx).map(drop)
}

#[then("finds the frame cut short after {int} bytes")]
fn finds_cut_short_after(ctx: &Context, bytes: usize) -> mprun::Result {
    expect_equal(read_cut_short(ctx)?, bytes, "another number of bytes came")
}

#[then("finds the checksum wrong")]
fn finds_checksum_wrong(ctx: &Context) -> mprun::Result {
    match read(ctx)? {
        Found::BadChecksum { .. } => Ok(()),
        Found::Frame(frame) => Err(fail(format!("the checksum of frame {} is right", frame.id))),
        other => Err(came(&other)),
    }
}

#[then("finds the end of the stream")]
fn finds_end(ctx: &Context) -> mprun::Result {
    match read(ctx)? {
        Found::End => Ok(()),
        Found::Frame(frame) => Err(fail(format!(
            "frame {} came instead of the end of the stream",
            frame.id
        ))),
        other => Err(came(&other)),
    }
}

#[then("computes these checksums:")]
fn computes_checksums(table: DataTable) -> mprun::Result {
    for row in table.hashes() {
        let text = row.get("text").copied().unwrap_or_default();
        let wanted = row.get("checksum").copied().unwrap_or_default();
        let got = format!("{:08x}", crc32(0, text.as_bytes()));
        expect_equal(
            got.as_str(),
            wanted,
            format!("the checksum of '{text}' is wrong"),
        )?;
    }
    Ok(())
}
