package mprun;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the method in a process after each step that went to it, whatever came
 * of it: {@link Context#status()}. The method gets a {@link Context} or
 * nothing.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AfterStep {
    /**
     * A tag expression, as {@code "@net and not @slow"}: the hook runs around
     * scenarios that it holds for. Empty: around all.
     */
    String tags() default "";

    /** For the reports. */
    String name() default "";

    /** Lower ones come first before, and last after. */
    int order() default 0;
}
