package mprun.internal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what a step threw into the failure of its result.
 *
 * <p>Assertions are all that is an AssertionError. Expected and actual come
 * from the error where it has them (ours, opentest4j, JUnit 4), else from the
 * ways in which AssertJ, Hamcrest and JUnit word them.
 */
final class Failure {
    private static final int MAX_VALUE = 20000;
    private static final int MAX_FRAMES = 200;
    private static final int MAX_CAUSES = 10;

    /** Frames of these are not where a failure is to be looked for. */
    private static final List<String> LIBRARIES = List.of("java.", "javax.",
            "jdk.", "sun.", "com.sun.", "mprun.", "org.junit.", "junit.",
            "org.opentest4j.", "org.assertj.", "org.hamcrest.",
            "com.google.common.truth.", "org.mockito.");

    private static final List<Pattern> WORDINGS = List.of(
            Pattern.compile("expected: ?<(?<expected>.*?)> but was: ?"
                    + "<(?<actual>.*)>", Pattern.DOTALL),
            Pattern.compile("expected: ?(?<expected>.*?)\\n *but:? was:? ?"
                    + "(?<actual>.*)", Pattern.DOTALL
                    | Pattern.CASE_INSENSITIVE));

    private final Sources sources;
    private final StepMethod method;
    private final Throwable error;
    private final List<StackTraceElement> frames;

    private Failure(Sources sources, StepMethod method, Throwable error) {
        this.sources = sources;
        this.method = method;
        this.error = error;
        frames = userFrames(error.getStackTrace(), method);
    }

    /** method: what was called, or null. */
    static Map<String, Object> describe(Sources sources, StepMethod method,
            Throwable error) {
        return new Failure(sources, method, error).asJson();
    }

