package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ServerTest {
    private final BlockingQueue<Map<String, Object>> answers =
            new LinkedBlockingQueue<>();
    private PipedOutputStream requests;
    private Thread server;

    /** Each write of the channel is one message. */
    private final class Answers extends OutputStream {
        @Override
        public void write(int one) {
            throw new IllegalStateException();
        }

        @Override
        public void write(byte[] bytes, int at, int count) {
            try {
                answers.add(Members.asObject(Json.decode(
                        Arrays.copyOfRange(bytes, at, at + count))));
            } catch (Json.BadJson e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        requests = new PipedOutputStream();
        Channel channel = new Channel(new PipedInputStream(requests, 65536),
                new Answers());
        Instances instances = new Instances();
        Registry registry = new Registry(instances);
        Sources sources = new Sources(List.of());
        new Loader(registry, sources).add(SomeSteps.class);
        registry.compile();
        assertEquals(List.of(), registry.problems());
        SomeSteps.Shared.CLOSED.clear();
        server = new Thread(new Server(registry, sources, instances,
                channel)::serve);
        server.start();
    }

    @AfterEach
    void finish() throws Exception {
        requests.close();
        server.join();
        assertTrue(answers.isEmpty(), answers.toString());
    }

    private void send(Object id, String method, Map<String, Object> params)
            throws IOException {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("jsonrpc", "2.0");
        if (id != null) {
            message.put("id", id);
        }
        message.put("method", method);
        message.put("params", params);
        requests.write(Json.encode(message));
        requests.flush();
    }

    private Map<String, Object> receive() throws InterruptedException {
        Map<String, Object> answer = answers.poll(20, TimeUnit.SECONDS);
        assertNotNull(answer, "no answer");
        return answer;
    }

    private Map<String, Object> call(String method,
            Map<String, Object> params) throws Exception {
        send(1, method, params);
        Map<String, Object> answer = receive();
        assertEquals(1L, answer.get("id"), answer.toString());
        return answer;
    }

    private Map<String, Object> result(String method,
            Map<String, Object> params) throws Exception {
        Map<String, Object> answer = call(method, params);
        assertTrue(answer.containsKey("result"), answer.toString());
        return Members.object(answer, "result");
    }

    private void initialize(Map<String, Object> more) throws Exception {
        Map<String, Object> params = new LinkedHashMap<>(more);
        params.put("protocolVersions", List.of(1));
        result("initialize", params);
    }

    private Map<String, Object> step(String text) throws Exception {
        return step(text, Map.of());
    }

    private Map<String, Object> step(String text, Map<String, Object> more)
            throws Exception {
        Map<String, Object> params = new LinkedHashMap<>(more);
        params.put("step", text);
        return result("executeStep", params);
    }

    private static Object data(Map<String, Object> result, String key) {
        assertEquals("passed", result.get("status"), result.toString());
        return Members.object(result, "data").get(key);
    }

    private static String message(Map<String, Object> result) {
        assertEquals(false, result.get("success"), result.toString());
        return String.valueOf(Members.object(result, "failure")
                .get("message"));
    }

    private static void assertHas(String part, String text) {
        assertTrue(text.contains(part), text);
    }

    // Arguments

    @Test
    void valuesHaveTheTypesOfTheMethod() throws Exception {
        assertEquals(List.of(2048L, new java.math.BigDecimal("1.5"), "x"),
                data(step("has 2 KiB and 1.5, x"), "all"));
        assertEquals(List.of(7L, "x"), data(step("matches 7 or x"), "all"));
        assertEquals(List.of(7L, "null"), data(step("matches 7 or "), "all"));
    }

    private static Map<String, Object> argument(Object table, String text) {
        Map<String, Object> argument = new LinkedHashMap<>();
        if (table != null) {
            argument.put("dataTable", Map.of("rows", table));
        }
        if (text != null) {
            argument.put("docString", Map.of("content", text, "mediaType",
                    "text/plain"));
        }
        argument.put("order", List.of("docString", "dataTable"));
        return Map.of("argument", argument);
    }

    @Test
    void tablesAndDocStrings() throws Exception {
        Object rows = List.of(List.of("id", "size"), List.of("1", "1024"));
        assertEquals(List.of(Map.of("id", 1L, "size", 1024L)),
                data(step("takes frames:", argument(rows, null)), "frames"));
        assertEquals(List.of(Map.of("id", "1", "size", "1024")),
                data(step("takes maps:", argument(rows, null)), "maps"));
        assertEquals(List.of(rows, "some\ntext", "text/plain"),
                data(step("takes both:", argument(rows, "some\ntext")),
                        "both"));
        assertEquals(2L, data(step("takes what there is:",
                argument(rows, "x")), "count"));
    }

    @Test
    void argumentsThatDoNotFit() throws Exception {
        assertHas("takes(int, String, String) cannot take what the step"
                + " gives: (Integer)", message(step("takes 5")));
        assertHas("row 1, column size: 'x' is no long", message(step(
                "takes frames:", argument(List.of(List.of("id", "size"),
                        List.of("1", "x")), null))));
        assertHas("the step has a doc string, the method takes a List",
                message(step("takes frames:", argument(null, "x"))));
        assertHas("no such colour: red", message(step("is red")));
    }

    @Test
    void aTypeThatNobodyDefines() throws Exception {
        Map<String, Object> result = step("has the shape round");
        assertEquals("undefined", result.get("status"));
        assertHas("is left out: there is no parameter type 'shape'",
                message(result));
        Map<String, Object> list = result("listStepDefinitions", Map.of());
        assertEquals("shape", Members.asObject(((List<?>) list.get("errors"))
                .get(0)).get("name"));
        assertEquals(List.of("size", "colour"), ((List<?>) list.get(
                "parameterTypes")).stream().map(type ->
                        Members.asObject(type).get("name")).toList());
    }

    // Asynchronous steps and cancels

    @Test
    void promises() throws Exception {
        assertEquals(true, data(step("promises"), "kept"));
        assertEquals("IllegalStateException: on purpose",
                message(step("breaks a promise")));
    }

    private Map<String, Object> cancelled(String text) throws Exception {
        initialize(Map.of("capabilities", Map.of("log", true)));
        send(2, "executeStep", Map.of("step", text));
        assertEquals("ready", Members.object(receive(), "params")
                .get("message"));
        send(null, "$/cancelRequest", Map.of("id", 2, "reason", "timeout"));
        return receive();
    }

    private void checkCancelled(Map<String, Object> answer, String where)
            throws Exception {
        Map<String, Object> failure = Members.object(Members.object(answer,
                "result"), "failure");
        assertEquals("timeout", failure.get("kind"), answer.toString());
        assertHas("the step was cancelled: timeout",
                failure.get("message").toString());
        assertHas(where, failure.get("stackTrace").toString());
        assertEquals("ok", result("health", Map.of()).get("status"));
        assertEquals(true, step("counts").get("success"));
    }

    @Test
    void aCancelInterrupts() throws Exception {
        Map<String, Object> log = cancelled("reads for ever");
        assertEquals("unwound", Members.object(log, "params").get("message"));
        checkCancelled(receive(), "SomeSteps.readsForEver");
    }

    @Test
    void aCancelEndsAPromise() throws Exception {
        checkCancelled(cancelled("promises for ever"), "where it was");
    }

    @Test
    void aCancelIsAnsweredForWhatDoesNotHeedIt() throws Exception {
        checkCancelled(cancelled("computes for ever"),
                "SomeSteps.computesForEver");
    }

    @Test
    void aCancelLeavesTheOutcomeToTheStep() throws Exception {
        assertHas("of its own", message(Members.object(
                cancelled("watches the flag"), "result")));
    }

    @Test
    void aCancelMayComeAtAnyMoment() throws Exception {
        for (int id = 100; id < 300; id++) {
            send(id, "executeStep", Map.of("step", "counts"));
            send(null, "$/cancelRequest", Map.of("id", id));
            assertEquals((long) id, receive().get("id"));
        }
        assertEquals("ok", result("health", Map.of()).get("status"));
        assertEquals(true, step("counts").get("success"));
    }

    // The context

    @Test
    void exports() throws Exception {
        assertEquals(64, Members.object(step("exports 64 values"), "exports")
                .size());
        assertHas("may export 64 values", message(step("exports 65 values")));
        assertHas("ctx.export(\"port\", value)", message(step(
                "needs a port")));
    }

    @Test
    void largeAttachmentsBecomeFiles(@TempDir Path folder) throws Exception {
        initialize(Map.of("run", Map.of("artifactDir", folder.toString()),
                "limits", Map.of("maxInlineAttachmentBytes", 100)));
        Map<String, Object> small = attachment("attaches 99 bytes called 'a'");
        assertEquals("base64", small.get("encoding"));
        for (String name : List.of("_a_b", "2-_a_b")) {
            assertEquals(name, attachment(
                    "attaches 101 bytes called '../a b'").get("path"));
            assertEquals(101, Files.size(folder.resolve(name)));
        }
    }

    private Map<String, Object> attachment(String text) throws Exception {
        return Members.asObject(((List<?>) step(text).get("attachments"))
                .get(0));
    }

    @Test
    void whereTheProcessIs() throws Exception {
        initialize(Map.of("options", Map.of("buffers", 4),
                "process", Map.of("name", "writer", "incarnation", 2),
                "run", Map.of("sharedDir", "/s", "ipcPrefix", "p",
                        "seed", 7)));
        Map<String, Object> result = step("knows where it is",
                Map.of("context", Map.of("timeoutMs", 1000, "platform",
                        "java", "tags", List.of("@a"))));
        assertEquals(Map.of("dir", "/s", "prefix", "p", "seed", 7L, "left",
                true, "platform", "java", "incarnation", 2L, "tags",
                List.of("@a"), "options", Map.of("buffers", 4L)),
                result.get("data"));
    }

    @Test
    void dataThatCannotBeWrittenIsAnError() throws Exception {
        Map<String, Object> error = Members.object(call("executeStep",
                Map.of("step", "reports what cannot be read")), "error");
        assertEquals(-32603L, error.get("code"));
        assertHas("on purpose", error.get("message").toString());
        assertEquals(true, step("counts").get("success"));
    }

    // Cases

    @Test
    void aCaseHasObjectsOfItsOwn() throws Exception {
        step("counts");
        assertEquals(Map.of("own", 2L, "shared", 2L),
                step("counts").get("data"));
        step("defers 'a'");
        Map<String, Object> result = result("scenarioFinished", Map.of());
        assertEquals(List.of("[INFO] 2 clean-ups done"), result.get("logs"));
        assertEquals(List.of("a", "shared 2"), SomeSteps.Shared.CLOSED);
        assertEquals(true, result("scenarioStarted", Map.of()).get("success"));
        assertEquals(1L, data(step("counts"), "own"));
    }

    @Test
    void aCleanUpThatFailsIsTold() throws Exception {
        step("defers 'first'");
        step("defers 'broken'");
        Map<String, Object> result = result("shutdown", Map.of());
        assertEquals(false, result.get("success"));
        assertHas("SomeSteps: IOException: no way to clean this",
                message(result));
        assertEquals(List.of("broken", "first", "shared 0"),
                SomeSteps.Shared.CLOSED);
        assertEquals(1005L, Members.object(call("health", Map.of()), "error")
                .get("code"));
    }

    @Test
    void hooks() throws Exception {
        List<?> hooks = (List<?>) result("listStepDefinitions", Map.of())
                .get("hooks");
        assertEquals(List.of("beforeRun", "beforeScenario", "afterStep"),
                hooks.stream().map(hook -> Members.asObject(hook).get("type"))
                        .toList());
        assertEquals("@a or not @b", Members.asObject(hooks.get(1))
                .get("tagExpression"));
        result("executeHook", Map.of("hook", "h1"));
        result("executeHook", Map.of("hook", "h2"));
        assertEquals(Map.of("own", 101L, "shared", 11L),
                step("counts").get("data"));
        assertEquals("failed", data(result("executeHook", Map.of("hook", "h3",
                "status", "failed")), "status"));
    }

    @Test
    void snippets() throws Exception {
        Map<String, Object> result = step("sends 3 \"frames\" of 2 KiB",
                argument(List.of(List.of("x")), null));
        assertEquals("undefined", result.get("status"));
        assertEquals("@Step(\"sends {int} {string} of {size}\")\n"
                + "public void sendsOf(int int1, String string, int size,"
                + " DataTable table) {\n    throw new Pending();\n}\n",
                Members.asObject(((List<?>) result.get("snippets")).get(0))
                        .get("code"));
        assertFalse(result.containsKey("matches"));
    }

    @Test
    void offsetsCountCodePoints() throws Exception {
        Map<String, Object> match = Members.asObject(((List<?>) result(
                "matchSteps", Map.of("steps", List.of(Map.of("step",
                        "attaches 3 bytes called '\ud83d\ude9a'"))))
                .get("results")).get(0));
        List<?> arguments = (List<?>) Members.asObject(((List<?>) match
                .get("matches")).get(0)).get("args");
        assertEquals(24L, Members.asObject(arguments.get(1)).get("start"));
        assertEquals(27L, Members.asObject(arguments.get(1)).get("end"));
    }
}
