package mprun;

/**
 * Thrown by a step whose body is not written yet: the step is reported as
 * pending.
 */
public class Pending extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Pending() {
        this("the step is not written yet");
    }

    public Pending(String reason) {
        super(reason);
    }
}
