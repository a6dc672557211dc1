"""A ring of frames in shared memory; steps/README.md, "The ring", has the
rules, and steps/c/ring.h the same layout and the same limits.

Python has no atomic operations. It needs none here: nearly everything is read
and written under the lock semaphore, whose calls order memory. What is looked
at without it (does the other end wait?) is one number of the machine, which
ctypes stores in one piece; `written` and `taken` grow by such a store, after
all others, so that a process may be killed anywhere.
"""

import ctypes
import fcntl
import os
import time
from contextlib import contextmanager

from frame import HEADER, Frame, Header
from shared import Semaphore, SharedMemory

WRITER, READER = 0, 1
ROLES = ("writer", "reader")
GUARD_BYTE = 2
MAGIC = 0x4D505247
VERSION = 1
METADATA_BYTES = 1024


class RingHeader(ctypes.Structure):
    _fields_ = [
        ("magic", ctypes.c_uint32),
        ("version", ctypes.c_uint32),
        ("capacity", ctypes.c_uint32),
        ("metadata_room", ctypes.c_uint32),
        ("metadata_size", ctypes.c_uint32),
        ("closed", ctypes.c_uint32),
        ("holder", ctypes.c_uint32),
        ("last_id", ctypes.c_uint32),
        ("pid", ctypes.c_uint32 * 2),
        ("waits", ctypes.c_uint32 * 2),
        ("written", ctypes.c_uint64),
        ("taken", ctypes.c_uint64),
    ]


HEADER_BYTES = ctypes.sizeof(RingHeader)
FRAMES_AT = HEADER_BYTES + METADATA_BYTES
assert HEADER_BYTES == 64


class OtherDied(AssertionError):
    """Nothing to take or no room, and the other end died."""


class RingClosed(AssertionError):
    """Nothing to take, and nothing will come."""


class RingTaken(ValueError):
    """Another process is the ring's writer or reader."""


class RingTimeout(AssertionError):
    """Nothing came in time."""


