package ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The writer's end of a named pipe. */
final class PipeWriter extends Link {
    private static final long OPEN_MS = 1000;

    private final FileChannel pipe;

    private PipeWriter(FileChannel pipe) {
        this.pipe = pipe;
    }

    /**
     * Opens it; fails if nobody has it open for reading. Java's open then
     * waits for a reader, where others would be told: so it has a thread of
     * its own, and a moment.
     */
    static PipeWriter open(Path path) throws IOException,
            InterruptedException {
        CompletableFuture<FileChannel> opening = new CompletableFuture<>();
        Thread opener = new Thread(() -> {
            try {
                opening.complete(FileChannel.open(path,
                        StandardOpenOption.WRITE));
            } catch (IOException e) {
                opening.completeExceptionally(e);
            }
        }, "pipe-opener");
        opener.setDaemon(true);
        opener.start();
        try {
            return new PipeWriter(opening.get(OPEN_MS, TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException own ? own
                    : new IOException(e.getCause());
        } catch (TimeoutException e) {
            giveUp(path, opening);
            throw new IOException("cannot open the pipe " + path
                    + " for writing: nobody has it open for reading", e);
        } catch (InterruptedException e) {
            giveUp(path, opening);
            throw e;
        }
    }

    /** With a reader the open that waits comes back. */
    private static void giveUp(Path path,
            CompletableFuture<FileChannel> opening) throws IOException {
        FileChannel both = PipeReader.openBoth(path);
        opening.whenComplete((channel, error) -> {
            try {
                both.close();
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                System.err.println("closing " + path + ": " + e);
            }
        });
    }

    @Override
    int read(ByteBuffer target) throws IOException {
        throw new IOException("this end of the pipe is for writing");
    }

    @Override
    void write(byte[] data) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        while (bytes.hasRemaining()) {
            pipe.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
