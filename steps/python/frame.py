"""The frame of steps/README.md: how it is built, read and checked."""

import struct
import zlib

MAGIC = b"MPRF"
HEADER = struct.Struct(">4sIII")
MAX_PAYLOAD = 16 * 1024 * 1024


class BadFrame(AssertionError):
    """What arrived is no frame."""


class Truncated(BadFrame):
    """The stream ended inside a frame."""

    def __init__(self, got, wanted):
        super().__init__(
            f"the frame was cut short after {got} of {wanted} bytes")
        self.got = got


class StreamEnded(BadFrame):
    """The stream ended between two frames."""

    def __init__(self):
        super().__init__("the stream ended")


class WrongChecksum(BadFrame):
    """The payload is not what the header promises."""


class Header:
    """The first 16 bytes."""

    def __init__(self, frame_id, size, checksum):
        self.frame_id = frame_id
        self.size = size
        self.checksum = checksum

    @classmethod
    def parse(cls, data):
        magic, frame_id, size, checksum = HEADER.unpack(data)
        if magic != MAGIC:
            raise BadFrame(f"a frame begins with {MAGIC!r}, not {magic!r}")
        if size > MAX_PAYLOAD:
            raise BadFrame(f"a frame of {size} bytes is too large")
        return cls(frame_id, size, checksum)


class Frame:
    """An id and a payload."""

    def __init__(self, frame_id, payload):
        self.frame_id = frame_id
        self.payload = payload

    @classmethod
    def generated(cls, frame_id, size):
        """The frame that every platform makes of this id and size."""
        cycle = bytes((frame_id * 31 + i) % 251 for i in range(251))
        return cls(frame_id, (cycle * (size // 251 + 1))[:size])

    @classmethod
    def checked(cls, header, payload):
        """The frame, if its checksum is right."""
        frame = cls(header.frame_id, payload)
        if frame.checksum != header.checksum:
            raise WrongChecksum(
                f"frame {header.frame_id}: the checksum is"
                f" {frame.checksum:08x}, the header says"
                f" {header.checksum:08x}")
        return frame

    @property
    def size(self):
        return len(self.payload)

    @property
    def checksum(self):
        start = zlib.crc32(struct.pack(">II", self.frame_id, self.size))
        return zlib.crc32(self.payload, start)

    def encode(self):
        return HEADER.pack(MAGIC, self.frame_id, self.size,
                           self.checksum) + self.payload
