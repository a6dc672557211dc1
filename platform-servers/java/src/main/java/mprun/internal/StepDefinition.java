package mprun.internal;

import io.cucumber.cucumberexpressions.Argument;
import io.cucumber.cucumberexpressions.Expression;
import io.cucumber.cucumberexpressions.ExpressionFactory;
import io.cucumber.cucumberexpressions.RegularExpression;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pattern, and the method that is called for what it matches. */
public final class StepDefinition {
    private final String pattern;
    private final StepMethod method;
    private final Type[] types;
    private String id;
    private Expression expression;

    StepDefinition(String pattern, StepMethod method) {
        this.pattern = pattern;
        this.method = method;
        types = method.plainTypes();
    }

    void compile(int number, ExpressionFactory factory) {
        id = "s" + number;
        expression = factory.createExpression(pattern);
    }

    String id() {
        return id;
    }

    StepMethod method() {
        return method;
    }

    /** The pattern as its annotation has it. */
    public String pattern() {
        return pattern;
    }

    public Location location() {
        return method.location();
    }

    /** What it finds in the text; null if it does not match. */
    List<Argument<?>> match(String text) {
        return expression.match(text, types);
    }

    Map<String, Object> asJson() {
        Map<String, Object> kind = new LinkedHashMap<>();
        if (expression instanceof RegularExpression) {
            kind.put("type", "regex");
            kind.put("dialect", "java");
        } else {
            kind.put("type", "cucumberExpression");
        }
        kind.put("source", expression.getSource());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("pattern", kind);
        json.put("stepType", null);
        json.put("location", location().asJson());
        return json;
    }
}
