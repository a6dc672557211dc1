package mprun.internal;

import io.cucumber.cucumberexpressions.CucumberExpressionGenerator;
import io.cucumber.cucumberexpressions.GeneratedExpression;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.lang.model.SourceVersion;

/** Code that would define a step. */
final class Snippet {
    private static final int MAX_NAME = 50;

    private Snippet() {
    }

    /** The member snippets of an answer; empty if none can be made. */
    static List<Object> list(Registry registry, String text, String stepType,
            boolean table, boolean docString) {
        try {
            return List.of(Map.of("language", "java", "code",
                    code(registry, text, stepType, table, docString)));
        } catch (RuntimeException | LinkageError e) {
            // It is a courtesy: the step is undefined without it as well.
            return List.of();
        }
    }

    private static String code(Registry registry, String text, String stepType,
            boolean table, boolean docString) {
        GeneratedExpression generated = new CucumberExpressionGenerator(
                registry.allTypes()).generateExpressions(text).get(0);
        List<String> parameters = new ArrayList<>();
        List<String> names = generated.getParameterNames();
        for (int at = 0; at < names.size(); at++) {
            parameters.add(typeName(generated.getParameterTypes().get(at)
                    .getType()) + " " + variable(names.get(at)));
        }
        if (table) {
            parameters.add("DataTable table");
        }
        if (docString) {
            parameters.add("String docString");
        }
        return "@" + keyword(stepType) + "(" + quoted(generated.getSource())
                + ")\npublic void " + methodName(generated.getSource()) + "("
                + String.join(", ", parameters) + ") {\n"
                + "    throw new Pending();\n}\n";
    }

    private static String keyword(String stepType) {
        return switch (stepType == null ? "" : stepType) {
            case "given" -> "Given";
            case "when" -> "When";
            case "then" -> "Then";
            default -> "Step";
        };
    }

    private static String typeName(Type type) {
        if (type == Integer.class) {
            return "int";
        }
        if (type == Double.class || type == Float.class
                || type == Long.class || type == Byte.class
                || type == Short.class || type == Boolean.class) {
            return ((Class<?>) type).getSimpleName().toLowerCase(Locale.ROOT);
        }
        return type instanceof Class<?> plain ? plain.getSimpleName()
                : type.getTypeName();
    }

    private static String variable(String name) {
        String plain = name.replaceAll("\\W", "_").replaceFirst(
                "^(?=\\d|$)", "value");
        return SourceVersion.isKeyword(plain) ? plain + "_" : plain;
    }

    private static String methodName(String source) {
        StringBuilder name = new StringBuilder();
        for (String word : source.replaceAll("\\{[^}]*\\}", " ")
                .split("[^A-Za-z0-9]+")) {
            if (!word.isEmpty() && name.length() + word.length() <= MAX_NAME) {
                name.append(name.isEmpty() ? word.toLowerCase(Locale.ROOT)
                        : Character.toUpperCase(word.charAt(0))
                                + word.substring(1));
            }
        }
        boolean usable = SourceVersion.isName(name);
        return usable ? name.toString() : "step" + name;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"")
                .replace("\n", "\\n") + '"';
    }
}
