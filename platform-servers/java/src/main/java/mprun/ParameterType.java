package mprun;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Defines a parameter type for Cucumber Expressions: the method makes the
 * value of the text, or of the texts of its groups.
 *
 * <pre>{@code
 * @ParameterType("(\\d+) (bytes|KiB)")
 * public int size(String count, String unit) {
 *     return Integer.parseInt(count) * (unit.equals("KiB") ? 1024 : 1);
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ParameterType {
    /** The regular expression. */
    String value();

    /** What stands between the braces; empty: the name of the method. */
    String name() default "";

    /** Whether snippets for undefined steps propose it. */
    boolean useForSnippets() default true;

    /** Whether it is the one to take where several types have its regexp. */
    boolean preferForRegexpMatch() default false;
}
