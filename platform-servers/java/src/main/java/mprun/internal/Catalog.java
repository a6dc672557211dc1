package mprun.internal;

import io.cucumber.cucumberexpressions.Argument;
import io.cucumber.cucumberexpressions.Group;
import io.cucumber.cucumberexpressions.ParameterType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The two methods that look at definitions without running them. */
final class Catalog {
    private Catalog() {
    }

    /** The answer to listStepDefinitions. */
    static Map<String, Object> list(Registry registry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stepDefinitions", registry.definitions().stream().map(
                StepDefinition::asJson).toList());
        json.put("parameterTypes", registry.types().stream().map(
                Catalog::typeJson).toList());
        json.put("hooks", registry.hooks().stream().map(Hook::asJson)
                .toList());
        json.put("errors", registry.untyped().stream().map(one -> Map.of(
                "type", "undefinedParameterType", "name", one.name(),
                "expression", one.definition().pattern(),
                "location", one.definition().location().asJson())).toList());
        return json;
    }

    private static Map<String, Object> typeJson(Registry.Type one) {
        ParameterType<?> type = one.type();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", type.getName());
        json.put("regexps", type.getRegexps());
        json.put("useForSnippets", type.useForSnippets());
        json.put("preferForSuggestions", type.preferForRegexpMatch());
        json.put("location", one.location().asJson());
        return json;
    }

    /** An element of the answer to matchSteps. */
    static Map<String, Object> match(Registry registry,
            Map<String, Object> step) {
        String text = Members.text(step, "step");
        Map<String, Object> json = new LinkedHashMap<>();
        List<Registry.Match> matches;
        try {
            matches = registry.find(text);
        } catch (RuntimeException e) {
            json.put("matches", List.of());
            json.put("error", Json.describe(e.getMessage()));
            return json;
        }
        json.put("matches", matches.stream().map(match ->
                matchJson(match, text)).toList());
        if (matches.isEmpty()) {
            String kind = Members.text(step, "argument");
            json.put("snippets", Snippet.list(registry, text,
                    Members.text(step, "stepType"), "dataTable".equals(kind),
                    "docString".equals(kind)));
        }
        return json;
    }

    private static Map<String, Object> matchJson(Registry.Match match,
            String text) {
        List<Object> arguments = new ArrayList<>();
        for (Argument<?> argument : match.arguments()) {
            Map<String, Object> json = groupJson(argument.getGroup(), text);
            json.put("type", argument.getParameterType().getName());
            arguments.add(json);
        }
        return Map.of("id", match.definition().id(), "args", arguments);
    }

    private static Map<String, Object> groupJson(Group group, String text) {
        boolean found = group.getValue() != null;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("value", group.getValue());
        json.put("start", found ? codePoints(text, group.getStart()) : null);
        json.put("end", found ? codePoints(text, group.getEnd()) : null);
        if (!group.getChildren().isEmpty()) {
            json.put("children", group.getChildren().stream().map(child ->
                    groupJson(child, text)).toList());
        }
        return json;
    }

    /** Java counts UTF-16 units, the protocol code points. */
    private static int codePoints(String text, int units) {
        return text.codePointCount(0, units);
    }
}
