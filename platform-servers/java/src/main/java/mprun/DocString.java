package mprun;

/**
 * The doc string of a step.
 *
 * @param content   its text; lines end in LF
 * @param mediaType what stands behind the opening quotes, or null
 */
public record DocString(String content, String mediaType) {
    @Override
    public String toString() {
        return content;
    }
}
