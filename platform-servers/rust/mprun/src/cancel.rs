//! How a running step learns that nobody waits for it any longer.
//!
//! The reader thread sets the gate, the thread of the steps looks at it: each
//! wait of the context ends at once. Nothing can end a function that blocks
//! elsewhere.

use std::collections::HashMap;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::task::Waker;
use std::time::{Duration, Instant};

/// One for each server, shared by its two threads.
pub struct Gate {
    inner: Mutex<Inner>,
    changed: Condvar,
    /// A byte lies in this pipe while a cancel stands.
    pipe: (OwnedFd, OwnedFd),
}

#[derive(Default)]
struct Inner {
    /// The request that is being answered, by its key.
    current: Option<String>,
    /// Why it is cancelled.
    reason: Option<String>,
    /// Requests that wait, and why some of them are cancelled already.
    queued: Vec<String>,
    cancelled: HashMap<String, String>,
    /// Set when everything is to end: requests that follow are not begun.
    ending: Option<String>,
    finished: bool,
    waker: Option<Waker>,
}

impl Gate {
    pub fn new() -> std::io::Result<Gate> {
        let mut ends: [RawFd; 2] = [0; 2];
        // SAFETY: the array has room for two descriptors, which are ours.
        let pipe = unsafe {
            if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC | libc::O_NONBLOCK) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1]))
        };
        Ok(Gate {
            inner: Mutex::default(),
            changed: Condvar::new(),
            pipe,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while it is held is a bug of ours that says so by itself.
        self.inner
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A descriptor that is readable while a cancel stands.
    pub fn fd(&self) -> RawFd {
        self.pipe.0.as_raw_fd()
    }

    // The reader thread

    pub fn enqueue(&self, key: String) {
        self.lock().queued.push(key);
    }

    /// Cancels the request, whether it runs or waits; one that is neither was
    /// answered already.
    pub fn cancel(&self, key: &str, reason: &str) {
        let mut inner = self.lock();
        if inner.current.as_deref() == Some(key) {
            self.set(inner, reason);
        } else if inner.queued.iter().any(|queued| queued == key) {
            inner.cancelled.insert(key.to_owned(), reason.to_owned());
        }
    }

    /// Cancels whatever runs, and whatever would be begun later.
    pub fn end(&self, reason: &str) {
        let mut inner = self.lock();
        inner.ending = Some(reason.to_owned());
        if inner.current.is_some() {
            self.set(inner, reason);
        }
    }

    fn set(&self, mut inner: MutexGuard<'_, Inner>, reason: &str) {
        if inner.reason.is_some() {
            return;
        }
        inner.reason = Some(reason.to_owned());
        let waker = inner.waker.take();
        drop(inner);
        // SAFETY: one byte of a constant, into a pipe that is open.
        unsafe { libc::write(self.pipe.1.as_raw_fd(), b"!".as_ptr().cast(), 1) };
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits for finish(); false if it did not come in time.
    pub fn wait_finished(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut inner = self.lock();
        while !inner.finished {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            inner = self
                .changed
                .wait_timeout(inner, left)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(inner, _)| inner);
        }
        true
    }

    // The thread of the steps

    /// The request is the current one now; the reason if it was cancelled.
    pub fn begin(&self, key: &str) -> Option<String> {
        let mut inner = self.lock();
        if let Some(index) = inner.queued.iter().position(|queued| queued == key) {
            inner.queued.remove(index);
        }
        let cancelled = inner.cancelled.remove(key);
        inner.current = Some(key.to_owned());
        inner.ending.clone().or(cancelled)
    }

    /// The request is answered: what was said of it is forgotten.
    pub fn over(&self) {
        let mut inner = self.lock();
        inner.current = None;
        inner.waker = None;
        if inner.reason.take().is_some() {
            let mut byte = [0u8; 1];
            // SAFETY: at most one byte into an array of one.
            unsafe { libc::read(self.fd(), byte.as_mut_ptr().cast(), 1) };
        }
    }

    /// No more requests are answered.
    pub fn finish(&self) {
        self.lock().finished = true;
        self.changed.notify_all();
    }

    /// Why the running request is cancelled, if it is.
    pub fn reason(&self) -> Option<String> {
        self.lock().reason.clone()
    }

    /// Has this waker called by the next cancel; true if one stands already.
    pub fn wake_by_cancel(&self, waker: &Waker) -> bool {
        let mut inner = self.lock();
        inner.waker = Some(waker.clone());
        inner.reason.is_some()
    }

    /// Waits so long, or until a cancel.
    pub fn sleep(&self, time: Duration) {
        let end = Instant::now().checked_add(time);
        let mut inner = self.lock();
        while inner.reason.is_none() {
            let left = end.map_or(Duration::from_secs(3600), |end| {
                end.saturating_duration_since(Instant::now())
            });
            if left.is_zero() {
                return;
            }
            inner = self
                .changed
                .wait_timeout(inner, left)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(inner, _)| inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use std::time::{Duration, Instant};

    #[test]
    fn a_cancel_is_for_the_request_that_runs_or_waits() {
        let gate = Gate::new().unwrap();
        gate.enqueue("1".to_owned());
        gate.enqueue("2".to_owned());
        assert_eq!(gate.begin("1"), None);
        gate.cancel("2", "later");
        gate.cancel("3", "unknown");
        assert_eq!(gate.reason(), None);
        gate.cancel("1", "timeout");
        gate.cancel("1", "twice");
        assert_eq!(gate.reason().as_deref(), Some("timeout"));
        gate.over();
        assert_eq!(gate.reason(), None);
        assert_eq!(gate.begin("2").as_deref(), Some("later"));
        gate.over();
        gate.cancel("2", "too late");
        assert_eq!(gate.reason(), None);
        gate.end("the end");
        assert_eq!(gate.begin("4").as_deref(), Some("the end"));
    }

    #[test]
    fn a_cancel_ends_a_sleep() {
        let gate = Gate::new().unwrap();
        gate.begin("1");
        let started = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| gate.cancel("1", "timeout"));
            gate.sleep(Duration::from_secs(60));
        });
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}
