package mprun.internal;

import io.cucumber.cucumberexpressions.Argument;
import io.cucumber.cucumberexpressions.CucumberExpressionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;

import mprun.Pending;
import mprun.Skipped;

/**
 * Runs steps and hooks, one after the other in a thread of their own, and
 * shapes their results. A step that was given up keeps its thread, and the
 * next one has a new one.
 */
final class Execution {
    /** JUnit's word for an assumption that does not hold, and TestNG's. */
    private static final List<String> SKIPS = List.of(
            "org.opentest4j.TestAbortedException",
            "org.junit.AssumptionViolatedException",
            "org.testng.SkipException");

    private final Registry registry;
    private final Sources sources;
    private final CaseProcess process;
    private final BiPredicate<StepRun, Map<String, Object>> sendLog;
    private ExecutorService thread = newThread();

    /** sendLog: sends a line now; false: it belongs into the result. */
    Execution(Registry registry, Sources sources, CaseProcess process,
            BiPredicate<StepRun, Map<String, Object>> sendLog) {
        this.registry = registry;
        this.sources = sources;
        this.process = process;
        this.sendLog = sendLog;
    }

    private static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "mprun-step");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What is called, and what for. */
    private record Call(StepMethod method, List<Argument<?>> found,
            StepArguments arguments) {
        List<Object> values() {
            List<Object> values = new ArrayList<>();
            found.forEach(argument -> values.add(argument.getValue()));
            return values;
        }
    }

    /** Runs the step that the params ask for; the result to answer. */
    Map<String, Object> step(Map<String, Object> params, StepRun run)
            throws RpcError {
        StepArguments arguments = StepArguments.parse(params.get("argument"));
        StepContext context = context(params, run, arguments);
        String text = Members.text(params, "step");
        List<Registry.Match> matches;
        try {
            matches = registry.find(text);
        } catch (RuntimeException e) {
            return reported(failed(Failure.describe(sources, null, e)),
                    context);
        }
        if (matches.isEmpty()) {
            return reported(undefined(params, arguments), context);
        }
        if (matches.size() > 1) {
            return reported(ambiguous(matches), context);
        }
        Registry.Match match = matches.get(0);
        return call(new Call(match.definition().method(), match.arguments(),
                arguments), context, run);
    }

    /** Runs a hook that was listed; the result to answer. */
    Map<String, Object> hook(Map<String, Object> params, Hook hook,
            StepRun run) {
        return call(new Call(hook.method(), List.of(), StepArguments.NONE),
                context(params, run, StepArguments.NONE), run);
    }

    private StepContext context(Map<String, Object> params, StepRun run,
            StepArguments arguments) {
        return new StepContext(process, run, entry -> sendLog.test(run, entry),
                params, arguments);
    }

    private Map<String, Object> undefined(Map<String, Object> params,
            StepArguments arguments) {
        String text = Members.text(params, "step");
        List<String> lines = new ArrayList<>();
        lines.add("no step definition matches: " + text);
        lines.addAll(registry.untypedText());
        Map<String, Object> result = result("undefined");
        result.put("failure", Map.of("message", String.join("\n", lines)));
        result.put("snippets", Snippet.list(registry, text,
                Members.text(params, "stepType"), arguments.table() != null,
                arguments.text() != null));
        return result;
    }

    private static Map<String, Object> ambiguous(List<Registry.Match> matches) {
        StringBuilder text = new StringBuilder(
                "several step definitions match:");
        List<Object> found = new ArrayList<>();
        for (Registry.Match match : matches) {
            StepDefinition definition = match.definition();
            found.add(Map.of("id", definition.id(), "pattern",
                    definition.pattern(), "location",
                    definition.location().asJson()));
            text.append("\n  ").append(definition.pattern()).append("  # ")
                    .append(definition.location());
        }
        Map<String, Object> result = result("ambiguous");
        result.put("matches", found);
        result.put("failure", Map.of("message", text.toString()));
        return result;
    }

    // Calling

    private Map<String, Object> call(Call call, StepContext context,
            StepRun run) {
        Map<String, Object> result = new LinkedHashMap<>();
        thread.execute(() -> {
            run.begin();
            try {
                result.putAll(outcome(call, context, run));
            } finally {
                run.finish();
            }
        });
        if (run.await()) {
            return reported(result, context);
        }
        thread.shutdown();
        thread = newThread();
        return reported(failed(Failure.cancelled(call.method(), run,
                "; it does not heed that it is interrupted, and runs on")),
                context);
    }

    private Map<String, Object> outcome(Call call, StepContext context,
            StepRun run) {
        try {
            run.checkpoint();
            Object object = process.instances().get(call.method().owner());
            Object returned = settle(call.method().call(object, context,
                    call.values(), call.arguments().values()), run);
            addData(returned, context);
            run.checkpoint();
            return result("passed");
        } catch (Throwable e) {
            return resultOf(unwrap(e), call.method(), run);
        }
    }

    /** Waits for what an asynchronous step promised. */
    private static Object settle(Object returned, StepRun run)
            throws Exception {
        Future<?> promise = null;
        if (returned instanceof CompletionStage<?> stage) {
            promise = stage.toCompletableFuture();
        } else if (returned instanceof Future<?> future) {
            promise = future;
        }
        if (promise instanceof CompletableFuture<?> completable) {
            run.awaiting(completable);
        }
        return promise == null ? returned : promise.get();
    }

    private static void addData(Object returned, StepContext context) {
        if (returned instanceof Map<?, ?> map) {
            map.forEach((key, value) -> context.data(Json.describe(key),
                    value));
        } else if (returned instanceof Record record) {
            Records.members(record).forEach(context::data);
        }
    }

    /** What was thrown for a promise, or to make a value, is what counts. */
    private static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while ((inner instanceof ExecutionException
                || inner instanceof CompletionException
                || inner instanceof CucumberExpressionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    private Map<String, Object> resultOf(Throwable error, StepMethod method,
            StepRun run) {
        if (error instanceof Pending) {
            return reasoned("pending", error);
        }
        if (error instanceof Skipped
                || SKIPS.contains(error.getClass().getName())) {
            return reasoned("skipped", error);
        }
        if (run.isCancel(error)) {
            return failed(Failure.cancelled(method, run, ""));
        }
        return failed(Failure.describe(sources, method, error));
    }

    private static Map<String, Object> reasoned(String status,
            Throwable error) {
        Map<String, Object> result = result(status);
        result.put("reason", String.valueOf(error.getMessage()));
        return result;
    }

    private static Map<String, Object> failed(Map<String, Object> failure) {
        Map<String, Object> result = result("failed");
        result.put("failure", failure);
        return result;
    }

    private static Map<String, Object> result(String status) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("success", status.equals("passed"));
        result.put("status", status);
        return result;
    }

    private static Map<String, Object> reported(Map<String, Object> result,
            StepContext context) {
        context.report(result);
        return result;
    }
}
