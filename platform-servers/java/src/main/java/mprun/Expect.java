package mprun;

import java.util.Objects;

/** Assertions for step files that use no assertion library. */
public final class Expect {
    private Expect() {
    }

    /** Fails unless the two are equal; the report shows both. */
    public static void equal(Object actual, Object expected) {
        equal(actual, expected, "the values differ");
    }

    /** Fails with the message unless the two are equal. */
    public static void equal(Object actual, Object expected, String message) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new Mismatch(message, expected, actual);
        }
    }

    /** Fails with the message unless the condition holds. */
    public static void that(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /** Fails; it is declared to return so that it can be thrown. */
    public static AssertionError fail(String message) {
        throw new AssertionError(message);
    }
}
