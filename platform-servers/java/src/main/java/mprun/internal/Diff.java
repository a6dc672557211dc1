package mprun.internal;

import java.util.ArrayList;
import java.util.List;

/** The lines in which two texts differ, as {@code diff -u} writes them. */
final class Diff {
    private static final int CONTEXT = 3;
    private static final long MAX_CELLS = 4_000_000;

    private Diff() {
    }

    static String unified(String expected, String actual) {
        List<String> a = List.of(expected.split("\n", -1));
        List<String> b = List.of(actual.split("\n", -1));
        int start = 0;
        int shorter = Math.min(a.size(), b.size());
        while (start < shorter && a.get(start).equals(b.get(start))) {
            start++;
        }
        int tail = 0;
        while (tail < shorter - start && a.get(a.size() - 1 - tail).equals(
                b.get(b.size() - 1 - tail))) {
            tail++;
        }
        int from = Math.max(0, start - CONTEXT);
        int keep = Math.min(tail, CONTEXT);
        List<String> lines = new ArrayList<>(List.of("--- expected",
                "+++ actual", "@@ -" + span(from, a.size() - tail + keep)
                        + " +" + span(from, b.size() - tail + keep) + " @@"));
        a.subList(from, start).forEach(line -> lines.add(" " + line));
        addChanges(lines, a.subList(start, a.size() - tail),
                b.subList(start, b.size() - tail));
        a.subList(a.size() - tail, a.size() - tail + keep)
                .forEach(line -> lines.add(" " + line));
        return String.join("\n", lines);
    }

    private static String span(int from, int end) {
        return (from + 1) + "," + (end - from);
    }

    /** What lies between the equal beginning and the equal end. */
    private static void addChanges(List<String> lines, List<String> a,
            List<String> b) {
        if ((long) a.size() * b.size() > MAX_CELLS) {
            a.forEach(line -> lines.add("-" + line));
            b.forEach(line -> lines.add("+" + line));
            return;
        }
        int[][] common = longestCommon(a, b);
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
                lines.add(" " + a.get(i++));
                j++;
            } else if (j == b.size() || i < a.size()
                    && common[i + 1][j] >= common[i][j + 1]) {
                lines.add("-" + a.get(i++));
            } else {
                lines.add("+" + b.get(j++));
            }
        }
    }

    /** [i][j]: how many lines a from i on and b from j on share in order. */
    private static int[][] longestCommon(List<String> a, List<String> b) {
        int[][] table = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                table[i][j] = a.get(i).equals(b.get(j))
                        ? table[i + 1][j + 1] + 1
                        : Math.max(table[i + 1][j], table[i][j + 1]);
            }
        }
        return table;
    }
}
