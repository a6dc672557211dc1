"""What the steps share: the frames that a process wrote and read."""

from frame import Frame
from mprun import expect_equal, fail


def next_id(ctx):
    return getattr(ctx.state, "next_id", 1)


def last_frame(ctx):
    frame = getattr(ctx.state, "last_frame", None)
    if frame is None:
        fail("the process has read no frame")
    return frame


def keep(ctx, verb, frame):
    """Remember the frame as the last that was read."""
    ctx.log(f"{verb} frame {frame.frame_id}, size {frame.size}", "debug")
    ctx.state.last_frame = frame
    ctx.export("lastFrame", frame.frame_id)
    return frame


def expect_generated(frame, size):
    expect_equal(frame.size, size, "the frame's size differs")
    wanted = Frame.generated(frame.frame_id, size)
    if frame.payload != wanted.payload:
        fail(f"the payload of frame {frame.frame_id} differs")


def ids_and_sizes(table):
    return [(int(row["id"]), int(row["size"])) for row in table.hashes]


def moved(frame):
    return {"frameId": frame.frame_id, "actualSize": frame.size}
