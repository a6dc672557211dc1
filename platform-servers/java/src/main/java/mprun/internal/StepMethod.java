package mprun.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import mprun.Context;

/** A method of a step class, and how it is called. */
final class StepMethod {
    private final Class<?> owner;
    private final Method method;
    private final Location location;
    private final List<Type> plain = new ArrayList<>();

    StepMethod(Class<?> owner, Method method, Location location) {
        this.owner = owner;
        this.method = method;
        this.location = location;
        for (Parameter parameter : method.getParameters()) {
            if (parameter.getType() != Context.class) {
                plain.add(parameter.getParameterizedType());
            }
        }
        method.setAccessible(true);
    }

    Class<?> owner() {
        return owner;
    }

    Location location() {
        return location;
    }

    /** How many parameters take a value of the step. */
    int plainCount() {
        return plain.size();
    }

    /** What they are. */
    Type[] plainTypes() {
        return plain.toArray(new Type[0]);
    }

    /** Whether the frame of a stack is a call of this method. */
    boolean isFrame(StackTraceElement frame) {
        return frame.getMethodName().equals(method.getName())
                && frame.getClassName().equals(
                        method.getDeclaringClass().getName());
    }

    /**
     * Calls it; what it throws comes out as it is.
     *
     * @param found     what the pattern found in the text
     * @param arguments the step's table and doc string; a method may leave
     *                  them to the context
     */
    Object call(Object instance, Context context, List<Object> found,
            List<Object> arguments) throws Throwable {
        if (method.isVarArgs()) {
            return invoke(instance, withContext(context, packed(found,
                    arguments)));
        }
        int extra = plain.size() - found.size();
        if (extra != 0 && extra != arguments.size()) {
            throw new IllegalArgumentException(mismatch(found, arguments));
        }
        List<Object> values = new ArrayList<>();
        for (int at = 0; at < found.size(); at++) {
            values.add(Values.fit(found.get(at), plain.get(at)));
        }
        values.addAll(Values.fitAll(extra == 0 ? List.of() : arguments,
                plain.subList(found.size(), plain.size())));
        return invoke(instance, withContext(context, values));
    }

    private Object invoke(Object instance, Object[] values) throws Throwable {
        try {
            return method.invoke(instance, values);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** For a method that ends in {@code Object...}. */
    private List<Object> packed(List<Object> found, List<Object> arguments) {
        List<Object> rest = new ArrayList<>(found);
        rest.addAll(arguments);
        List<Object> values = new ArrayList<>();
        int fixed = plain.size() - 1;
        if (rest.size() < fixed
                || plain.get(fixed) != Object[].class) {
            throw new IllegalArgumentException(mismatch(found, arguments));
        }
        for (int at = 0; at < fixed; at++) {
            values.add(Values.fit(rest.get(at), plain.get(at)));
        }
        values.add(rest.subList(fixed, rest.size()).toArray());
        return values;
    }

    private Object[] withContext(Context context, List<Object> values) {
        Class<?>[] types = method.getParameterTypes();
        Object[] all = new Object[types.length];
        int next = 0;
        for (int at = 0; at < types.length; at++) {
            all[at] = types[at] == Context.class ? context
                    : values.get(next++);
        }
        return all;
    }

    private String mismatch(List<Object> found, List<Object> arguments) {
        List<Object> all = new ArrayList<>(found);
        all.addAll(arguments);
        String kinds = all.stream().map(value -> value == null ? "null"
                : value.getClass().getSimpleName())
                .collect(Collectors.joining(", "));
        return location + ": " + this + " cannot take what the step gives: ("
                + kinds + ")";
    }

    /** For messages: its name and the types of its parameters. */
    @Override
    public String toString() {
        return method.getName() + Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