    /** Of a step that was cancelled. */
    static Map<String, Object> cancelled(StepMethod method, StepRun run,
            String detail) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "timeout");
        json.put("type", "Cancelled");
        json.put("message", "the step was cancelled: " + run.reason() + detail);
        if (run.where() != null) {
            json.put("stackTrace", "where it was:\n" + text(
                    userFrames(run.where(), method)));
        }
        json.put("location", method.location().asJson());
        return json;
    }

    private Map<String, Object> asJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind());
        json.put("message", message());
        json.put("type", error.getClass().getSimpleName());
        json.put("stackTrace", stackTrace());
        addValues(json);
        Location place = place();
        if (place != null) {
            json.put("location", place.asJson());
        }
        return json;
    }

    private String kind() {
        if (error instanceof AssertionError) {
            return "assertion";
        }
        if (error instanceof TimeoutException
                || error instanceof java.net.SocketTimeoutException) {
            return "timeout";
        }
        return error instanceof OutOfMemoryError ? "resource" : "exception";
    }

    private String message() {
        String text = messageOf(error);
        String type = error.getClass().getSimpleName();
        if (text.isEmpty()) {
            return error instanceof AssertionError
                    ? "an assertion failed" : type;
        }
        return error instanceof AssertionError ? text
                : type + ": " + text + hint(text);
    }

    private static String messageOf(Throwable error) {
        try {
            return String.valueOf(error.getMessage() == null ? ""
                    : error.getMessage()).strip();
        } catch (RuntimeException e) {
            return "<" + e.getClass().getSimpleName() + " in getMessage()>";
        }
    }

    /** A field that nobody set: most likely it was set elsewhere. */
    private String hint(String text) {
        boolean field = error instanceof NullPointerException
                && text.contains("\"this.") && !frames.isEmpty()
                && method != null && method.isFrame(frames.get(0));
        return field ? " (fields of step classes hold what steps of this"
                + " process set in this case; another process hands over"
                + " values by ctx.export, read by ctx.exported)" : "";
    }

    /** From the innermost frame that may be of use to the step's method. */
    private static List<StackTraceElement> userFrames(
            StackTraceElement[] stack, StepMethod method) {
        List<StackTraceElement> frames = new ArrayList<>(Arrays.asList(stack));
        int end = frames.size();
        for (int at = 0; at < frames.size() && method != null; at++) {
            if (method.isFrame(frames.get(at))) {
                end = at + 1;
            }
        }
        if (end == frames.size()) {
            end = ownFrames(frames);
        }
        frames = frames.subList(0, end);
        int start = 0;
        while (start < frames.size() - 1
                && isAssertionLibrary(frames.get(start))) {
            start++;
        }
        return frames.subList(start, Math.min(frames.size(),
                start + MAX_FRAMES));
    }

    /** Where the frames of the server begin that called it all. */
    private static int ownFrames(List<StackTraceElement> frames) {
        for (int at = 0; at < frames.size(); at++) {
            if (frames.get(at).getClassName().startsWith("mprun.internal.")) {
                return at;
            }
        }
        return frames.size();
    }

    private static boolean isAssertionLibrary(StackTraceElement frame) {
        String name = frame.getClassName();
        return isLibrary(frame) && !name.startsWith("java")
                && !name.startsWith("jdk.") && !name.startsWith("sun.");
    }

    private static boolean isLibrary(StackTraceElement frame) {
        return LIBRARIES.stream().anyMatch(frame.getClassName()::startsWith);
    }

    private Location place() {
        for (StackTraceElement frame : frames) {
            if (!isLibrary(frame) && frame.getFileName() != null
                    && frame.getLineNumber() > 0) {
                return sources.of(frame);
            }
        }
        return method == null ? null : method.location();
    }

    private String stackTrace() {
        StringBuilder text = new StringBuilder();
        text.append(Json.describe(error)).append(text(frames).isEmpty()
                ? "" : "\n" + text(frames));
        Throwable cause = error.getCause();
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            text.append("\nCaused by: ").append(Json.describe(cause));
            List<StackTraceElement> own = userFrames(cause.getStackTrace(),
                    method);
            text.append(own.isEmpty() ? "" : "\n" + text(own));
            cause = cause.getCause();
        }
        return text.toString();
    }

    private static String text(List<StackTraceElement> frames) {
        return String.join("\n", frames.stream().map(frame ->
                "    at " + frame).toList());
    }

    // Expected and actual

    private void addValues(Map<String, Object> json) {
        String[] pair = carriedValues();
        if (pair == null && error instanceof AssertionError) {
            pair = wordedValues();
        }
        if (pair == null) {
            return;
        }
        json.put("expected", pair[0]);
        json.put("actual", pair[1]);
        if (pair[0].contains("\n") || pair[1].contains("\n")) {
            json.put("diff", Diff.unified(pair[0], pair[1]));
        }
    }

    /** By reflection: those libraries are the user's, not ours. */
    private String[] carriedValues() {
        try {
            Method expected = error.getClass().getMethod("getExpected");
            Method actual = error.getClass().getMethod("getActual");
            Object first = expected.invoke(error);
            Object second = actual.invoke(error);
            return first == null && second == null ? null
                    : new String[] {shown(first), shown(second)};
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static String shown(Object value) {
        Object plain = value;
        if (value != null && value.getClass().getName().equals(
                "org.opentest4j.ValueWrapper")) {
            plain = representation(value);
        }
        String text = plain instanceof Object[] items
                ? Arrays.deepToString(items)
                : plain instanceof byte[] bytes ? Arrays.toString(bytes)
                : Json.describe(plain);
        return cut(text);
    }

    private static Object representation(Object wrapper) {
        try {
            return wrapper.getClass().getMethod("getStringRepresentation")
                    .invoke(wrapper);
        } catch (ReflectiveOperationException e) {
            return wrapper;
        }
    }

    private String[] wordedValues() {
        for (Pattern wording : WORDINGS) {
            Matcher found = wording.matcher(messageOf(error));
            if (found.find()) {
                return new String[] {cut(found.group("expected").strip()),
                    cut(found.group("actual").strip())};
            }
        }
        return null;
    }

    private static String cut(String text) {
        return text.length() <= MAX_VALUE ? text
                : text.substring(0, MAX_VALUE) + "...";
    }
}
