//! Running an async step to its end, on the thread of the steps.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::failure::Cancelled;
use crate::Context;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls the future whenever it wakes; a cancel drops it where it waits.
pub fn block_on<F: Future>(ctx: &Context, future: F) -> Result<F::Output, Cancelled> {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut task = Task::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut task) {
            return Ok(value);
        }
        if ctx.gate().wake_by_cancel(&waker) {
            ctx.checkpoint()?;
        }
        thread::park();
    }
}
