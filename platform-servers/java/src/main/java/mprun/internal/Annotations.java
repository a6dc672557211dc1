package mprun.internal;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import mprun.AfterRun;
import mprun.AfterScenario;
import mprun.AfterStep;
import mprun.BeforeRun;
import mprun.BeforeScenario;
import mprun.BeforeStep;
import mprun.Given;
import mprun.ParameterType;
import mprun.Step;
import mprun.Then;
import mprun.When;

/** Reading our annotations off methods. */
final class Annotations {
    private static final Set<String> NAMES = Set.of("Given", "When", "Then",
            "Step", "BeforeScenario", "AfterScenario", "BeforeStep",
            "AfterStep", "BeforeRun", "AfterRun", "ParameterType");

    private Annotations() {
    }

    /** Whether a text of a class file is the type of one of them. */
    static boolean isOurs(String text) {
        if (!text.startsWith("Lmprun/") || !text.endsWith(";")) {
            return false;
        }
        String name = text.substring("Lmprun/".length(), text.length() - 1);
        return NAMES.contains(name.endsWith("$List")
                ? name.substring(0, name.length() - "$List".length()) : name);
    }

    /** The patterns that the method is a step for. */
    static List<String> patterns(Method method) {
        List<String> patterns = new ArrayList<>();
        for (Given one : method.getAnnotationsByType(Given.class)) {
            patterns.add(one.value());
        }
        for (When one : method.getAnnotationsByType(When.class)) {
            patterns.add(one.value());
        }
        for (Then one : method.getAnnotationsByType(Then.class)) {
            patterns.add(one.value());
        }
        for (Step one : method.getAnnotationsByType(Step.class)) {
            patterns.add(one.value());
        }
        return patterns;
    }

    static ParameterType parameterType(Method method) {
        return method.getAnnotation(ParameterType.class);
    }

    /** The hooks that the method is. */
    static List<Hook> hooks(Class<?> type, Method method, Location location) {
        List<Hook> hooks = new ArrayList<>();
        for (Annotation annotation : method.getAnnotations()) {
            Hook.Options options = null;
            if (annotation instanceof BeforeScenario one) {
                options = new Hook.Options("beforeScenario", one.tags(),
                        one.name(), one.order());
            } else if (annotation instanceof AfterScenario one) {
                options = new Hook.Options("afterScenario", one.tags(),
                        one.name(), one.order());
            } else if (annotation instanceof BeforeStep one) {
                options = new Hook.Options("beforeStep", one.tags(),
                        one.name(), one.order());
            } else if (annotation instanceof AfterStep one) {
                options = new Hook.Options("afterStep", one.tags(),
                        one.name(), one.order());
            } else if (annotation instanceof BeforeRun one) {
                options = new Hook.Options("beforeRun", "", one.name(),
                        one.order());
            } else if (annotation instanceof AfterRun one) {
                options = new Hook.Options("afterRun", "", one.name(),
                        one.order());
            }
            if (options != null) {
                hooks.add(new Hook(options,
                        new StepMethod(type, method, location)));
            }
        }
        return hooks;
    }
}
