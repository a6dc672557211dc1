package mprun.internal;

import io.cucumber.cucumberexpressions.Argument;
import io.cucumber.cucumberexpressions.CaptureGroupTransformer;
import io.cucumber.cucumberexpressions.ExpressionFactory;
import io.cucumber.cucumberexpressions.ParameterType;
import io.cucumber.cucumberexpressions.ParameterTypeRegistry;
import io.cucumber.cucumberexpressions.UndefinedParameterTypeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All step definitions, parameter types and hooks of a server. Collect
 * everything, then compile once: a class may use a type that another one
 * defines, and all errors are told.
 */
public final class Registry {
    // Of the texts that were matched so many are kept, none longer than that.
    private static final int KEPT_TEXTS = 1000;
    private static final int LONGEST_KEPT = 1000;

    private final Instances instances;
    private final List<StepDefinition> definitions = new ArrayList<>();
    private final List<StepDefinition> collected = new ArrayList<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Untyped> untyped = new ArrayList<>();
    private final List<TypeMethod> typeMethods = new ArrayList<>();
    private final List<Type> types = new ArrayList<>();
    private final Map<String, List<Match>> found = new HashMap<>();
    private final ParameterTypeRegistry compiled =
            new ParameterTypeRegistry(Locale.ENGLISH);

    public Registry(Instances instances) {
        this.instances = instances;
    }

    /** A definition that fits a text, and what it found in it. */
    record Match(StepDefinition definition, List<Argument<?>> arguments) {
    }

    /** A definition left out, for it uses a type that nothing defines. */
    record Untyped(String name, StepDefinition definition) {
        @Override
        public String toString() {
            return definition.location() + ": step '" + definition.pattern()
                    + "' is left out: there is no parameter type '" + name
                    + "'";
        }
    }

    /** A parameter type and where it is defined. */
    record Type(ParameterType<?> type, Location location) {
    }

    private record TypeMethod(String name, mprun.ParameterType options,
            StepMethod method, java.lang.reflect.Type result) {
    }

    // Collecting

    void add(StepDefinition definition) {
        collected.add(definition);
    }

    void add(Hook hook) {
        String fault = hook.fault();
        if (fault != null) {
            report(hook.location(), fault);
        }
        hooks.add(hook);
        hook.number(hooks.size());
    }

    void addType(String name, mprun.ParameterType options, StepMethod method,
            java.lang.reflect.Type result) {
        typeMethods.add(new TypeMethod(name, options, method, result));
    }

    void report(Location location, String message) {
        problems.add(new Problem(location, message));
    }

    /** Compiles what was collected; what fails is a problem. */
    void compile() {
        for (TypeMethod method : typeMethods) {
            tryTo(method.method().location(), "parameter type '"
                    + method.name() + "'", () -> define(method));
        }
        ExpressionFactory factory = new ExpressionFactory(compiled);
        for (StepDefinition definition : collected) {
            tryTo(definition.location(), "step '" + definition.pattern() + "'",
                    () -> compile(definition, factory));
        }
    }

    private void define(TypeMethod method) {
        CaptureGroupTransformer<Object> transformer = groups -> {
            try {
                return method.method().call(
                        instances.get(method.method().owner()), null,
                        Arrays.asList((Object[]) groups), List.of());
            } catch (Throwable e) {
                throw Errors.sneak(e);
            }
        };
        ParameterType<Object> type = new ParameterType<>(method.name(),
                List.of(method.options().value()), method.result(),
                transformer, method.options().useForSnippets(),
                method.options().preferForRegexpMatch());
        compiled.defineParameterType(type);
        types.add(new Type(type, method.method().location()));
    }

    private void compile(StepDefinition definition,
            ExpressionFactory factory) {
        try {
            definition.compile(definitions.size() + 1, factory);
            definitions.add(definition);
        } catch (UndefinedParameterTypeException e) {
            untyped.add(new Untyped(e.getUndefinedParameterTypeName(),
                    definition));
        }
    }

    private void tryTo(Location location, String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            report(location, what + ": " + String.valueOf(
                    e.getMessage()).strip());
        }
    }

    // Asking

    public List<StepDefinition> definitions() {
        return definitions;
    }

    public List<Hook> hooks() {
        return hooks;
    }

    public List<Problem> problems() {
        return problems;
    }

    List<Type> types() {
        return types;
    }

    List<Untyped> untyped() {
        return untyped;
    }

    /** Every parameter type, those of Cucumber Expressions too. */
    ParameterTypeRegistry allTypes() {
        return compiled;
    }

    /** For people: what is left out, and why; one line each. */
    public List<String> untypedText() {
        return untyped.stream().map(Untyped::toString).toList();
    }

    /** All definitions that match the text. */
    List<Match> find(String text) {
        List<Match> matches = found.get(text);
        if (matches == null) {
            matches = match(text);
            if (found.size() >= KEPT_TEXTS) {
                found.clear();
            }
            if (text.length() <= LONGEST_KEPT) {
                found.put(text, matches);
            }
        }
        return matches;
    }

    private List<Match> match(String text) {
        List<Match> matches = new ArrayList<>();
        for (StepDefinition definition : definitions) {
            List<Argument<?>> arguments = definition.match(text);
            if (arguments != null) {
                matches.add(new Match(definition, arguments));
            }
        }
        return matches;
    }

    /** All problems, one a line. */
    public String problemText() {
        if (problems.size() == 1) {
            return problems.get(0).toString();
        }
        StringBuilder text = new StringBuilder(problems.size()
                + " errors in the step classes:");
        problems.forEach(problem -> text.append('\n').append(problem));
        return text.toString();
    }
}
