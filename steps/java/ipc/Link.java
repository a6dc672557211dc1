package ipc;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Frames over one channel: a named pipe or a stream socket. Every wait is one
 * that an interrupt ends, and with it a cancel.
 */
abstract class Link implements AutoCloseable {
    private Frame.Header header;
    private boolean broken;

    /** Reads what is there, at least a byte; -1 at the end of the stream. */
    abstract int read(ByteBuffer target) throws IOException,
            InterruptedException;

    /** Returns when all is handed to the system. */
    abstract void write(byte[] data) throws IOException, InterruptedException;

    /** The stream has ended: forget the connection. */
    void drop() throws IOException {
    }

    @Override
    public abstract void close() throws IOException;

    /** The header of the next frame; its payload is read later. */
    Frame.Header readHeader() throws IOException, InterruptedException {
        if (broken) {
            throw new Frame.BadFrame(
                    "nothing can be read after a bad header");
        }
        if (header == null) {
            ByteBuffer bytes = take(Frame.HEADER_BYTES, 0);
            broken = true;
            header = Frame.Header.parse(bytes);
            broken = false;
        }
        return header;
    }

    Frame readFrame() throws IOException, InterruptedException {
        Frame.Header read = readHeader();
        byte[] payload = take(read.size(), Frame.HEADER_BYTES).array();
        header = null;
        return Frame.checked(read, payload);
    }

    /** The next bytes of a frame of which some are read before. */
    private ByteBuffer take(int count, int before) throws IOException,
            InterruptedException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (read(bytes) < 0) {
                int got = before + bytes.position();
                header = null;
                broken = false;
                drop();
                throw got > 0 ? new Frame.Truncated(got, before + count)
                        : new Frame.StreamEnded();
            }
        }
        return bytes.flip();
    }
}
