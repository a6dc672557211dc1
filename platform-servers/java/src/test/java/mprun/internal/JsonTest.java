package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    record Size(int width, Object height) {
    }

    static String encode(Object value) {
        return new String(Json.encode(value), StandardCharsets.UTF_8).strip();
    }

    static Object decode(String text) throws Json.BadJson {
        return Json.decode(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void writesOneLine() {
        assertEquals("\"a\\n\\r\\u2028\\u2029\u0085\"",
                encode("a\n\r\u2028\u2029\u0085"));
    }

    @Test
    void repairsTexts() {
        assertEquals("{\"\ufffd\":\"\ufffd \ud83d\ude9a \ufffd\ufffd\"}",
                encode(Map.of("\0", "\ud800 \ud83d\ude9a \ude9a\0")));
    }

    @Test
    void numbersThatJsonLacksBecomeTexts() {
        assertEquals("[\"NaN\",\"-Infinity\",1.5,9007199254740992,"
                + "\"9007199254740993\",\"" + Long.MIN_VALUE + "\",\""
                + "1".repeat(70) + "\",\"" + "1".repeat(30) + "\"]",
                encode(List.of(Double.NaN, Float.NEGATIVE_INFINITY, 1.5,
                        1L << 53, (1L << 53) + 1, Long.MIN_VALUE,
                        new BigInteger("1".repeat(70)),
                        new BigDecimal("1".repeat(30)))));
    }

    @Test
    void valuesOfJava() {
        assertEquals("[null,{\"width\":1,\"height\":[\"x\"]},\"00ff\",null,"
                + "[1],\"class java.lang.String\"]",
                encode(Arrays.asList(null, new Size(1, List.of("x")),
                        new byte[] {0, -1}, Optional.empty(),
                        new Object[] {1}, String.class)));
    }

    @Test
    void whatHoldsItselfEnds() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        assertEquals("[".repeat(32) + "\"...\"" + "]".repeat(32),
                encode(list));
    }

    @Test
    void brokenToString() {
        assertEquals("\"<: IllegalStateException in toString()>\"",
                encode(new Object() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException();
                    }
                }));
    }

    @Test
    void reads() throws Json.BadJson {
        Map<String, Object> expected = new HashMap<>();
        expected.put("a", Arrays.asList(1L, -2L, new BigDecimal("1.50"),
                new BigDecimal("12345678901234567890"), true, null));
        expected.put("b", Map.of("c", "\u00e9\ud83d\ude9a"));
        assertEquals(expected, decode("{\"a\":[1,-2,1.50,"
                + "12345678901234567890,true,null],"
                + "\"b\":{\"c\":\"\\u00e9\\ud83d\\ude9a\"}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "{'a':1}", "[1,]", "NaN", "tru",
        "{\"a\" 1}", "\"a\tb\"", "// x\n1", "01"})
    void refuses(String text) {
        assertThrows(Json.BadJson.class, () -> decode(text));
    }

    @Test
    void refusesWhatIsTooDeepOrNoUtf8() {
        assertThrows(Json.BadJson.class, () -> decode("[".repeat(100000)));
        assertThrows(Json.BadJson.class,
                () -> Json.decode(new byte[] {'"', (byte) 0xff, '"'}));
    }
}
