package steps;

import mprun.Context;

/** Steps as users have them, in a package that is not ours. */
public class FailingSteps {
    private String field;

    /** What a step does. */
    public interface Body {
        void run() throws Throwable;
    }

    public void runs(Context ctx, Body body) throws Throwable {
        body.run();
    }

    public void throwsDeep() {
        throwOuter();
    }

    private static void throwOuter() {
        try {
            throw new Exception("inner");
        } catch (Exception e) {
            throw new IllegalStateException("outer", e);
        }
    }

    public void usesField() {
        field.strip();
    }
}
