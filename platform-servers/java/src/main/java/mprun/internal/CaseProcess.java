package mprun.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What lasts from one step of a process to the next. */
final class CaseProcess {
    private final Instances instances;
    private final Map<String, String> environment;
    private final Deque<AutoCloseable> cleanups = new ArrayDeque<>();
    private volatile Map<String, Object> initialized = Map.of();

    CaseProcess(Instances instances, Map<String, String> environment) {
        this.instances = instances;
        this.environment = environment;
        instances.onClose(this::defer);
    }

    Instances instances() {
        return instances;
    }

    /** The params of initialize; empty before and at the bare level. */
    Map<String, Object> initialized() {
        return initialized;
    }

    void initialize(Map<String, Object> params) {
        initialized = params;
    }

    /** The values of run are those of another case now. */
    void enter(Object run) {
        if (run instanceof Map) {
            Map<String, Object> merged = new LinkedHashMap<>(
                    Members.object(initialized, "run"));
            merged.putAll(Members.asObject(run));
            Map<String, Object> params = new LinkedHashMap<>(initialized);
            params.put("run", merged);
            initialized = params;
        }
    }

    /** A value of run in initialize, else of the environment, else null. */
    Object setting(String member, String variable) {
        Object value = Members.object(initialized, "run").get(member);
        if (value != null && !"".equals(value)) {
            return value;
        }
        String text = environment.get(variable);
        return text == null || text.isEmpty() ? null : text;
    }

    /** A member of process in initialize, or null. */
    Object told(String member) {
        return Members.object(initialized, "process").get(member);
    }

    long limit(String member, long otherwise) {
        return Members.object(initialized, "limits").get(member)
                instanceof Long value && value >= 0 ? value : otherwise;
    }

    synchronized void defer(AutoCloseable resource) {
        cleanups.push(resource);
    }

    private synchronized AutoCloseable nextCleanup() {
        return cleanups.poll();
    }

    synchronized int cleanupCount() {
        return cleanups.size();
    }

    /** Closes and forgets everything, last first; what went wrong. */
    List<String> cleanUp() {
        List<String> problems = new ArrayList<>();
        AutoCloseable resource;
        while ((resource = nextCleanup()) != null) {
            try {
                resource.close();
            } catch (Exception | LinkageError | AssertionError e) {
                problems.add(nameOf(resource) + ": "
                        + e.getClass().getSimpleName() + ": "
                        + e.getMessage());
            }
        }
        instances.clear();
        return problems;
    }

    /** A lambda is named by the class that it stands in. */
    private static String nameOf(AutoCloseable resource) {
        String name = resource.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return (lambda < 0 ? name : name.substring(0, lambda))
                .replaceAll(".*\\.", "");
    }
}
