package mprun.internal;

import io.cucumber.tagexpressions.TagExpressionException;
import io.cucumber.tagexpressions.TagExpressionParser;
import java.util.LinkedHashMap;
import java.util.Map;

/** A method that runs around a scenario, a step or the run. */
public final class Hook {
    private final Options options;
    private final StepMethod method;
    private String id;

    /** What its annotation says. */
    record Options(String type, String tags, String name, int order) {
    }

    Hook(Options options, StepMethod method) {
        this.options = options;
        this.method = method;
    }

    void number(int number) {
        id = "h" + number;
    }

    String id() {
        return id;
    }

    String type() {
        return options.type();
    }

    StepMethod method() {
        return method;
    }

    /** For lists. */
    public String title() {
        return options.name().isEmpty() ? options.type() : options.name();
    }

    public Location location() {
        return method.location();
    }

    /** What is wrong with it, or null. */
    String fault() {
        if (!options.tags().isEmpty()) {
            try {
                TagExpressionParser.parse(options.tags());
            } catch (TagExpressionException e) {
                return "@" + title() + ": " + e.getMessage();
            }
        }
        return method.plainCount() == 0 ? null
                : "@" + title() + ": a hook gets a Context or nothing";
    }

    Map<String, Object> asJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("type", options.type());
        json.put("name", orNull(options.name()));
        json.put("tagExpression", orNull(options.tags()));
        json.put("order", options.order());
        json.put("location", method.location().asJson());
        return json;
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
