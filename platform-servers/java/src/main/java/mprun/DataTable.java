package mprun;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import mprun.internal.Cells;

/**
 * The data table of a step: rows of texts, all of the same length.
 *
 * @param rows all rows, the header among them
 */
public record DataTable(List<List<String>> rows) {
    public DataTable {
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** The cells of the first row. */
    public List<String> header() {
        return rows.isEmpty() ? List.of() : rows.get(0);
    }

    /** A map for each row after the header, keyed by the header. */
    public List<Map<String, String>> maps() {
        List<Map<String, String>> maps = new ArrayList<>();
        for (int row = 1; row < rows.size(); row++) {
            Map<String, String> map = new LinkedHashMap<>();
            for (int column = 0; column < header().size(); column++) {
                map.put(header().get(column), rows.get(row).get(column));
            }
            maps.add(map);
        }
        return maps;
    }

    /**
     * A record for each row after the header. The header names the record's
     * components, as {@code frameId}, {@code frame id} or {@code Frame ID};
     * cells become what the components are.
     */
    public <T extends Record> List<T> records(Class<T> type) {
        return Cells.records(this, type);
    }

    /** A table of two columns as one map. */
    public Map<String, String> pairs() {
        Map<String, String> map = new LinkedHashMap<>();
        for (List<String> row : rows) {
            if (row.size() != 2) {
                throw new IllegalStateException(
                        "pairs() needs a table of two columns");
            }
            map.put(row.get(0), row.get(1));
        }
        return map;
    }

    /** The table turned round: a list for each column. */
    public List<List<String>> columns() {
        List<List<String>> columns = new ArrayList<>();
        for (int column = 0; column < header().size(); column++) {
            int index = column;
            columns.add(rows.stream().map(row -> row.get(index)).toList());
        }
        return columns;
    }
}
