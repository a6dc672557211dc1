package mprun.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection to the runner: create, then serve.
 *
 * <p>Three threads. The reader takes lines: requests go into a queue, a cancel
 * acts at once. The thread that serves takes requests from the queue one after
 * the other. Steps have their own, see {@link Execution}. The end of standard
 * input ends the server in every state.
 */
public final class Server {
    /** The version of the library. */
    public static final String VERSION = "0.1.0";

    private static final long PROTOCOL_VERSION = 1;
    private static final long END_GRACE_MS = 1000;
    private static final Object END = new Object();
    private static final String END_REASON = "the runner has closed stdin";

    private final Registry registry;
    private final Channel channel;
    private final CaseProcess process;
    private final Execution execution;
    private final Map<String, Method> methods = new HashMap<>();
    private final BlockingQueue<Object> requests = new LinkedBlockingQueue<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Object lock = new Object();

    // Guarded by the lock.
    private final Set<Object> queued = new HashSet<>();
    private final Map<Object, String> cancelled = new HashMap<>();
    private Object current;
    private Object currentId;
    private StepRun currentRun;
    private boolean liveLogs;
    private boolean ending;

    // Of the thread that serves.
    private boolean initialized;
    private boolean closing;

    private interface Method {
        Map<String, Object> answer(Map<String, Object> params)
                throws RpcError;
    }

    public Server(Registry registry, Sources sources, Instances instances,
            Channel channel) {
        this.registry = registry;
        this.channel = channel;
        process = new CaseProcess(instances, System.getenv());
        execution = new Execution(registry, sources, process, this::sendLog);
        methods.put("initialize", this::initialize);
        methods.put("health", params -> health());
        methods.put("ping", params -> health());
        methods.put("executeStep", this::executeStep);
        methods.put("executeHook", this::executeHook);
        methods.put("matchSteps", this::matchSteps);
        methods.put("listStepDefinitions", params -> listStepDefinitions());
        methods.put("scenarioStarted", this::scenarioStarted);
        methods.put("scenarioFinished", params -> release());
        methods.put("shutdown", params -> shutdown());
    }

