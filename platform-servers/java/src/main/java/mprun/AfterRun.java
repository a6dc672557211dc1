package mprun;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the method once after all cases, in the process of {@link BeforeRun}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AfterRun {
    /** For the reports. */
    String name() default "";

    /** Lower ones come first before, and last after. */
    int order() default 0;
}
