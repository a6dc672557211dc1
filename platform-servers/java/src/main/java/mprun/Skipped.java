package mprun;

/**
 * Thrown by a step that this platform cannot do: the case is skipped, with
 * the reason.
 */
public class Skipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Skipped(String reason) {
        super(reason);
    }
}
