package mprun.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

import mprun.Context;
import mprun.DataTable;
import mprun.DocString;
import mprun.Level;

/** The context of one step or hook: gathers what becomes of its result. */
final class StepContext implements Context {
    private static final int MAX_EXPORTS = 64;
    private static final int MAX_EXPORT_BYTES = 65536;
    private static final int MAX_INLINE_BYTES = 1024 * 1024;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
            "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final long started = System.nanoTime();
    private final CaseProcess process;
    private final StepRun run;
    private final Predicate<Map<String, Object>> sendLog;
    private final Map<String, Object> params;
    private final Map<String, Object> scenario;
    private final StepArguments arguments;
    private final Map<String, Object> data = new LinkedHashMap<>();
    private final List<Object> logs = new ArrayList<>();
    private final List<Object> attachments = new ArrayList<>();
    private final Map<String, String> exports = new LinkedHashMap<>();

    /** sendLog: sends a line now; false: it belongs into the result. */
    StepContext(CaseProcess process, StepRun run,
            Predicate<Map<String, Object>> sendLog,
            Map<String, Object> params, StepArguments arguments) {
        this.process = process;
        this.run = run;
        this.sendLog = sendLog;
        this.params = params;
        this.arguments = arguments;
        scenario = Members.object(params, "context");
    }

    /** Adds what was gathered to a result. */
    synchronized void report(Map<String, Object> result) {
        result.put("data", new LinkedHashMap<>(data));
        result.put("logs", List.copyOf(logs));
        if (!attachments.isEmpty()) {
            result.put("attachments", List.copyOf(attachments));
        }
        if (!exports.isEmpty()) {
            result.put("exports", new LinkedHashMap<>(exports));
        }
        result.put("durationMs",
                (System.nanoTime() - started) / 1000 / 1000.0);
    }

    // Reporting

    @Override
    public synchronized void log(Level level, Object message) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("time", TIME.format(Instant.now()));
        entry.put("level", level.toString());
        entry.put("message", Json.describe(message));
        if (sendLog.test(entry)) {
            return;
        }
        // At the bare level a log line is a string.
        logs.add(process.initialized().isEmpty()
                ? "[" + level.name() + "] " + entry.get("message") : entry);
    }

    @Override
    public void attach(String name, String mediaType, String text) {
        attach(name, mediaType, "identity", text,
                text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void attach(String name, String mediaType, byte[] bytes) {
        attach(name, mediaType, "base64",
                Base64.getEncoder().encodeToString(bytes), bytes);
    }

    private synchronized void attach(String name, String mediaType,
            String encoding, String body, byte[] bytes) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("mediaType", mediaType);
        if (bytes.length > process.limit("maxInlineAttachmentBytes",
                MAX_INLINE_BYTES)) {
            entry.put("path", save(name, bytes));
        } else {
            entry.put("encoding", encoding);
            entry.put("body", body);
        }
        attachments.add(entry);
    }

    /** Writes a file of the report; the name that it got. */
    private String save(String name, byte[] bytes) {
        String safe = name.replaceAll("[^\\p{L}\\p{N}._-]", "_")
                .replaceFirst("^\\.+", "");
        safe = safe.isEmpty() ? "attachment" : safe;
        Path folder = artifactDir();
        try {
            Files.createDirectories(folder);
            for (int number = 1;; number++) {
                String free = number == 1 ? safe : number + "-" + safe;
                try {
                    Files.write(folder.resolve(free), bytes,
                            StandardOpenOption.CREATE_NEW);
                    return free;
                } catch (FileAlreadyExistsException e) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw Errors.sneak(e);
        }
    }

    @Override
    public synchronized void data(String key, Object value) {
        data.put(key, value);
    }

    @Override
    public synchronized void export(String key, Object value) {
        Map<String, String> all = new LinkedHashMap<>(exports);
        all.put(key, Json.describe(value));
        int bytes = all.entrySet().stream().mapToInt(entry ->
                size(entry.getKey()) + size(entry.getValue())).sum();
        if (all.size() > MAX_EXPORTS || bytes > MAX_EXPORT_BYTES) {
            throw new IllegalArgumentException("a process may export "
                    + MAX_EXPORTS + " values, together " + MAX_EXPORT_BYTES
                    + " bytes");
        }
        exports.putAll(all);
    }

    private static int size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    // Other processes

    @Override
    public String exported(String from, String key) {
        String value = exported(from, key, null);
        if (value == null) {
            throw new NoSuchElementException("the '" + from
                    + "' process has exported no '" + key + "'; a step there"
                    + " hands it over by ctx.export(\"" + key
                    + "\", value) before this one");
        }
        return value;
    }

    @Override
    public String exported(String from, String key, String otherwise) {
        Object value = Members.object(Members.object(scenario, "exports"),
                from).get(key);
        return value == null ? otherwise : value.toString();
    }

    // Where things belong

    @Override
    public Path sharedDir() {
        return Path.of(required("sharedDir", "MPRUN_SHARED_DIR"));
    }

    @Override
    public String ipcPrefix() {
        return required("ipcPrefix", "MPRUN_IPC_PREFIX");
    }

    @Override
    public Path artifactDir() {
        return Path.of(required("artifactDir", "MPRUN_ARTIFACT_DIR"));
    }

    private String required(String member, String variable) {
        Object value = process.setting(member, variable);
        if (value == null) {
            throw new IllegalStateException("the runner gave no " + member
                    + ": neither run." + member + " of initialize nor "
                    + variable);
        }
        return value.toString();
    }

    @Override
    public void defer(AutoCloseable resource) {
        process.defer(resource);
    }

    // What the runner told

    @Override
    public String process() {
        return Members.text(params, "process");
    }

    @Override
    public String platform() {
        return Members.text(scenario, "platform");
    }

    @Override
    public int incarnation() {
        return process.told("incarnation") instanceof Long number
                ? number.intValue() : 1;
    }

    @Override
    public String step() {
        return Members.text(params, "step");
    }

    @Override
    public String stepType() {
        return Members.text(params, "stepType");
    }

    @Override
    public String status() {
        return Members.text(params, "status");
    }

    @Override
    public List<String> tags() {
        return Members.texts(scenario, "tags");
    }

    @Override
    public Optional<Long> seed() {
        Object seed = process.setting("seed", "MPRUN_SEED");
        try {
            return Optional.ofNullable(seed).map(Object::toString)
                    .map(Long::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public Map<String, Object> options() {
        return Members.object(process.initialized(), "options");
    }

    @Override
    public Map<String, Object> scenario() {
        return scenario;
    }

    @Override
    public Optional<DataTable> dataTable() {
        return Optional.ofNullable(arguments.table());
    }

    @Override
    public Optional<DocString> docString() {
        return Optional.ofNullable(arguments.text());
    }

    // Waiting

    @Override
    public boolean cancelled() {
        return run.cancelled();
    }

    @Override
    public void checkpoint() {
        run.checkpoint();
    }

    @Override
    public void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis(), time.toNanosPart() % 1_000_000);
        } catch (InterruptedException e) {
            run.checkpoint();
            throw Errors.sneak(e);
        }
        run.checkpoint();
    }

    @Override
    public Optional<Duration> remaining() {
        if (!(scenario.get("timeoutMs") instanceof Number budget)
                || budget.doubleValue() <= 0) {
            return Optional.empty();
        }
        Duration left = Duration.ofMillis(budget.longValue())
                .minusNanos(System.nanoTime() - started);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }
}
