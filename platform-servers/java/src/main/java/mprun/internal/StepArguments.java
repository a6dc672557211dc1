package mprun.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import mprun.DataTable;
import mprun.DocString;

/** The table and the doc string of a request, either of them or null. */
record StepArguments(DataTable table, DocString text, boolean textFirst) {
    static final StepArguments NONE = new StepArguments(null, null, false);

    /** Reads the member argument of a request. */
    static StepArguments parse(Object argument) throws RpcError {
        if (argument == null) {
            return NONE;
        }
        if (!(argument instanceof Map)) {
            throw bad("argument must be an object");
        }
        Map<String, Object> members = Members.asObject(argument);
        List<String> order = Members.texts(members, "order");
        return new StepArguments(parseTable(members.get("dataTable")),
                parseText(members.get("docString")),
                !order.isEmpty() && order.get(0).equals("docString"));
    }

    private static DataTable parseTable(Object table) throws RpcError {
        if (table == null) {
            return null;
        }
        List<List<String>> rows = new ArrayList<>();
        if (!(Members.asObject(table).get("rows") instanceof List<?> all)) {
            throw badTable();
        }
        for (Object row : all) {
            if (!(row instanceof List<?> cells)
                    || !cells.stream().allMatch(String.class::isInstance)) {
                throw badTable();
            }
            rows.add(cells.stream().map(String.class::cast).toList());
        }
        return new DataTable(rows);
    }

    private static DocString parseText(Object text) throws RpcError {
        if (text == null) {
            return null;
        }
        Map<String, Object> members = Members.asObject(text);
        Object mediaType = members.get("mediaType");
        if (Members.text(members, "content") == null
                || mediaType != null && !(mediaType instanceof String)) {
            throw bad("argument.docString must have a string content, and a"
                    + " string mediaType or none");
        }
        return new DocString(Members.text(members, "content"),
                (String) mediaType);
    }

    private static RpcError badTable() {
        return bad("argument.dataTable.rows must be an array of arrays of"
                + " strings");
    }

    private static RpcError bad(String what) {
        return new RpcError(RpcError.INVALID_PARAMS, "params." + what);
    }

    /** What the step's method is called with, in the step's order. */
    List<Object> values() {
        List<Object> values = new ArrayList<>();
        if (table != null) {
            values.add(table);
        }
        if (text != null) {
            values.add(text);
        }
        if (textFirst) {
            Collections.reverse(values);
        }
        return values;
    }
}
