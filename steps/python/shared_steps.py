"""The steps of the shared buffer and of the ring; steps/README.md says what
each does."""

import shared
from frame import HEADER, Frame, Header, WrongChecksum
from mprun import expect_equal, fail, given, skip, then, when
from peer import (expect_generated, ids_and_sizes, keep, moved, next_id)
from ring import (READER, WRITER, OtherDied, Ring, RingClosed, RingTaken,
                  RingTimeout)
from shared import Semaphore, SharedMemory


# The shared buffer

class SharedBuffer:
    """One frame in shared memory, and a semaphore that tells of it."""

    def __init__(self, name, size, create):
        self._owned = create
        self._memory = SharedMemory(name, size if create else None)
        try:
            self._semaphore = Semaphore(name, 0 if create else None)
        except OSError:
            if create:
                self._memory.unlink()
            self._memory.close()
            raise

    def put(self, frame):
        data = frame.encode()
        if len(data) > len(self._memory.map):
            raise ValueError(f"a frame of {len(data)} bytes is larger than the"
                             f" buffer's {len(self._memory.map)}")
        self._memory.map[:len(data)] = data
        self._semaphore.post()

    def take(self, ctx):
        self._semaphore.wait(ctx)
        header = Header.parse(self._memory.map[:HEADER.size])
        end = HEADER.size + header.size
        if end > len(self._memory.map):
            fail("the frame is larger than the buffer")
        return Frame.checked(header, self._memory.map[HEADER.size:end])

    def close(self):
        self._semaphore.close()
        self._memory.close()
        if self._owned:
            self._semaphore.unlink()
            self._memory.unlink()


@given("creates the shared buffer {string} of {int} bytes")
def creates_buffer(ctx, name, size):
    open_shared(ctx, "buffer", SharedBuffer, ipc_name(ctx, name), size, True)


@given("attaches to the shared buffer {string} of {int} bytes")
def attaches_to_buffer(ctx, name, size):
    open_shared(ctx, "buffer", SharedBuffer, ipc_name(ctx, name), size, False)


@when("puts a frame with size {int} into the shared buffer")
def puts_into_buffer(ctx, size):
    frame = Frame.generated(next_id(ctx), size)
    opened(ctx, "buffer").put(frame)
    ctx.state.next_id = frame.frame_id + 1
    return moved(frame)


@then("takes a frame with size {int} from the shared buffer")
def takes_from_buffer(ctx, size):
    frame = opened(ctx, "buffer").take(ctx)
    expect_generated(frame, size)
    return moved(frame)


# The ring: opening and closing

@given("creates the ring {string} of {int} bytes")
def creates_ring(ctx, name, size):
    open_shared(ctx, "ring", Ring.create, ipc_name(ctx, name), size)


@given("attaches to the ring {string} for writing")
def attaches_for_writing(ctx, name):
    ring = open_shared(ctx, "ring", Ring.attach, ipc_name(ctx, name), WRITER)
    ctx.state.next_id = ring.header.last_id + 1
    ctx.log(f"the next frame is {ctx.state.next_id}")


@given("attaches to the ring {string} for reading")
def attaches_for_reading(ctx, name):
    open_shared(ctx, "ring", Ring.attach, ipc_name(ctx, name), READER)


@then("finds the ring {string} taken by a writer")
def finds_taken(ctx, name):
    try:
        open_shared(ctx, "ring", Ring.attach, ipc_name(ctx, name), WRITER)
    except RingTaken as error:
        ctx.log(str(error))
        return
    raise AssertionError("the ring had no writer, and has one now")


@when("closes the ring")
def closes_ring(ctx):
    ring_of(ctx).finish_writing(ctx)


# The ring: putting

@when("puts frame with size {int} into the ring")
def puts_frame(ctx, size):
    return put(ctx, Frame.generated(next_id(ctx), size))


@when("puts a damaged frame with size {int} into the ring")
def puts_damaged_frame(ctx, size):
    return put(ctx, Frame.generated(next_id(ctx), size), 0xFF)


@when("puts these frames into the ring:")
def puts_frames(ctx, table):
    for frame_id, size in ids_and_sizes(table):
        put(ctx, Frame.generated(frame_id, size))


@when("puts a frame with the text into the ring:")
def puts_text(ctx, text):
    return put(ctx, Frame(next_id(ctx), text.encode("utf-8")))


