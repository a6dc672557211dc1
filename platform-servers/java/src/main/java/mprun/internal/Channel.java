package mprun.internal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The two ends of the pipe to the runner.
 *
 * <p>The protocol owns what were standard input and output. Both are taken
 * away from the rest of the program first of all: afterwards standard input is
 * empty, and what is printed goes to standard error.
 *
 * <p>Java cannot duplicate a descriptor. So the launcher moves the two to
 * other numbers, makes descriptor 1 standard error for everybody, also for
 * native code and children, and says where the protocol is now. Without the
 * launcher a pipe can still be opened once more by its name under /proc; then
 * closing the old one lets Java put /dev/null in its place.
 */
public final class Channel {
    static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    /** What readLine gives for a line that is too long. */
    static final byte[] TOO_LONG = new byte[0];

    private static final int READ_BYTES = 65536;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb,
        (byte) 0xbf};

    private final InputStream input;
    private final OutputStream output;
    private byte[] buffer = new byte[READ_BYTES];
    private int start;
    private int end;
    private boolean begun;

    Channel(InputStream input, OutputStream output) {
        this.input = input;
        this.output = output;
    }

    /** Saves both ends for the protocol and replaces them. */
    public static Channel takeStandardStreams() {
        Channel channel = new Channel(takeInput(), takeOutput());
        System.setIn(InputStream.nullInputStream());
        System.setOut(System.err);
        return channel;
    }

    private static InputStream takeInput() {
        String moved = System.getProperty("mprun.in");
        FileInputStream standard = new FileInputStream(FileDescriptor.in);
        try {
            if (moved != null) {
                return new FileInputStream(moved);
            }
            InputStream input = new FileInputStream("/proc/self/fd/0");
            standard.close();
            return input;
        } catch (IOException e) {
            return standard;
        }
    }

    private static OutputStream takeOutput() {
        String moved = System.getProperty("mprun.out");
        FileOutputStream standard = new FileOutputStream(FileDescriptor.out);
        try {
            if (moved != null) {
                return new FileOutputStream(moved, true);
            }
            OutputStream output =
                    new FileOutputStream("/proc/self/fd/1", true);
            standard.close();
            return output;
        } catch (IOException e) {
            return standard;
        }
    }

    /**
     * The next line that is not blank, without what surrounds it; TOO_LONG,
     * the very object, for one that is; null at the end.
     */
    byte[] readLine() throws IOException {
        for (;;) {
            byte[] line = readWhole();
            if (line == null || line == TOO_LONG) {
                return line;
            }
            line = strip(line);
            if (line.length > 0) {
                return line;
            }
        }
    }

    private byte[] readWhole() throws IOException {
        int searched = start;
        for (;;) {
            for (; searched < end; searched++) {
                if (buffer[searched] == '\n') {
                    byte[] line = cut(searched);
                    start = searched + 1;
                    return line;
                }
            }
            if (end - start > MAX_MESSAGE_BYTES) {
                skipLine();
                return TOO_LONG;
            }
            searched -= start;
            if (!fill()) {
                byte[] rest = cut(end);
                start = end;
                return rest.length > 0 || rest == TOO_LONG ? rest : null;
            }
            searched += start;
        }
    }

    /** What lies before the index. */
    private byte[] cut(int index) {
        return index - start > MAX_MESSAGE_BYTES ? TOO_LONG
                : Arrays.copyOfRange(buffer, start, index);
    }

    /** Reads some more behind what is there; false at the end. */
    private boolean fill() throws IOException {
        int kept = end - start;
        byte[] roomy = buffer;
        if (kept < READ_BYTES / 2 && buffer.length > READ_BYTES) {
            roomy = new byte[READ_BYTES];
        } else if (kept == buffer.length) {
            roomy = new byte[buffer.length * 2];
        }
        if (roomy != buffer || start > 0) {
            System.arraycopy(buffer, start, roomy, 0, kept);
        }
        buffer = roomy;
        start = 0;
        int got = input.read(buffer, kept, buffer.length - kept);
        end = kept + Math.max(got, 0);
        return got > 0;
    }

    private void skipLine() throws IOException {
        do {
            start = end;
            if (!fill()) {
                return;
            }
            while (start < end && buffer[start] != '\n') {
                start++;
            }
        } while (start == end);
        start++;
    }

    private byte[] strip(byte[] line) {
        int from = 0;
        int to = line.length;
        if (!begun && to >= BYTE_ORDER_MARK.length && Arrays.equals(line, 0,
                BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0,
                BYTE_ORDER_MARK.length)) {
            from = BYTE_ORDER_MARK.length;
        }
        begun = true;
        while (from < to && isBlank(line[from])) {
            from++;
        }
        while (from < to && isBlank(line[to - 1])) {
            to--;
        }
        return Arrays.copyOfRange(line, from, to);
    }

    private static boolean isBlank(byte one) {
        return one == ' ' || one == '\t' || one == '\r';
    }

    /** Writes one message whole. */
    synchronized void write(Object message) throws IOException {
        output.write(Json.encode(message));
        output.flush();
    }
}
