package mprun.internal;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where something stands.
 *
 * @param file the source, as {@link Sources} shows it
 * @param line from 1; 0 if nothing tells it
 */
public record Location(String file, int line) {
    Map<String, Object> asJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("file", file);
        if (line > 0) {
            json.put("line", line);
        }
        return json;
    }

    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