@when("copies the first {int} bytes of a frame with size {int} into the ring")
def copies_part(ctx, count, size):
    ring_of(ctx).put_part(ctx, Frame.generated(next_id(ctx), size), count)


@then("waits for room for {int} bytes until the reader is dead")
def waits_for_room(ctx, size):
    try:
        ring_of(ctx).wait_room(ctx, size)
    except OtherDied as error:
        ctx.log(str(error))
        return
    fail("the other end of the ring lives")


@then("has {int} bytes left before the end of the ring")
def has_left(ctx, count):
    expect_equal(ring_of(ctx).left_before_end, count,
                 "the next frame stands elsewhere")


# The ring: taking

@then("takes one frame from the ring")
def takes_one_frame(ctx):
    return moved(take(ctx))


@then("takes frame with size {int} from the ring")
def takes_frame(ctx, size):
    frame = take(ctx)
    expect_generated(frame, size)
    return moved(frame)


@then("takes these frames from the ring:")
def takes_frames(ctx, table):
    for frame_id, size in ids_and_sizes(table):
        frame = take(ctx)
        expect_equal(frame.frame_id, frame_id, "the frame's id differs")
        expect_generated(frame, size)


@then("takes a frame with the text from the ring:")
def takes_text(ctx, text):
    frame = take(ctx)
    expect_equal(frame.payload.decode("utf-8", "replace"), str(text),
                 "the payload differs")
    return moved(frame)


@then("finds no frame in the ring within {int} ms")
def finds_no_frame(ctx, timeout_ms):
    expect_no_frame(ctx, RingTimeout, timeout_ms / 1000)


@then("finds the ring closed")
def finds_closed(ctx):
    expect_no_frame(ctx, RingClosed)


@then("finds a wrong checksum in the ring")
def finds_checksum_wrong(ctx):
    expect_no_frame(ctx, WrongChecksum)


@then("waits for a frame until the writer is dead")
def waits_for_frame(ctx):
    expect_no_frame(ctx, OtherDied)


# The ring: metadata, the lock and the other end

@when("describes the ring by:")
def describes_ring(ctx, text):
    ring_of(ctx).describe(ctx, text.encode("utf-8"))


@then("reads the description of the ring:")
def reads_description(ctx, text):
    data = ring_of(ctx).description(ctx)
    expect_equal(data.decode("utf-8", "replace"), str(text),
                 "the description differs")


@when("takes hold of the ring")
def takes_hold(ctx):
    ring_of(ctx).lock(ctx)


@when("lets go of the ring")
def lets_go(ctx):
    ring_of(ctx).unlock()


@then("finds the other end of the ring waiting")
def finds_other_waiting(ctx):
    if not ring_of(ctx).other_waits:
        fail("the other end of the ring does not wait")


@then("has taken the lock of the ring over {int} time(s)")
def has_taken_over(ctx, count):
    expect_equal(ring_of(ctx).takeovers, count)


# Helpers

def ipc_name(ctx, name):
    if shared.missing() is not None:
        skip(shared.missing())
    return f"/{ctx.ipc_prefix}-{name}"


def open_shared(ctx, kind, opener, *arguments):
    """Open in place of what the process had of this kind."""
    if not hasattr(ctx.state, kind):
        setattr(ctx.state, kind, None)
        ctx.defer(close_shared, ctx.state, kind)
    close_shared(ctx.state, kind)
    setattr(ctx.state, kind, opener(*arguments))
    return getattr(ctx.state, kind)


def close_shared(state, kind):
    opened_before = getattr(state, kind)
    setattr(state, kind, None)
    if opened_before is not None:
        opened_before.close()


def opened(ctx, kind):
    found = getattr(ctx.state, kind, None)
    if found is None:
        fail(f"the process has opened no {kind}")
    return found


def ring_of(ctx):
    return opened(ctx, "ring")


def put(ctx, frame, flip=0):
    ctx.log(f"putting frame {frame.frame_id}, size {frame.size}", "debug")
    ring_of(ctx).put(ctx, frame, flip)
    ctx.state.next_id = frame.frame_id + 1
    return moved(frame)


def take(ctx):
    return keep(ctx, "took", ring_of(ctx).take(ctx))


def expect_no_frame(ctx, wanted, timeout=None):
    """Wait for a frame; it passes if this is raised instead."""
    try:
        frame = ring_of(ctx).take(ctx, timeout)
    except wanted as error:
        ctx.log(str(error))
        return
    fail(f"frame {frame.frame_id} came")
