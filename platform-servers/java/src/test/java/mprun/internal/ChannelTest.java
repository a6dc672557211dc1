package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChannelTest {
    /** Gives a few bytes at a time, as a pipe may. */
    private static Channel of(String text, int atOnce) {
        InputStream input = new ByteArrayInputStream(
                text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] to, int at, int count) {
                return super.read(to, at, Math.min(count, atOnce));
            }
        };
        return new Channel(input, new ByteArrayOutputStream());
    }

    private static String line(Channel channel) throws IOException {
        byte[] line = channel.readLine();
        return line == null ? null : new String(line, StandardCharsets.UTF_8);
    }

    @Test
    void lines() throws IOException {
        for (int atOnce : new int[] {1, 3, 1000}) {
            Channel channel = of("\ufeff{}\r\n\n \t\r\n\ufeffx\u2028y\nlast",
                    atOnce);
            assertEquals("{}", line(channel));
            assertEquals("\ufeffx\u2028y", line(channel));
            assertEquals("last", line(channel));
            assertNull(line(channel));
        }
    }

    @Test
    void longLines() throws IOException {
        int limit = Channel.MAX_MESSAGE_BYTES;
        for (int atOnce : new int[] {65536, 1 << 30}) {
            Channel channel = of("x".repeat(limit) + "\n"
                    + "y".repeat(limit + 1) + "\n" + "y".repeat(2 * limit)
                    + "\nshort\n" + "z".repeat(200000) + "\n"
                    + "w".repeat(limit + 1), atOnce);
            assertEquals(limit, channel.readLine().length);
            assertSame(Channel.TOO_LONG, channel.readLine());
            assertSame(Channel.TOO_LONG, channel.readLine());
            assertEquals("short", line(channel));
            assertEquals("z".repeat(200000), line(channel));
            assertSame(Channel.TOO_LONG, channel.readLine());
            assertNull(line(channel));
        }
    }
}
