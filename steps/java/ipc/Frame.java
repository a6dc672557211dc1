package ipc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The frame of steps/README.md: how it is built, read and checked. */
record Frame(long id, byte[] payload) {
    static final int HEADER_BYTES = 16;

    private static final byte[] MAGIC =
            "MPRF".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
    private static final int CYCLE = 251;

    /** What arrived is no frame. */
    static class BadFrame extends AssertionError {
        private static final long serialVersionUID = 1L;

        BadFrame(String message) {
            super(message);
        }
    }

    /** The stream ended inside a frame. */
    static final class Truncated extends BadFrame {
        private static final long serialVersionUID = 1L;

        private final int got;

        Truncated(int got, int wanted) {
            super("the frame was cut short after " + got + " of " + wanted
                    + " bytes");
            this.got = got;
        }

        int got() {
            return got;
        }
    }

    /** The stream ended between two frames. */
    static final class StreamEnded extends BadFrame {
        private static final long serialVersionUID = 1L;

        StreamEnded() {
            super("the stream ended");
        }
    }

    /** The payload is not what the header promises. */
    static final class WrongChecksum extends BadFrame {
        private static final long serialVersionUID = 1L;

        WrongChecksum(String message) {
            super(message);
        }
    }

    /** The first 16 bytes. */
    record Header(long id, int size, long checksum) {
        static Header parse(ByteBuffer bytes) {
            byte[] magic = new byte[MAGIC.length];
            bytes.get(magic);
            long id = Integer.toUnsignedLong(bytes.getInt());
            long size = Integer.toUnsignedLong(bytes.getInt());
            long checksum = Integer.toUnsignedLong(bytes.getInt());
            if (!Arrays.equals(magic, MAGIC)) {
                throw new BadFrame("a frame begins with "
                        + Arrays.toString(MAGIC) + ", not "
                        + Arrays.toString(magic));
            }
            if (size > MAX_PAYLOAD_BYTES) {
                throw new BadFrame("a frame of " + size
                        + " bytes is too large");
            }
            return new Header(id, (int) size, checksum);
        }
    }

    /** The frame that every platform makes of this id and size. */
    static Frame generated(long id, int size) {
        byte[] payload = new byte[size];
        for (int at = 0; at < size; at++) {
            payload[at] = (byte) ((id * 31 + at) % CYCLE);
        }
        return new Frame(id, payload);
    }

    /** The frame, if its checksum is right. */
    static Frame checked(Header header, byte[] payload) {
        Frame frame = new Frame(header.id(), payload);
        if (frame.checksum() != header.checksum()) {
            throw new WrongChecksum("frame " + header.id()
                    + ": the checksum is " + hex(frame.checksum())
                    + ", the header says " + hex(header.checksum()));
        }
        return frame;
    }

    int size() {
        return payload.length;
    }

    long checksum() {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(8).putInt((int) id).putInt(size())
                .flip());
        crc.update(payload);
        return crc.getValue();
    }

    byte[] encode() {
        return ByteBuffer.allocate(HEADER_BYTES + size()).put(MAGIC)
                .putInt((int) id).putInt(size()).putInt((int) checksum())
                .put(payload).array();
    }

    /** A checksum as 8 hexadecimal digits. */
    static String hex(long checksum) {
        return String.format("%08x", checksum);
    }
}
