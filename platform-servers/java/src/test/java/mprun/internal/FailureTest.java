package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import mprun.Context;
import mprun.Expect;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import steps.FailingSteps;

class FailureTest {
    private static Map<String, Object> failureOf(FailingSteps.Body body)
            throws Exception {
        return failureOf(FailingSteps.class.getMethod("runs", Context.class,
                FailingSteps.Body.class), List.of(body));
    }

    private static Map<String, Object> failureOf(Method called,
            List<Object> values) throws Exception {
        StepMethod method = new StepMethod(FailingSteps.class, called,
                new Location("Here.java", 1));
        try {
            method.call(new FailingSteps(), null, values, List.of());
        } catch (Throwable e) {
            return Failure.describe(new Sources(List.of("src/test/java")),
                    method, e);
        }
        throw new IllegalStateException("nothing was thrown");
    }

    private static void check(Map<String, Object> failure, String message,
            String expected, String actual) {
        assertEquals("assertion", failure.get("kind"));
        assertEquals(message, failure.get("message"));
        assertEquals(expected, failure.get("expected"));
        assertEquals(actual, failure.get("actual"));
    }

    @Test
    void assertions() throws Exception {
        check(failureOf(() -> Expect.equal(1000, 1024, "size")), "size",
                "1024", "1000");
        check(failureOf(() -> Assertions.assertEquals(1024, 1000, "size")),
                "size ==> expected: <1024> but was: <1000>", "1024", "1000");
        check(failureOf(() -> {
            throw new AssertionError("[size] \nexpected: 1024\n but was: 1000");
        }), "[size] \nexpected: 1024\n but was: 1000", "1024", "1000");
        check(failureOf(() -> {
            throw new AssertionError("size\nExpected: is <1024>\n"
                    + "     but: was <1000>");
        }), "size\nExpected: is <1024>\n     but: was <1000>", "is <1024>",
                "<1000>");
        check(failureOf(() -> {
            throw new AssertionError();
        }), "an assertion failed", null, null);
    }

    @Test
    void severalLinesAreCompared() throws Exception {
        assertEquals("--- expected\n+++ actual\n@@ -1,2 +1,2 @@\n a\n-b\n+c",
                failureOf(() -> Expect.equal("a\nc", "a\nb")).get("diff"));
        assertEquals("[1, [2]]", failureOf(() -> Expect.equal(null,
                new Object[] {1, new Object[] {2}})).get("expected"));
    }

    @Test
    void theStackBeginsAtTheStep() throws Exception {
        Map<String, Object> failure = failureOf(
                FailingSteps.class.getMethod("throwsDeep"), List.of());
        assertEquals("exception", failure.get("kind"));
        assertEquals("IllegalStateException: outer", failure.get("message"));
        List<String> lines = failure.get("stackTrace").toString().lines()
                .toList();
        assertEquals("java.lang.IllegalStateException: outer", lines.get(0));
        assertTrue(lines.get(1).startsWith(
                "    at steps.FailingSteps.throwOuter(FailingSteps.java:"));
        assertTrue(lines.get(2).startsWith(
                "    at steps.FailingSteps.throwsDeep(FailingSteps.java:"));
        assertEquals("Caused by: java.lang.Exception: inner", lines.get(3));
        assertEquals(6, lines.size(), lines.toString());
        assertEquals(Map.of("file", "src/test/java/steps/FailingSteps.java",
                "line", 26), failure.get("location"));
    }

    @Test
    void kinds() throws Exception {
        assertEquals("timeout", failureOf(() -> {
            throw new TimeoutException();
        }).get("kind"));
        assertEquals("resource", failureOf(() -> {
            throw new OutOfMemoryError("x");
        }).get("kind"));
        assertNull(failureOf(() -> {
            throw new Exception("expected: <1> but was: <2>");
        }).get("expected"));
    }

    @Test
    void aFieldThatNobodySetPointsToExports() throws Exception {
        String message = failureOf(FailingSteps.class.getMethod("usesField"),
                List.of()).get("message").toString();
        assertTrue(message.contains("ctx.export"), message);
    }
}
