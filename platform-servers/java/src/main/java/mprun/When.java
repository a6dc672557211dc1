package mprun;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Defines a step that does something.
 *
 * <p>The text is a Cucumber Expression; one that begins with {@code ^} or ends
 * with {@code $} is a regular expression. The method is public and gets the
 * values in order, and a {@link Context} wherever it wants one. The keyword
 * takes no part in the matching.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(When.List.class)
public @interface When {
    /** What the text of the step must match. */
    String value();

    /** Holds several of them on one method. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface List {
        When[] value();
    }
}