class Ring:
    """One end of a ring; `create` and `attach` make it."""

    def __init__(self, memory, role, owned):
        self.takeovers = 0
        self._memory = memory
        self._role = role
        self._owned = owned
        self._holds = False
        self._semaphores = {}
        self.header = RingHeader.from_buffer(memory.map)

    @classmethod
    def create(cls, name, capacity):
        """Make the ring and become its reader."""
        if capacity < HEADER.size:
            raise ValueError(f"a ring has at least {HEADER.size} bytes,"
                             f" not {capacity}")
        ring = cls(SharedMemory(name, FRAMES_AT + capacity), READER, True)
        try:
            ring._open_semaphores(lock=1, data=0, space=0)
            ring.header.version = VERSION
            ring.header.capacity = capacity
            ring.header.metadata_room = METADATA_BYTES
            ring.header.magic = MAGIC
            ring._enter()
        except (OSError, ValueError):
            ring.close()
            raise
        return ring

    @classmethod
    def attach(cls, name, role):
        """A reader removes the names when it closes, as the one before it
        would."""
        memory = SharedMemory(name)
        if len(memory.map) < FRAMES_AT + HEADER.size:
            memory.close()
            raise ValueError(f"the ring {name} is too small")
        ring = cls(memory, role, False)
        try:
            ring._check_header()
            ring._open_semaphores(lock=None, data=None, space=None)
            ring._enter()
        except (OSError, ValueError):
            ring.close()
            raise
        ring._owned = role == READER
        if role == WRITER:
            ring.header.closed = 0
        return ring

    def close(self):
        """Let go, and remove the names that are owned."""
        if self._holds:
            self.unlock()
        if self.header.pid[self._role] == os.getpid():
            self.header.pid[self._role] = 0
        self.header = None
        for semaphore in self._semaphores.values():
            semaphore.close()
            if self._owned:
                semaphore.unlink()
        if self._owned:
            self._memory.unlink()
        self._memory.close()

    def _open_semaphores(self, **values):
        for name, value in values.items():
            self._semaphores[name] = Semaphore(f"{self._memory.name}.{name}",
                                               value)

    def _check_header(self):
        # A name for the header here would outlive close() in a traceback.
        if self.header.magic != MAGIC:
            raise ValueError("the magic of the ring is wrong")
        if self.header.version != VERSION:
            raise ValueError("the ring has another version")
        if (self.header.metadata_room != METADATA_BYTES or
                self.header.capacity != len(self._memory.map) - FRAMES_AT):
            raise ValueError(
                "the ring's sizes do not fit the shared memory")

    # Who lives: record locks, which the kernel drops at any death

    @contextmanager
    def _guard(self):
        """What is done inside, no other process does meanwhile."""
        fcntl.lockf(self._memory.fd, fcntl.LOCK_EX, 1, GUARD_BYTE)
        try:
            yield
        finally:
            fcntl.lockf(self._memory.fd, fcntl.LOCK_UN, 1, GUARD_BYTE)

    def _try_record(self, role):
        try:
            fcntl.lockf(self._memory.fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1,
                        role)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _other_died(self):
        """The other end attached, did not detach, and is no more. Under the
        guard: the look takes its record lock for a moment."""
        if not self.header.pid[self._other] or \
                not self._try_record(self._other):
            return False
        fcntl.lockf(self._memory.fd, fcntl.LOCK_UN, 1, self._other)
        return True

    @property
    def _other(self):
        return 1 - self._role

    def _enter(self):
        """Become the ring's only process in this role, and give back the lock
        if the one before died with it."""
        with self._guard():
            if not self._try_record(self._role):
                raise RingTaken(
                    f"the ring has a {ROLES[self._role]} already: process"
                    f" {self.header.pid[self._role]}")
            if self.header.holder == self._role + 1:
                self.takeovers += 1
                self.header.holder = 0
                self._semaphores["lock"].post()
            self.header.waits[self._role] = 0
            self.header.pid[self._role] = os.getpid()

    # The lock

    def lock(self, ctx):
        """Where the other end died with it, it is taken over."""
        if self._holds:
            raise ValueError("the process holds the lock of the ring already")
        while not self._semaphores["lock"].wait_slice(ctx):
            if self._take_over(ctx):
                return
        self._note_holder()

    def unlock(self):
        if not self._holds:
            raise ValueError("the process does not hold the lock of the ring")
        self._holds = False
        self.header.holder = 0
        self._semaphores["lock"].post()

    def _note_holder(self):
        self.header.holder = self._role + 1
        self._holds = True

    def _take_over(self, ctx):
        """With two processes, whoever is alive and waits for the lock knows
        that the dead one has it. True: the lock is here now."""
        with self._guard():
            if not self._other_died():
                return False
            was_held = not self._semaphores["lock"].try_wait()
            self._note_holder()
        if was_held:
            self.takeovers += 1
            ctx.log(f"the {ROLES[self._other]}, process"
                    f" {self.header.pid[self._other]}, died with the lock",
                    "warn")
        return True

    # Bytes

    @property
    def _used(self):
        return self.header.written - self.header.taken

    @property
    def left_before_end(self):
        capacity = self.header.capacity
        return capacity - self.header.written % capacity

    @property
    def other_waits(self):
        return self.header.waits[self._other] != 0

    def _copy_in(self, data):
        place = self.header.written % self.header.capacity
        first = self.header.capacity - place
        self._write(FRAMES_AT + place, data[:first])
        self._write(FRAMES_AT, data[first:])

    def _copy_out(self, count, size):
        place = count % self.header.capacity
        first = min(size, self.header.capacity - place)
        return (self._read(FRAMES_AT + place, first)
                + self._read(FRAMES_AT, size - first))

    def _write(self, at, data):
        self._memory.map[at:at + len(data)] = data

    def _read(self, at, size):
        return self._memory.map[at:at + size]

    # Waiting

    def _lock_when(self, ctx, size, timeout=None):
        """Take the lock once there is room for so many bytes (in the writer)
        or so many to take (in the reader). A signal may be of long ago, or be
        missing after a death: so it looks first, and again."""
        writes = self._role == WRITER
        signal = self._semaphores["space" if writes else "data"]
        end = None if timeout is None else time.monotonic() + timeout
        try:
            while not self._look(ctx, size):
                if end is not None and time.monotonic() >= end:
                    raise RingTimeout("nothing came in time")
                signal.wait_slice(ctx)
        finally:
            self.header.waits[self._role] = 0

    def _look(self, ctx, size):
        # Asked before the look: what is not there then will not come.
        with self._guard():
            died = self._other_died()
        self.lock(ctx)
        writes = self._role == WRITER
        free = self.header.capacity - self._used
        if (free if writes else self._used) >= size:
            return True
        closed = not writes and self.header.closed
        self.header.waits[self._role] = not closed
        self.unlock()
        if closed:
            raise RingClosed("the writer closed the ring")
        if died:
            raise OtherDied("the other end of the ring died")
        return False

    def _lock_with_room(self, ctx, size):
        if size > self.header.capacity:
            raise ValueError(f"{size} bytes are more than the ring's"
                             f" {self.header.capacity}")
        self._lock_when(ctx, size)

    # Frames

    def wait_room(self, ctx, size):
        """Wait until the room is there, and put nothing."""
        self._lock_with_room(ctx, size)
        self.unlock()

    def put(self, ctx, frame, flip=0):
        """Wait for room and put the frame, its last byte xor flip."""
        data = bytearray(frame.encode())
        data[-1] ^= flip
        self._lock_with_room(ctx, len(data))
        self._copy_in(data)
        self.header.last_id = frame.frame_id
        self.header.written += len(data)
        self.unlock()
        self._semaphores["data"].post()

    def put_part(self, ctx, frame, count):
        """Copy the first bytes to where the frame would stand, and KEEP the
        lock."""
        data = frame.encode()
        self._lock_with_room(ctx, len(data))
        self._copy_in(data[:count])

    def take(self, ctx, timeout=None):
        """Wait for a frame and take it."""
        self._lock_when(ctx, HEADER.size, timeout)
        try:
            taken = self.header.taken
            header = Header.parse(self._copy_out(taken, HEADER.size))
            size = HEADER.size + header.size
            if self._used > self.header.capacity:
                raise ValueError("the ring holds more than its capacity")
            if size > self._used:
                raise ValueError(
                    "the frame is longer than what is in the ring")
            payload = self._copy_out(taken + HEADER.size, header.size)
            self.header.taken = taken + size
        finally:
            self.unlock()
        self._semaphores["space"].post()
        return Frame.checked(header, payload)

    def finish_writing(self, ctx):
        """No more frames will come."""
        self.lock(ctx)
        self.header.closed = 1
        self.unlock()
        self._semaphores["data"].post()

    # Metadata

    def describe(self, ctx, data):
        if len(data) > METADATA_BYTES:
            raise ValueError(f"a ring has room for {METADATA_BYTES} bytes of"
                             f" metadata, not {len(data)}")
        self.lock(ctx)
        self.header.metadata_size = 0
        self._write(HEADER_BYTES, data)
        self.header.metadata_size = len(data)
        self.unlock()

    def description(self, ctx):
        self.lock(ctx)
        size = min(self.header.metadata_size, METADATA_BYTES)
        data = self._read(HEADER_BYTES, size)
        self.unlock()
        return data
