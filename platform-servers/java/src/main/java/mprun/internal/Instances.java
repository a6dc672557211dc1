package mprun.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The objects of a case: one of each step class. A class whose constructor
 * takes other classes gets the case's objects of them.
 */
public final class Instances {
    private final Map<Class<?>, Object> objects = new LinkedHashMap<>();
    private final Deque<Class<?>> making = new ArrayDeque<>();
    private Consumer<AutoCloseable> closing = resource -> { };

    /** Is told of each object that is to be closed at the end. */
    void onClose(Consumer<AutoCloseable> listener) {
        closing = listener;
    }

    /** The object of this class; what its constructor throws comes out. */
    synchronized Object get(Class<?> type) {
        Object object = objects.get(type);
        if (object == null) {
            object = create(type);
            objects.put(type, object);
            if (object instanceof AutoCloseable resource) {
                closing.accept(resource);
            }
        }
        return object;
    }

    /** The next case has its own. */
    synchronized void clear() {
        objects.clear();
    }

    private Object create(Class<?> type) {
        Constructor<?> constructor = constructorOf(type);
        if (constructor == null || making.contains(type)) {
            throw new IllegalArgumentException(fault(type));
        }
        making.push(type);
        try {
            Class<?>[] types = constructor.getParameterTypes();
            Object[] values = new Object[types.length];
            for (int at = 0; at < types.length; at++) {
                values[at] = get(types[at]);
            }
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw Errors.sneak(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        } finally {
            making.pop();
        }
    }

    /** Why there can be no object of the class, or null. */
    static String fault(Class<?> type) {
        String fault = fault(type, new ArrayDeque<>());
        return fault == null ? null
                : type.getName() + " cannot be made: " + fault;
    }

    private static String fault(Class<?> type, Deque<Class<?>> path) {
        if (path.contains(type)) {
            return "it needs itself";
        }
        Constructor<?> constructor = constructorOf(type);
        if (constructor == null) {
            return type.getName() + " must be a class that is not abstract,"
                    + " static if it stands in another one, with one public"
                    + " constructor that takes nothing or other such classes";
        }
        path.push(type);
        for (Class<?> part : constructor.getParameterTypes()) {
            String fault = fault(part, path);
            if (fault != null) {
                return fault;
            }
        }
        path.pop();
        return null;
    }

    private static Constructor<?> constructorOf(Class<?> type) {
        boolean inner = type.getEnclosingClass() != null
                && !Modifier.isStatic(type.getModifiers());
        if (inner || type.isInterface() || type.isPrimitive() || type.isArray()
                || type.isEnum() || Modifier.isAbstract(type.getModifiers())) {
            return null;
        }
        List<Constructor<?>> all = List.of(type.getDeclaredConstructors());
        List<Constructor<?>> open = all.stream().filter(one ->
                Modifier.isPublic(one.getModifiers())).toList();
        if (open.size() == 1) {
            return open.get(0);
        }
        // A class that is not public has no public one by default.
        return open.isEmpty() && all.size() == 1
                && all.get(0).getParameterCount() == 0 ? all.get(0) : null;
    }
}
