//! SIGTERM: the reader thread is told through a pipe, for a handler may do
//! next to nothing itself.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::fd::{IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, Ordering};

static WRITE_END: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(_number: libc::c_int) {
    // SAFETY: write and the place of errno are allowed in handlers; the
    // descriptor is never closed.
    unsafe {
        let errno = *libc::__errno_location();
        libc::write(WRITE_END.load(Ordering::Relaxed), b"!".as_ptr().cast(), 1);
        *libc::__errno_location() = errno;
    }
}

/// From now on SIGTERM makes this descriptor readable.
pub fn watch() -> io::Result<OwnedFd> {
    let mut ends: [RawFd; 2] = [0; 2];
    // SAFETY: the array has room for two descriptors; the action is zeroed,
    // which is a valid one, before it gets its handler.
    unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC | libc::O_NONBLOCK) != 0 {
            return Err(io::Error::last_os_error());
        }
        let read_end = OwnedFd::from_raw_fd(ends[0]);
        let write_end = OwnedFd::from_raw_fd(ends[1]);
        WRITE_END.store(write_end.into_raw_fd(), Ordering::Relaxed);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_signal as extern "C" fn(libc::c_int) as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        if libc::sigaction(libc::SIGTERM, &action, std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(read_end)
    }
}

/// Ends the process by SIGTERM, as whoever sent it expects.
pub fn by_signal() -> ! {
    // SAFETY: plain calls; the action is zeroed, which is the default one.
    unsafe {
        let action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGTERM, &action, std::ptr::null_mut());
        libc::kill(libc::getpid(), libc::SIGTERM);
    }
    std::process::exit(128 + libc::SIGTERM);
}

/// Waits until one of the descriptors can be read; whether the first can.
pub fn wait_readable(fds: [&dyn AsRawFd; 2]) -> io::Result<[bool; 2]> {
    let mut polled = fds.map(|fd| libc::pollfd {
        fd: fd.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    });
    loop {
        // SAFETY: two entries, as the call is told.
        let ready = unsafe { libc::poll(polled.as_mut_ptr(), 2, -1) };
        if ready >= 0 {
            return Ok([polled[0].revents != 0, polled[1].revents != 0]);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
