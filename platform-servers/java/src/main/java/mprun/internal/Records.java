package mprun.internal;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records as maps. */
final class Records {
    private Records() {
    }

    static Map<String, Object> members(Record record) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (RecordComponent part : record.getClass().getRecordComponents()) {
            try {
                part.getAccessor().setAccessible(true);
                members.put(part.getName(), part.getAccessor().invoke(record));
            } catch (ReflectiveOperationException | RuntimeException e) {
                members.put(part.getName(), "<" + Json.describe(e) + ">");
            }
        }
        return members;
    }
}
