package mprun.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import mprun.DataTable;

/** What the texts of a table become. */
public final class Cells {
    private Cells() {
    }

    /** A record for each row after the header. */
    public static <T extends Record> List<T> records(DataTable table,
            Class<T> type) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (String name : table.header()) {
            columns.put(plain(name), columns.size());
        }
        RecordComponent[] parts = type.getRecordComponents();
        checkHeader(table, type, columns);
        List<T> records = new ArrayList<>();
        for (int row = 1; row < table.rows().size(); row++) {
            Object[] values = new Object[parts.length];
            for (int at = 0; at < parts.length; at++) {
                Integer column = columns.get(plain(parts[at].getName()));
                values[at] = cell(table, row, column, parts[at].getType());
            }
            records.add(create(type, values));
        }
        return records;
    }

    private static void checkHeader(DataTable table, Class<?> type,
            Map<String, Integer> columns) {
        List<String> names = new ArrayList<>();
        for (RecordComponent part : type.getRecordComponents()) {
            if (!columns.containsKey(plain(part.getName()))) {
                names.add(part.getName());
            }
        }
        if (!names.isEmpty()) {
            throw new IllegalArgumentException("the table has no column "
                    + String.join(", ", names) + " for "
                    + type.getSimpleName() + "; it has "
                    + String.join(", ", table.header()));
        }
    }

    /** "Frame ID", "frame_id" and "frameId" are the same name. */
    private static String plain(String name) {
        return name.replaceAll("[ _-]", "").toLowerCase(Locale.ROOT);
    }

    private static Object cell(DataTable table, int row, int column,
            Class<?> type) {
        String text = table.rows().get(row).get(column);
        try {
            return convert(text, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("row " + row + ", column "
                    + table.header().get(column) + ": '" + text + "' is no "
                    + type.getSimpleName(), e);
        }
    }

    private static <T> T create(Class<T> type, Object[] values) {
        RecordComponent[] parts = type.getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        for (int at = 0; at < parts.length; at++) {
            types[at] = parts[at].getType();
        }
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw Errors.sneak(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot make a "
                    + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** The text as a value; IllegalArgumentException if it is none. */
    static Object convert(String text, Class<?> type) {
        if (type.isAssignableFrom(String.class)) {
            return text;
        }
        if (type == boolean.class || type == Boolean.class) {
            return truth(text);
        }
        if (type == char.class || type == Character.class) {
            if (text.length() != 1) {
                throw new IllegalArgumentException("not one character");
            }
            return text.charAt(0);
        }
        if (type.isEnum()) {
            return constant(text, type);
        }
        return number(new BigDecimal(text.strip()), type);
    }

    private static Boolean truth(String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("yes")) {
            return true;
        }
        if (text.equalsIgnoreCase("false") || text.equalsIgnoreCase("no")) {
            return false;
        }
        throw new IllegalArgumentException("neither true nor false");
    }

    private static Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (plain(((Enum<?>) constant).name()).equals(plain(text))) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no such constant");
    }

    /** The number as one of this type; nothing of it is lost. */
    static Object number(BigDecimal value, Class<?> type) {
        try {
            if (type == int.class || type == Integer.class) {
                return value.intValueExact();
            } else if (type == long.class || type == Long.class) {
                return value.longValueExact();
            } else if (type == short.class || type == Short.class) {
                return value.shortValueExact();
            } else if (type == byte.class || type == Byte.class) {
                return value.byteValueExact();
            } else if (type == BigInteger.class) {
                return value.toBigIntegerExact();
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(value + " does not fit", e);
        }
        if (type == double.class || type == Double.class) {
            return value.doubleValue();
        } else if (type == float.class || type == Float.class) {
            return value.floatValue();
        } else if (type == BigDecimal.class) {
            return value;
        }
        throw new IllegalArgumentException("a text becomes no "
                + type.getSimpleName());
    }
}
