package mprun.internal;

import java.util.List;
import java.util.Map;

/** Members of messages that may be missing or of another type. */
final class Members {
    private Members() {
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> asObject(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    /** The member if it is an object, else an empty one. */
    static Map<String, Object> object(Map<String, Object> of, String name) {
        return asObject(of.get(name));
    }

    /** The member if it is a string, else null. */
    static String text(Map<String, Object> of, String name) {
        return of.get(name) instanceof String text ? text : null;
    }

    /** The strings of the member if it is an array. */
    static List<String> texts(Map<String, Object> of, String name) {
        return of.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList() : List.of();
    }
}
