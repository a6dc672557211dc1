"""POSIX shared memory and named semaphores, called in the C library.

Python's own modules have no named semaphores, and its shared memory starts a
process that watches over it. Where the C library lacks a function, `missing`
names it. The semaphore calls order memory between processes: what one wrote
before `post`, another sees after the `wait` that it ended.
"""

import ctypes
import errno
import mmap
import os
import time

SLICE_S = 0.05

_NAMES = ("shm_open", "shm_unlink", "sem_open", "sem_close", "sem_unlink",
          "sem_post", "sem_trywait", "sem_timedwait")
_SEM_FAILED = (None, ctypes.c_void_p(-1).value)


class _Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def _load():
    try:
        library = ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):
        return None, _NAMES[0]
    for name in _NAMES:
        if not hasattr(library, name):
            return None, name
    pointer = ctypes.c_void_p
    library.shm_open.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_uint)
    library.sem_open.restype = pointer
    library.sem_timedwait.argtypes = (pointer, ctypes.POINTER(_Timespec))
    for name in ("sem_close", "sem_post", "sem_trywait"):
        getattr(library, name).argtypes = (pointer,)
    return library, None


_library, _missing = _load()


def missing():
    """Why this cannot be had here, or None."""
    if _missing is not None:
        return f"the C library that Python runs on has no {_missing}"
    return None


def _raise(name):
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number), name)


class SharedMemory:
    """An object of shared memory, mapped. The descriptor stays open."""

    def __init__(self, name, size=None):
        """Create it with this size, or open what there is."""
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if size else 0)
        self.name = name
        self.fd = _library.shm_open(name.encode(), flags, 0o600)
        if self.fd < 0:
            _raise(name)
        try:
            os.set_inheritable(self.fd, False)
            if size:
                os.ftruncate(self.fd, size)
            self.map = mmap.mmap(self.fd, size or 0)
        except (OSError, ValueError):
            os.close(self.fd)
            if size:
                self.unlink()
            raise

    def close(self):
        try:
            self.map.close()
        finally:
            os.close(self.fd)

    def unlink(self):
        if _library.shm_unlink(self.name.encode()):
            _raise(self.name)


class Semaphore:
    """A named semaphore."""

    def __init__(self, name, value=None):
        """Create it with this value, or open what there is."""
        self.name = name
        flags = 0 if value is None else os.O_CREAT | os.O_EXCL
        self._at = _library.sem_open(name.encode(), flags,
                                     ctypes.c_uint(0o600),
                                     ctypes.c_uint(value or 0))
        if self._at in _SEM_FAILED:
            _raise(name)

    def post(self):
        if _library.sem_post(self._at):
            _raise(self.name)

    def try_wait(self):
        return _library.sem_trywait(self._at) == 0

    def wait_slice(self, ctx):
        """Wait for one post; False after a slice, so that the caller looks
        whether there is still something to wait for."""
        ctx.checkpoint()
        seconds, part = divmod(time.time() + SLICE_S, 1)
        until = _Timespec(int(seconds), int(part * 1e9))
        if _library.sem_timedwait(self._at, ctypes.byref(until)) == 0:
            return True
        if ctypes.get_errno() not in (errno.ETIMEDOUT, errno.EINTR):
            _raise(self.name)
        ctx.checkpoint()
        return False

    def wait(self, ctx):
        while not self.wait_slice(ctx):
            pass

    def close(self):
        _library.sem_close(self._at)

    def unlink(self):
        if _library.sem_unlink(self.name.encode()):
            _raise(self.name)
