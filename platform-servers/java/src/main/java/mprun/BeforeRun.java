package mprun;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the method once, before the first step of the platform, in a process of
 * its own: steps see what it exports, as
 * {@code ctx.exported("run", "port")}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface BeforeRun {
    /** For the reports. */
    String name() default "";

    /** Lower ones come first before, and last after. */
    int order() default 0;
}
