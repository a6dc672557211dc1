"""The two ends of a channel: a named pipe or a stream socket.

Every descriptor is non-blocking; what has to wait waits in the context's
wait_readable and wait_writable, which a cancel ends.
"""

import os
import socket

from frame import HEADER, Frame, Header, StreamEnded, Truncated

CHUNK_BYTES = 65536


class Link:
    """Frames over one descriptor; subclasses know where it comes from."""

    def __init__(self):
        self._buffer = bytearray()
        self._header = None

    def descriptor(self, ctx):
        """The descriptor to read or write, once there is one."""
        raise NotImplementedError

    def drop(self):
        """The stream has ended: forget its connection."""

    def close(self):
        """Give everything back."""

    # Writing

    def write(self, ctx, data):
        fd = self.descriptor(ctx)
        view = memoryview(data)
        while view:
            ctx.wait_writable(fd)
            try:
                view = view[os.write(fd, view):]
            except BlockingIOError:
                continue

    # Reading

    def read_header(self, ctx):
        """The header of the next frame; its payload is read later."""
        if self._header is None:
            data = self._take(ctx, HEADER.size, 0, HEADER.size)
            self._header = Header.parse(data)
        return self._header

    def read_frame(self, ctx):
        header = self.read_header(ctx)
        payload = self._take(ctx, header.size, HEADER.size,
                             HEADER.size + header.size)
        self._header = None
        return Frame.checked(header, payload)

    def _take(self, ctx, count, before, wanted):
        """The next `count` bytes of a frame of which `before` are read."""
        while len(self._buffer) < count:
            data = self._read_some(ctx)
            if not data:
                got = before + len(self._buffer)
                self._buffer.clear()
                self._header = None
                self.drop()
                raise Truncated(got, wanted) if got else StreamEnded()
            self._buffer += data
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _read_some(self, ctx):
        fd = self.descriptor(ctx)
        while True:
            ctx.wait_readable(fd)
            try:
                return os.read(fd, CHUNK_BYTES)
            except BlockingIOError:
                continue


class PipeLink(Link):
    """One end of a named pipe."""

    def __init__(self, fd, path=None):
        super().__init__()
        self._fd = fd
        self._path = path

    @classmethod
    def create(cls, path):
        os.mkfifo(path, 0o600)
        return cls(os.open(path, os.O_RDONLY | os.O_NONBLOCK), path)

    @classmethod
    def open_for_writing(cls, path):
        return cls(os.open(path, os.O_WRONLY | os.O_NONBLOCK))

    def descriptor(self, ctx):
        return self._fd

    def close(self):
        os.close(self._fd)
        if self._path is not None:
            os.unlink(self._path)


class SocketLink(Link):
    """A connection, or a listener that accepts one when it is needed."""

    def __init__(self, connection=None, listener=None, path=None):
        super().__init__()
        self._connection = connection
        self._listener = listener
        self._path = path

    @classmethod
    def listen(cls, family, address, path=None):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.bind(address)
            listener.listen(8)
        except OSError:
            listener.close()
            raise
        listener.setblocking(False)
        return cls(listener=listener, path=path)

    @classmethod
    def connect(cls, family, address):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        connection.setblocking(False)
        return cls(connection=connection)

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def descriptor(self, ctx):
        if self._connection is None and self._listener is None:
            raise StreamEnded()
        while self._connection is None:
            ctx.wait_readable(self._listener)
            try:
                self._connection, _ = self._listener.accept()
            except BlockingIOError:
                continue
            self._connection.setblocking(False)
        return self._connection.fileno()

    def drop(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self):
        self.drop()
        if self._listener is not None:
            self._listener.close()
        if self._path is not None:
            os.unlink(self._path)
