package mprun.internal;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import mprun.DataTable;
import mprun.DocString;

/** Making of the values of a step what its method takes. */
final class Values {
    private Values() {
    }

    /** A value of the pattern as one of the type. */
    static Object fit(Object value, Type wanted) {
        Class<?> type = raw(wanted);
        if (value == null && !type.isPrimitive() || type.isInstance(value)) {
            return value;
        }
        try {
            if (value instanceof Number && type != boolean.class
                    && type != char.class) {
                return Cells.number(new BigDecimal(value.toString()), type);
            }
            if (value instanceof String text) {
                return Cells.convert(text, type);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + value + "' is no "
                    + type.getSimpleName() + ": " + e.getMessage(), e);
        }
        // The reflection of Java unboxes what fits, as a boolean.
        if (value == null || !type.isPrimitive()) {
            throw new IllegalArgumentException("the step gives "
                    + (value == null ? "nothing"
                            : "a " + value.getClass().getSimpleName())
                    + " where the method takes a " + type.getSimpleName());
        }
        return value;
    }

    /** Table and doc string, each where the method has a place for it. */
    static List<Object> fitAll(List<Object> arguments, List<Type> wanted) {
        List<Object> ordered = new ArrayList<>(arguments);
        if (ordered.size() == 2 && isText(wanted.get(0))
                != (ordered.get(0) instanceof DocString)) {
            ordered = List.of(ordered.get(1), ordered.get(0));
        }
        List<Object> values = new ArrayList<>();
        for (int at = 0; at < ordered.size(); at++) {
            Object argument = ordered.get(at);
            values.add(argument instanceof DataTable table
                    ? fitTable(table, wanted.get(at))
                    : fitText((DocString) argument, wanted.get(at)));
        }
        return values;
    }

    private static boolean isText(Type type) {
        return type == String.class || type == DocString.class;
    }

    private static Object fitText(DocString text, Type wanted) {
        Class<?> type = raw(wanted);
        if (type.isInstance(text)) {
            return text;
        }
        if (type.isAssignableFrom(String.class)) {
            return text.content();
        }
        throw new IllegalArgumentException("the step has a doc string, the"
                + " method takes a " + type.getSimpleName());
    }

    private static Object fitTable(DataTable table, Type wanted) {
        Class<?> type = raw(wanted);
        if (type.isInstance(table)) {
            return table;
        }
        if (type == Map.class) {
            return table.pairs();
        }
        if (type == String[][].class) {
            return table.rows().stream().map(row -> row.toArray(
                    new String[0])).toArray(String[][]::new);
        }
        if (type.isAssignableFrom(List.class)) {
            return fitRows(table, wanted);
        }
        throw new IllegalArgumentException("the step has a table, the method"
                + " takes a " + type.getSimpleName());
    }

    private static List<?> fitRows(DataTable table, Type wanted) {
        Class<?> row = wanted instanceof ParameterizedType list
                ? raw(list.getActualTypeArguments()[0]) : List.class;
        if (row.isRecord()) {
            return table.records(row.asSubclass(Record.class));
        }
        if (row == Map.class) {
            return table.maps();
        }
        if (row.isAssignableFrom(List.class)) {
            return table.rows();
        }
        throw new IllegalArgumentException("the rows of a table become"
                + " records, maps or lists, no " + row.getSimpleName());
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        if (type instanceof ParameterizedType generic) {
            return raw(generic.getRawType());
        }
        return type instanceof WildcardType wild
                ? raw(wild.getUpperBounds()[0]) : Object.class;
    }
}
