package mprun.internal;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON that is always valid, whatever a step puts into it.
 *
 * <p>What leaves here is strict JSON in valid UTF-8 on one line: a value that
 * JSON cannot hold becomes the nearest string. What comes in is maps, lists,
 * strings, booleans, null, Long for whole numbers and BigDecimal for others.
 */
public final class Json {
    private static final int MAX_DEPTH_OUT = 32;
    private static final int MAX_DEPTH_IN = 256;
    private static final long MAX_EXACT = 1L << 53;
    private static final int MAX_DIGITS = 40;

    private Json() {
    }

    /** A line is no JSON. */
    public static final class BadJson extends Exception {
        private static final long serialVersionUID = 1L;

        BadJson(String message) {
            super(message);
        }
    }

    // Reading

    public static Object decode(byte[] line) throws BadJson {
        try (JsonReader reader = new JsonReader(new StringReader(text(line)))) {
            reader.setStrictness(Strictness.STRICT);
            Object value = read(reader, 0);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new BadJson("there is text behind it");
            }
            return value;
        } catch (IOException | IllegalStateException
                | NumberFormatException e) {
            throw new BadJson(String.valueOf(e.getMessage()));
        }
    }

    private static String text(byte[] line) throws CharacterCodingException {
        String text = new String(line, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') >= 0) {
            // Either it stands there, or it took the place of a bad byte.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
        }
        return text;
    }

    private static Object read(JsonReader reader, int depth)
            throws IOException, BadJson {
        if (depth > MAX_DEPTH_IN) {
            throw new BadJson("nested too deeply");
        }
        switch (reader.peek()) {
            case BEGIN_OBJECT:
                return readObject(reader, depth);
            case BEGIN_ARRAY:
                List<Object> list = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNext()) {
                    list.add(read(reader, depth + 1));
                }
                reader.endArray();
                return list;
            case STRING:
                return reader.nextString();
            case NUMBER:
                return number(reader.nextString());
            case BOOLEAN:
                return reader.nextBoolean();
            case NULL:
                reader.nextNull();
                return null;
            default:
                throw new BadJson("a value is missing");
        }
    }

    private static Map<String, Object> readObject(JsonReader reader, int depth)
            throws IOException, BadJson {
        Map<String, Object> object = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            object.put(name, read(reader, depth + 1));
        }
        reader.endObject();
        return object;
    }

    private static Number number(String digits) {
        boolean whole = digits.length() < 19 && digits.chars().allMatch(
                letter -> letter == '-' || Character.isDigit(letter));
        return whole ? (Number) Long.valueOf(digits) : new BigDecimal(digits);
    }

    // Writing

    /** One message as one line, with its line feed. */
    public static byte[] encode(Object message) {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setSerializeNulls(true);
            write(writer, message, 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonWriter writer, Object value, int depth)
            throws IOException {
        if (value == null) {
            writer.nullValue();
        } else if (value instanceof Boolean flag) {
            writer.value(flag);
        } else if (value instanceof Number number) {
            writeNumber(writer, number);
        } else if (value instanceof byte[] bytes) {
            writer.value(HexFormat.of().formatHex(bytes));
        } else if (value instanceof Optional<?> optional) {
            write(writer, optional.orElse(null), depth);
        } else if (depth >= MAX_DEPTH_OUT && isNest(value)) {
            writer.value("...");
        } else if (value instanceof Map<?, ?> map) {
            writeObject(writer, map, depth);
        } else if (value instanceof Collection<?> items) {
            writeArray(writer, items, depth);
        } else if (value instanceof Object[] items) {
            writeArray(writer, Arrays.asList(items), depth);
        } else if (value instanceof Record record) {
            writeObject(writer, Records.members(record), depth);
        } else {
            writer.value(clean(describe(value)));
        }
    }

    private static boolean isNest(Object value) {
        return value instanceof Map || value instanceof Collection
                || value instanceof Object[] || value instanceof Record;
    }

    private static void writeObject(JsonWriter writer, Map<?, ?> map,
            int depth) throws IOException {
        writer.beginObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            writer.name(clean(describe(entry.getKey())));
            write(writer, entry.getValue(), depth + 1);
        }
        writer.endObject();
    }

    private static void writeArray(JsonWriter writer, Collection<?> items,
            int depth) throws IOException {
        writer.beginArray();
        for (Object item : items) {
            write(writer, item, depth + 1);
        }
        writer.endArray();
    }

    private static void writeNumber(JsonWriter writer, Number number)
            throws IOException {
        if (isPlain(number)) {
            writer.value(number);
        } else {
            writer.value(clean(describe(number)));
        }
    }

    /** Whether readers get the same number out of it. */
    private static boolean isPlain(Number number) {
        if (number instanceof Double || number instanceof Float) {
            return Double.isFinite(number.doubleValue());
        }
        if (number instanceof Integer || number instanceof Short
                || number instanceof Byte || number instanceof Long) {
            return Math.abs(number.longValue()) <= MAX_EXACT
                    && number.longValue() != Long.MIN_VALUE;
        }
        if (number instanceof BigInteger big) {
            return big.bitLength() <= 53;
        }
        return number instanceof BigDecimal decimal
                && decimal.precision() <= 17
                && decimal.toString().length() <= MAX_DIGITS;
    }

    /** The text without lone surrogates and without U+0000. */
    static String clean(String text) {
        StringBuilder clean = null;
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            boolean pair = Character.isHighSurrogate(letter)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1));
            if (pair) {
                at++;
            } else if (letter == 0 || Character.isSurrogate(letter)) {
                if (clean == null) {
                    clean = new StringBuilder(text);
                }
                clean.setCharAt(at, '\ufffd');
            }
        }
        return clean == null ? text : clean.toString();
    }

    /** String.valueOf(value), even where a broken toString() throws. */
    static String describe(Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException e) {
            return "<" + value.getClass().getSimpleName() + ": "
                    + e.getClass().getSimpleName() + " in toString()>";
        }
    }
}
