"""The steps of features/ipc in Python; steps/README.md says what each does."""

import os
import socket
import zlib

from frame import Frame, StreamEnded, Truncated, WrongChecksum
from link import PipeLink, SocketLink
from mprun import expect_equal, fail, given, then, when
from peer import (expect_generated, ids_and_sizes, keep, last_frame, moved,
                  next_id)

# Opening

@given("creates the pipe {string}")
def creates_pipe(ctx, name):
    open_link(ctx, PipeLink.create, shared_path(ctx, name, "fifo"))


@given("opens the pipe {string} for writing")
def opens_pipe(ctx, name):
    open_link(ctx, PipeLink.open_for_writing, shared_path(ctx, name, "fifo"))


@given("listens at the socket {string}")
def listens_at_socket(ctx, name):
    path = shared_path(ctx, name, "sock")
    open_link(ctx, SocketLink.listen, socket.AF_UNIX, path, path)


@given("connects to the socket {string}")
def connects_to_socket(ctx, name):
    open_link(ctx, SocketLink.connect, socket.AF_UNIX,
              shared_path(ctx, name, "sock"))


@given("listens at the abstract socket {string}")
def listens_at_abstract_socket(ctx, name):
    open_link(ctx, SocketLink.listen, socket.AF_UNIX,
              abstract_address(ctx, name))


@given("connects to the abstract socket {string}")
def connects_to_abstract_socket(ctx, name):
    open_link(ctx, SocketLink.connect, socket.AF_UNIX,
              abstract_address(ctx, name))


@given("listens on a free TCP port")
def listens_on_tcp(ctx):
    link = open_link(ctx, SocketLink.listen, socket.AF_INET, ("127.0.0.1", 0))
    ctx.log(f"listening on port {link.port}")
    ctx.export("port", link.port)


@given("connects to the TCP port of the {string} process")
def connects_to_tcp(ctx, process):
    port = int(ctx.exports(process, "port"))
    ctx.log(f"connecting to port {port}")
    open_link(ctx, SocketLink.connect, socket.AF_INET, ("127.0.0.1", port))


# Writing

@when("writes frame with size {int}")
def writes_frame(ctx, size):
    return send(ctx, Frame.generated(next_id(ctx), size))


@when("writes these frames:")
def writes_frames(ctx, table):
    for frame_id, size in ids_and_sizes(table):
        send(ctx, Frame.generated(frame_id, size))


@when("writes a frame with the text:")
def writes_text(ctx, text):
    return send(ctx, Frame(next_id(ctx), text.encode("utf-8")))


@when("sends the first {int} bytes of a frame with size {int}")
def sends_part(ctx, count, size):
    data = Frame.generated(next_id(ctx), size).encode()
    link_of(ctx).write(ctx, data[:count])


@when("writes a damaged frame with size {int}")
def writes_damaged_frame(ctx, size):
    frame = Frame.generated(next_id(ctx), size)
    data = bytearray(frame.encode())
    data[-1] ^= 0xFF
    link_of(ctx).write(ctx, data)
    ctx.state.next_id = frame.frame_id + 1


@when("gives up with code {int} after {int} bytes of a frame with size {int}")
def gives_up(ctx, code, count, size):
    sends_part(ctx, count, size)
    os._exit(code)


@when("sends the last frame back")
def sends_back(ctx):
    frame = last_frame(ctx)
    link_of(ctx).write(ctx, frame.encode())
    return moved(frame)


@when("resumes after the last frame of the {string} process")
def resumes(ctx, process):
    ctx.state.next_id = int(ctx.exports(process, "lastFrame")) + 1
    ctx.log(f"the next frame is {ctx.state.next_id}")


# Reading

@then("reads one frame")
def reads_one_frame(ctx):
    return moved(receive(ctx))


@then("reads frame with size {int}")
def reads_frame(ctx, size):
    frame = receive(ctx)
    expect_generated(frame, size)
    return moved(frame)


@then("reads these frames:")
def reads_frames(ctx, table):
    for frame_id, size in ids_and_sizes(table):
        frame = receive(ctx)
        expect_equal(frame.frame_id, frame_id, "the frame's id differs")
        expect_generated(frame, size)


@then("reads a frame with the text:")
def reads_text(ctx, text):
    frame = receive(ctx)
    expect_equal(frame.payload.decode("utf-8", "replace"), str(text),
                 "the payload differs")
    return moved(frame)


@then("holds frame {int} with size {int}")
def holds_frame(ctx, frame_id, size):
    frame = last_frame(ctx)
    expect_equal(frame.frame_id, frame_id, "the frame's id differs")
    expect_generated(frame, size)


@then("reads the header of a frame with size {int}")
def reads_header(ctx, size):
    header = link_of(ctx).read_header(ctx)
    expect_equal(header.size, size, "the size in the header differs")


@then("finds the frame cut short")
def finds_frame_cut_short(ctx):
    return {"bytes": read_truncated(ctx)}


@then("finds the frame cut short after {int} bytes")
def finds_frame_cut_short_after(ctx, count):
    expect_equal(read_truncated(ctx), count,
                 "another number of bytes arrived")


@then("finds the checksum wrong")
def finds_checksum_wrong(ctx):
    try:
        frame = link_of(ctx).read_frame(ctx)
    except WrongChecksum as error:
        ctx.log(str(error))
    else:
        fail(f"the checksum of frame {frame.frame_id} is right")


@then("finds the end of the stream")
def finds_end(ctx):
    try:
        frame = link_of(ctx).read_frame(ctx)
    except StreamEnded:
        return
    fail(f"frame {frame.frame_id} came instead of the end of the stream")


# Checksums

@then("computes these checksums:")
def computes_checksums(ctx, table):
    for row in table.hashes:
        checksum = f"{zlib.crc32(row['text'].encode('utf-8')):08x}"
        expect_equal(checksum, row["checksum"],
                     f"the checksum of {row['text']!r} differs")


# Helpers

def shared_path(ctx, name, extension):
    return os.path.join(ctx.shared_dir, f"{name}.{extension}")


def abstract_address(ctx, name):
    return f"\0{ctx.ipc_prefix}-{name}"


def open_link(ctx, opener, *arguments):
    """Open a channel in place of the one that the process had."""
    if not hasattr(ctx.state, "link"):
        ctx.state.link = None
        ctx.defer(close_link, ctx.state)
    close_link(ctx.state)
    ctx.state.link = opener(*arguments)
    return ctx.state.link


def close_link(state):
    link, state.link = state.link, None
    if link is not None:
        link.close()


def link_of(ctx):
    link = getattr(ctx.state, "link", None)
    if link is None:
        fail("the process has opened no channel")
    return link


def send(ctx, frame):
    ctx.log(f"writing frame {frame.frame_id}, size {frame.size}", "debug")
    link_of(ctx).write(ctx, frame.encode())
    ctx.state.next_id = frame.frame_id + 1
    return moved(frame)


def receive(ctx):
    return keep(ctx, "read", link_of(ctx).read_frame(ctx))


def read_truncated(ctx):
    """How many bytes of a frame came before the stream ended in it."""
    try:
        frame = link_of(ctx).read_frame(ctx)
    except Truncated as error:
        ctx.log(str(error))
        return error.got
    fail(f"frame {frame.frame_id} is whole")
