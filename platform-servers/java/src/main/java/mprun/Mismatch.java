package mprun;

/**
 * An assertion that knows what was expected and what was found. Those of
 * JUnit, AssertJ and Hamcrest are understood just as well.
 */
public class Mismatch extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final transient Object expected;
    private final transient Object actual;

    public Mismatch(String message, Object expected, Object actual) {
        super(message);
        this.expected = expected;
        this.actual = actual;
    }

    public Object getExpected() {
        return expected;
    }

    public Object getActual() {
        return actual;
    }
}
