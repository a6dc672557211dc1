//! The steps of the shared buffer.

use mprun::{expect_equal, fail, given, then, when, Context};

use crate::peer::{check_generated, frame_size, peer, tell, Peer};
use crate::shared::{ipc_name, SharedBuffer};

fn close(ctx: &Context) -> mprun::Result {
    let before = peer(ctx).buffer.take();
    before.map_or(Ok(()), SharedBuffer::close)
}

fn buffer(peer: &Peer) -> mprun::Result<&SharedBuffer> {
    let buffer = peer.buffer.as_ref();
    buffer.ok_or_else(|| fail("the process has opened no shared buffer"))
}

#[given("creates the shared buffer {string} of {int} bytes")]
fn creates_buffer(ctx: &Context, name: String, size: i64) -> mprun::Result {
    let (name, size) = (ipc_name(ctx, &name)?, frame_size(size)?);
    close(ctx)?;
    peer(ctx).buffer = Some(SharedBuffer::create(name, size)?);
    Ok(())
}

#[given("attaches to the shared buffer {string} of {int} bytes")]
fn attaches_to_buffer(ctx: &Context, name: String, size: i64) -> mprun::Result {
    let (name, size) = (ipc_name(ctx, &name)?, frame_size(size)?);
    close(ctx)?;
    let buffer = SharedBuffer::attach(name)?;
    expect_equal(buffer.size(), size, "the buffer has another size")?;
    peer(ctx).buffer = Some(buffer);
    Ok(())
}

#[when("puts a frame with size {int} into the shared buffer")]
fn puts_frame(ctx: &Context, size: i64) -> mprun::Result {
    let mut peer = peer(ctx);
    let frame = peer.next_frame(size)?;
    buffer(&peer)?.put(&frame)?;
    peer.wrote(ctx, "put", &frame);
    Ok(())
}

#[then("takes a frame with size {int} from the shared buffer")]
fn takes_frame(ctx: &Context, size: i64) -> mprun::Result {
    let frame = buffer(&peer(ctx))?.take(ctx)?;
    tell(ctx, "took", &frame);
    check_generated(&frame, size)
}
