package ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The reader's end of a named pipe.
 *
 * <p>Java has neither descriptors that do not block nor a poll for pipes. A
 * pipe without writers is always at its end; whether one has come is told by
 * an open for reading, which waits for it in a thread of its own.
 */
final class PipeReader extends Link {
    private static final long LOOK_MS = 50;

    private final Path path;
    private final FileChannel pipe;
    private CountDownLatch writer;
    private boolean stirred;

    private PipeReader(Path path, FileChannel pipe) {
        this.path = path;
        this.pipe = pipe;
        expectWriter();
    }

    /** Makes the pipe, and opens it without waiting for a writer. */
    static PipeReader create(Path path) throws IOException,
            InterruptedException {
        int status = new ProcessBuilder("mkfifo", "-m", "600", path.toString())
                .inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("mkfifo " + path + " ended with " + status);
        }
        // While both ends are open here, the open for reading does not wait.
        FileChannel both = openBoth(path);
        try {
            return new PipeReader(path, FileChannel.open(path,
                    StandardOpenOption.READ));
        } finally {
            both.close();
        }
    }

    static FileChannel openBoth(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** From now on a writer that comes is noticed. */
    private void expectWriter() {
        CountDownLatch came = new CountDownLatch(1);
        Thread opener = new Thread(() -> {
            try {
                FileChannel.open(path, StandardOpenOption.READ).close();
                came.countDown();
            } catch (IOException e) {
                // The pipe is gone, and so is who would wait.
                return;
            }
        }, "pipe-opener");
        opener.setDaemon(true);
        opener.start();
        writer = came;
        stirred = false;
    }

    @Override
    int read(ByteBuffer target) throws IOException, InterruptedException {
        for (;;) {
            boolean hadWriter = stirred || writer.getCount() == 0;
            int got = pipe.read(target);
            if (got > 0) {
                stirred = true;
                return got;
            }
            if (hadWriter) {
                expectWriter();
                return -1;
            }
            // One that came and went before the thread was there has left
            // bytes, if anything: so look again now and then.
            writer.await(LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    void write(byte[] data) throws IOException {
        throw new IOException("this end of the pipe is for reading");
    }

    /** Also ends the open that waits for a writer. */
    @Override
    public void close() throws IOException {
        openBoth(path).close();
        pipe.close();
        Files.delete(path);
    }
}
