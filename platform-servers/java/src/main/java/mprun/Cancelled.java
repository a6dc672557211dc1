package mprun;

/**
 * The runner has cancelled the step. It is no exception, so that a
 * {@code catch (Exception e)} in a step lets it pass; {@code finally} blocks
 * run as always.
 */
public class Cancelled extends Error {
    private static final long serialVersionUID = 1L;

    public Cancelled(String reason) {
        super(reason);
    }
}
