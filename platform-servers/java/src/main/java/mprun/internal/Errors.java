package mprun.internal;

/** Throwing what was caught elsewhere. */
final class Errors {
    private Errors() {
    }

    /** Throws it as it is; declared to return so that it can be thrown. */
    static RuntimeException sneak(Throwable error) {
        return Errors.<RuntimeException>raise(error);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T raise(Throwable error) throws T {
        throw (T) error;
    }
}