    /** Answers requests until standard input ends. */
    public void serve() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAtOnce,
                "mprun-end"));
        Thread reader = new Thread(this::read, "mprun-reader");
        reader.setDaemon(true);
        reader.start();
        try {
            answerAll();
        } catch (UncheckedIOException e) {
            // Nobody reads the answers any more: that is an end, too.
            endRun("the runner has closed stdout");
        }
        finished.countDown();
        cleanUp();
    }

    /** Not for longer than the process has: none may keep it for ever. */
    private void cleanUp() {
        Thread thread = new Thread(() -> {
            for (String problem : process.cleanUp()) {
                System.err.println("mprun: clean-up failed: " + problem);
            }
        }, "mprun-clean-up");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(END_GRACE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            System.err.println("mprun: clean-up failed: it takes too long");
        }
    }

    /** At SIGTERM, and where a step calls System.exit. */
    private void endAtOnce() {
        if (finished.getCount() == 0) {
            return;
        }
        endRun("the process was told to end");
        cleanUp();
    }

    private void endRun(String reason) {
        StepRun run;
        synchronized (lock) {
            run = currentRun;
        }
        if (run != null && !run.isExiting()) {
            run.cancel(reason);
            run.await();
        }
    }

    // The reader

    private void read() {
        try {
            byte[] line;
            while ((line = channel.readLine()) != null) {
                take(line);
            }
        } catch (IOException | OutOfMemoryError e) {
            System.err.println("mprun: reading requests: " + e);
        }
        requests.add(END);
        finishInTime();
    }

    private void take(byte[] line) {
        if (line == Channel.TOO_LONG) {
            requests.add(new RpcError(RpcError.MESSAGE_TOO_LARGE,
                    "the message is longer than " + Channel.MAX_MESSAGE_BYTES
                            + " bytes"));
            return;
        }
        Object message;
        try {
            message = Json.decode(line);
        } catch (Json.BadJson e) {
            requests.add(new RpcError(RpcError.PARSE_ERROR,
                    "no JSON: " + e.getMessage()));
            return;
        }
        Map<String, Object> members = Members.asObject(message);
        if ("$/cancelRequest".equals(members.get("method"))
                && !members.containsKey("id")) {
            cancel(Members.object(members, "params"));
            return;
        }
        if (members.containsKey("id")) {
            synchronized (lock) {
                queued.add(key(members.get("id")));
            }
        }
        // A queue takes no null.
        requests.add(Objects.requireNonNullElse(message, List.of()));
    }

    private void cancel(Map<String, Object> params) {
        if (!params.containsKey("id")) {
            return;
        }
        Object key = key(params.get("id"));
        String reason = params.get("reason") == null ? "cancelled"
                : Json.describe(params.get("reason"));
        synchronized (lock) {
            if (key.equals(current) && currentRun != null) {
                currentRun.cancel(reason);
            } else if (key.equals(current) || queued.contains(key)) {
                cancelled.put(key, reason);
            }
        }
    }

    /** After the end of stdin: what was asked for is still answered, soon. */
    private void finishInTime() {
        try {
            if (finished.await(END_GRACE_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
            synchronized (lock) {
                ending = true;
                if (currentRun != null) {
                    currentRun.cancel(END_REASON);
                }
            }
            if (!finished.await(END_GRACE_MS, TimeUnit.MILLISECONDS)) {
                System.err.println("mprun: a clean-up does not end");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Requests

    private void answerAll() {
        for (;;) {
            Object message;
            try {
                message = requests.take();
            } catch (InterruptedException e) {
                // Somebody else's interrupt: this thread has no use for it.
                continue;
            }
            if (message == END) {
                return;
            }
            if (message instanceof RpcError error) {
                send(null, "error", error.asJson());
            } else {
                answer(message);
            }
        }
    }

    private void answer(Object message) {
        Map<String, Object> members = Members.asObject(message);
        Object id = members.get("id");
        try {
            String method = checkEnvelope(message);
            if (members.containsKey("id")) {
                send(id, "result", run(id, method,
                        Members.object(members, "params")));
            }
        } catch (RpcError e) {
            send(id, "error", e.asJson());
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            // A list of the step's that changes while it is written, say.
            send(id, "error", new RpcError(RpcError.INTERNAL_ERROR,
                    "the answer cannot be written: " + Json.describe(e))
                    .asJson());
        }
    }

    /** The method of a request. */
    private static String checkEnvelope(Object message) throws RpcError {
        Map<String, Object> members = Members.asObject(message);
        if (message instanceof List) {
            throw new RpcError(RpcError.INVALID_REQUEST,
                    "batches are not supported");
        }
        String method = Members.text(members, "method");
        if (method == null) {
            throw new RpcError(RpcError.INVALID_REQUEST,
                    "a request has a method");
        }
        Object params = members.get("params");
        if (params != null && !(params instanceof Map)
                && members.containsKey("id")) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "params must be an object");
        }
        return method;
    }

    private Map<String, Object> run(Object id, String method,
            Map<String, Object> params) throws RpcError {
        Object key = key(id);
        String reason;
        synchronized (lock) {
            queued.remove(key);
            reason = cancelled.remove(key);
            reason = ending ? END_REASON : reason;
            current = key;
            currentId = id;
        }
        if (reason != null) {
            throw new RpcError(RpcError.CANCELLED, "cancelled: " + reason);
        }
        if (!methods.containsKey(method)) {
            throw new RpcError(RpcError.METHOD_NOT_FOUND,
                    "unknown method: " + method);
        }
        if (closing) {
            throw new RpcError(RpcError.SHUTTING_DOWN,
                    "the server is shutting down");
        }
        try {
            return methods.get(method).answer(params);
        } catch (RuntimeException e) {
            throw new RpcError(RpcError.INTERNAL_ERROR, method + ": "
                    + Json.describe(e));
        }
    }

    /** An id as something to compare by type and value. */
    private static Object key(Object id) {
        return (id == null ? "" : id.getClass().getSimpleName()) + id;
    }

    private void send(Object id, String member, Object value) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("jsonrpc", "2.0");
        message.put("id", id);
        message.put(member, value);
        // After its answer nothing may speak of the request any more.
        synchronized (lock) {
            cancelled.remove(current);
            current = null;
            currentRun = null;
            write(message);
        }
    }

    private void write(Map<String, Object> message) {
        try {
            channel.write(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a log line now; false: it belongs into the step's result. */
    private boolean sendLog(StepRun run, Map<String, Object> entry) {
        synchronized (lock) {
            boolean running = currentRun == run;
            if (!liveLogs) {
                return !running;
            }
            Map<String, Object> params = new LinkedHashMap<>();
            params.put("id", running ? currentId : null);
            params.putAll(entry);
            write(Map.of("jsonrpc", "2.0", "method", "log",
                    "params", params));
            return true;
        }
    }

    private StepRun beginRun() {
        StepRun run = new StepRun();
        synchronized (lock) {
            currentRun = run;
            String reason = ending ? END_REASON : cancelled.remove(current);
            if (reason != null) {
                run.cancel(reason);
            }
        }
        return run;
    }

    // Methods

    private Map<String, Object> initialize(Map<String, Object> params)
            throws RpcError {
        if (initialized) {
            throw new RpcError(RpcError.INVALID_REQUEST,
                    "initialize was called before");
        }
        if (!(params.get("protocolVersions") instanceof List<?> versions)) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "params.protocolVersions must be an array");
        }
        if (!versions.contains(PROTOCOL_VERSION)) {
            throw new RpcError(RpcError.UNSUPPORTED_VERSION,
                    "Unsupported protocol version", Map.of("supported",
                            List.of(PROTOCOL_VERSION), "requested", versions));
        }
        refuseBrokenSteps();
        initialized = true;
        process.initialize(params);
        synchronized (lock) {
            liveLogs = Boolean.TRUE.equals(Members.object(params,
                    "capabilities").get("log"));
        }
        return introduction();
    }

    private Map<String, Object> introduction() {
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("name", "mprun-server-java");
        server.put("version", VERSION);
        server.put("pid", ProcessHandle.current().pid());
        server.put("language", "java");
        server.put("languageVersion", System.getProperty("java.version"));
        server.put("sdk", "mprun-java " + VERSION);
        Map<String, Object> capabilities = new LinkedHashMap<>();
        for (String name : List.of("matchSteps", "listStepDefinitions",
                "snippets", "scenarios", "cancel", "log")) {
            capabilities.put(name, true);
        }
        // A server without hooks is not asked for them.
        capabilities.put("hooks", !registry.hooks().isEmpty());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("protocolVersion", PROTOCOL_VERSION);
        result.put("server", server);
        result.put("capabilities", capabilities);
        result.put("limits", Map.of("maxMessageBytes",
                Channel.MAX_MESSAGE_BYTES));
        return result;
    }

    private void refuseBrokenSteps() throws RpcError {
        if (!registry.problems().isEmpty()) {
            throw new RpcError(RpcError.INTERNAL_ERROR,
                    registry.problemText(), Map.of("errors", registry
                            .problems().stream().map(Problem::asJson)
                            .toList()));
        }
    }

    private Map<String, Object> health() {
        return registry.problems().isEmpty() ? Map.of("status", "ok")
                : Map.of("status", "error",
                        "message", registry.problemText());
    }

    private Map<String, Object> executeStep(Map<String, Object> params)
            throws RpcError {
        refuseBrokenSteps();
        if (!(params.get("step") instanceof String)) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "params.step must be a string");
        }
        checkMembers(params);
        return execution.step(params, beginRun());
    }

    private Map<String, Object> executeHook(Map<String, Object> params)
            throws RpcError {
        refuseBrokenSteps();
        Hook wanted = registry.hooks().stream().filter(hook ->
                hook.id().equals(params.get("hook"))).findFirst().orElse(null);
        if (wanted == null) {
            throw new RpcError(RpcError.INVALID_PARAMS, "there is no hook "
                    + params.get("hook"));
        }
        checkMembers(params);
        return execution.hook(params, wanted, beginRun());
    }

    /** That what all requests of steps and hooks have can be used. */
    private void checkMembers(Map<String, Object> params) throws RpcError {
        for (String name : List.of("process", "status", "step", "stepType")) {
            if (params.get(name) != null
                    && !(params.get(name) instanceof String)) {
                throw new RpcError(RpcError.INVALID_PARAMS,
                        "params." + name + " must be a string");
            }
        }
        if (params.get("context") != null
                && !(params.get("context") instanceof Map)) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "params.context must be an object");
        }
        Object name = params.get("process");
        Object own = process.told("name");
        if (name != null && own instanceof String && !name.equals(own)
                && !name.equals(process.told("group"))) {
            throw new RpcError(RpcError.WRONG_PROCESS, "this is the process '"
                    + own + "', not '" + name + "'");
        }
    }

    private Map<String, Object> matchSteps(Map<String, Object> params)
            throws RpcError {
        refuseBrokenSteps();
        if (!(params.get("steps") instanceof List<?> steps)
                || !steps.stream().allMatch(step -> Members.text(
                        Members.asObject(step), "step") != null)) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "params.steps must be an array of {step: string}");
        }
        return Map.of("results", steps.stream().map(step -> Catalog.match(
                registry, Members.asObject(step))).toList());
    }

    private Map<String, Object> listStepDefinitions() throws RpcError {
        refuseBrokenSteps();
        return Catalog.list(registry);
    }

    private Map<String, Object> scenarioStarted(Map<String, Object> params) {
        Map<String, Object> result = release();
        process.enter(params.get("run"));
        return result;
    }

    private Map<String, Object> shutdown() {
        closing = true;
        return release();
    }

    /** The end of what the steps of a case hold. */
    private Map<String, Object> release() {
        int count = process.cleanupCount();
        List<String> problems = process.cleanUp();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("success", problems.isEmpty());
        result.put("logs", count == 0 ? List.of()
                : List.of("[INFO] " + count + " clean-ups done"));
        if (!problems.isEmpty()) {
            result.put("status", "failed");
            result.put("failure", Map.of("kind", "resource", "message",
                    String.join("; ", problems)));
        }
        return result;
    }
}
