package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import mprun.DataTable;
import org.junit.jupiter.api.Test;

class ValuesTest {
    enum Kind { NAMED_PIPE, SOCKET }

    record Row(int frameId, Kind kind, boolean ok, String text, BigDecimal x) {
    }

    record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalStateException(number + " is odd");
            }
        }
    }

    private static DataTable table(String... rows) {
        return new DataTable(List.of(rows).stream().map(row ->
                List.of(row.split(" *\\| *", -1))).toList());
    }

    private static String error(Runnable action) {
        return assertThrows(RuntimeException.class, action::run).getMessage();
    }

    @Test
    void records() {
        assertEquals(List.of(
                new Row(1, Kind.NAMED_PIPE, true, "", new BigDecimal("1.5")),
                new Row(-2, Kind.SOCKET, false, "a b", BigDecimal.ONE)),
                table("Frame ID|kind|OK|text|x|more",
                        "1|named pipe|yes||1.5|",
                        "-2|SOCKET|false|a b|1|")
                        .records(Row.class));
    }

    @Test
    void recordsThatCannotBe() {
        assertEquals("the table has no column ok, x for Row; it has frame id,"
                + " kind, text", error(() -> table("frame id|kind|text")
                        .records(Row.class)));
        assertEquals("row 2, column number: '1.5' is no int", error(() ->
                table("number", "2", "1.5").records(Even.class)));
        assertEquals("row 1, column number: '5000000000' is no int",
                error(() -> table("number", "5000000000")
                        .records(Even.class)));
        assertEquals("3 is odd", error(() -> table("number", "3")
                .records(Even.class)));
    }

    @Test
    void otherFormsOfATable() {
        DataTable table = table("a|b", "1|2");
        assertEquals(List.of(Map.of("a", "1", "b", "2")), table.maps());
        assertEquals(Map.of("a", "b", "1", "2"), table.pairs());
        assertEquals(List.of(List.of("a", "1"), List.of("b", "2")),
                table.columns());
        assertEquals(List.of(), new DataTable(List.of()).header());
        assertThrows(IllegalStateException.class, () -> table("a").pairs());
        assertThrows(UnsupportedOperationException.class,
                () -> table.rows().get(0).set(0, "x"));
    }

    @Test
    void valuesOfPatterns() {
        assertEquals(5L, Values.fit(5, long.class));
        assertEquals(5, Values.fit(5, int.class));
        assertEquals(1.5, Values.fit(1.5f, Double.class));
        assertEquals(7, Values.fit("7", int.class));
        assertEquals(Kind.SOCKET, Values.fit("socket", Kind.class));
        assertEquals(null, Values.fit(null, String.class));
        assertEquals("x", Values.fit("x", Object.class));
        assertEquals("'300' is no byte: 300 does not fit",
                error(() -> Values.fit(300, byte.class)));
        assertEquals("the step gives nothing where the method takes a int",
                error(() -> Values.fit(null, int.class)));
        assertEquals("the step gives a Row where the method takes a List",
                error(() -> Values.fit(new Row(1, null, true, "", null),
                        List.class)));
    }
}
