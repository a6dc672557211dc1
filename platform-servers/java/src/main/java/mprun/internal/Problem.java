package mprun.internal;

import java.util.Map;
import java.util.TreeMap;

/**
 * Something wrong in the step classes.
 *
 * @param location null if it is nowhere in them
 */
public record Problem(Location location, String message) {
    Map<String, Object> asJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("message", message);
        if (location != null) {
            json.putAll(location.asJson());
        }
        return json;
    }

    @Override
    public String toString() {
        return location == null ? message : location + ": " + message;
    }
}
