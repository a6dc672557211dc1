package mprun.internal;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import mprun.Cancelled;

/**
 * A step or hook on its way: how it is ended from outside.
 *
 * <p>A cancel interrupts its thread, again and again until it is over. A step
 * that does not heed that is answered for after a while, and runs on in its
 * own thread until the process ends.
 */
final class StepRun {
    private static final long INSIST_MS = 50;
    private static final long GIVE_UP_MS = 500;

    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private Thread thread;
    private CompletableFuture<?> awaited;
    private volatile String reason;
    private volatile StackTraceElement[] where;

    /** The thread that called this is that of the step. */
    synchronized void begin() {
        thread = Thread.currentThread();
    }

    /** The step is over: no interrupt comes any more. */
    synchronized void finish() {
        thread = null;
        end.complete(true);
        Thread.interrupted();
    }

    /** Waits for its end; false if it was given up. */
    boolean await() {
        return end.join();
    }

    boolean cancelled() {
        return reason != null;
    }

    String reason() {
        return reason;
    }

    /** What the step was doing when it was cancelled, or null. */
    StackTraceElement[] where() {
        return where;
    }

    void checkpoint() {
        if (reason != null) {
            throw new Cancelled(reason);
        }
    }

    /** A promise of the step, which a cancel cancels. */
    synchronized void awaiting(CompletableFuture<?> promise) {
        awaited = promise;
    }

    void cancel(String why) {
        synchronized (this) {
            if (reason != null || end.isDone()) {
                return;
            }
            reason = why;
            if (thread != null) {
                where = thread.getStackTrace();
            }
        }
        Thread watcher = new Thread(this::insist, "mprun-cancel");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void insist() {
        long until = System.nanoTime() + GIVE_UP_MS * 1_000_000;
        while (!end.isDone() && System.nanoTime() < until) {
            interrupt();
            try {
                end.get(INSIST_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                continue;
            } catch (InterruptedException | ExecutionException e) {
                break;
            }
        }
        end.complete(false);
    }

    /** Whether the step is what ends the process. */
    synchronized boolean isExiting() {
        return thread != null && Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(
                        "java.lang.Shutdown"));
    }

    private synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
        if (awaited != null) {
            awaited.cancel(true);
        }
    }

    /** Whether the error is how the step took the cancel. */
    boolean isCancel(Throwable error) {
        for (Throwable one = error; one != null && cancelled();
                one = one.getCause()) {
            if (one instanceof Cancelled || one instanceof InterruptedException
                    || one instanceof ClosedByInterruptException
                    || one instanceof CancellationException
                    || one instanceof InterruptedIOException
                    && !(one instanceof SocketTimeoutException)) {
                return true;
            }
        }
        return false;
    }
}
