package mprun.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finding step classes in folders and jars. */
public final class Loader {
    private final Registry registry;
    private final Sources sources;

    public Loader(Registry registry, Sources sources) {
        this.registry = registry;
        this.sources = sources;
    }

    /**
     * Loads the step classes of the paths, then compiles what they define.
     * Whatever is wrong becomes a problem of the registry: all of it.
     *
     * @param steps     folders of classes, and jars, with steps in them
     * @param classpath what these need besides, as java takes it
     */
    public void load(List<String> steps, List<String> classpath) {
        List<ClassFile> files = new ArrayList<>();
        Set<Path> paths = new LinkedHashSet<>();
        for (String step : steps) {
            paths.add(Path.of(step).toAbsolutePath());
            files.addAll(filesOf(Path.of(step)));
        }
        classpath.forEach(entry -> paths.addAll(expand(entry)));
        URL[] urls = paths.stream().map(Loader::url).toArray(URL[]::new);
        ClassLoader loader = new URLClassLoader(urls,
                Loader.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        files.sort(Comparator.comparing(ClassFile::name));
        files.forEach(file -> loadClass(file, loader));
        registry.compile();
    }

    /** Collects from classes that are loaded already; compile comes after. */
    void add(Class<?>... types) throws IOException {
        for (Class<?> type : types) {
            String name = type.getName().replaceAll(".*\\.", "") + ".class";
            try (InputStream bytes = type.getResourceAsStream(name)) {
                ClassFile file = ClassFile.parse(bytes.readAllBytes());
                collect(type, file, sources.show(file.name(), file.source()));
            }
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** {@code a:b/*} as the java command reads it. */
    private static List<Path> expand(String classpath) {
        List<Path> paths = new ArrayList<>();
        for (String entry : classpath.split(java.io.File.pathSeparator)) {
            if (entry.endsWith("/*") || entry.equals("*")) {
                Path folder = Path.of(entry.substring(0, entry.length() - 1))
                        .toAbsolutePath();
                try (Stream<Path> jars = Files.list(folder)) {
                    jars.filter(Loader::isJar).sorted().forEach(paths::add);
                } catch (IOException e) {
                    // As java does: what is not there has no classes.
                    continue;
                }
            } else if (!entry.isEmpty()) {
                paths.add(Path.of(entry).toAbsolutePath());
            }
        }
        return paths;
    }

    private static boolean isJar(Path path) {
        return path.toString().endsWith(".jar");
    }

    /** The class files of a path that name our annotations. */
    private List<ClassFile> filesOf(Path path) {
        List<ClassFile> files = new ArrayList<>();
        try {
            if (Files.isDirectory(path)) {
                files = annotated(path);
            } else if (isJar(path) && Files.exists(path)) {
                try (FileSystem jar = FileSystems.newFileSystem(path)) {
                    files = annotated(jar.getPath("/"));
                }
            } else {
                registry.report(new Location(path.toString(), 0),
                        "no such folder of classes, nor jar");
                return files;
            }
        } catch (IOException | UncheckedIOException e) {
            registry.report(new Location(path.toString(), 0),
                    "cannot be read: " + e.getMessage());
            return files;
        }
        if (files.isEmpty()) {
            registry.report(new Location(path.toString(), 0),
                    "there is no class with steps here; is it compiled?");
        }
        return files;
    }

    private List<ClassFile> annotated(Path root) throws IOException {
        List<ClassFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                if (!path.toString().endsWith(".class")
                        || path.getFileName().toString().contains("-info.")
                        || path.toString().startsWith("/META-INF")) {
                    continue;
                }
                ClassFile file = parse(path);
                if (file != null && file.isAnnotated()) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private ClassFile parse(Path path) throws IOException {
        try {
            return ClassFile.parse(Files.readAllBytes(path));
        } catch (IOException | RuntimeException e) {
            registry.report(new Location(path.toString(), 0),
                    "cannot be read: " + e.getMessage());
            return null;
        }
    }

    private void loadClass(ClassFile file, ClassLoader loader) {
        Location place = new Location(sources.show(file.name(),
                file.source() == null ? file.name() : file.source()), 0);
        try {
            Class<?> type = Class.forName(file.name(), false, loader);
            if (type.isInterface() || type.isAnnotation()) {
                return;
            }
            collect(type, file, place.file());
        } catch (ReflectiveOperationException | LinkageError e) {
            registry.report(place, e.getClass().getSimpleName() + ": "
                    + e.getMessage());
        }
    }

    /** The methods in the order in which they stand. */
    private void collect(Class<?> type, ClassFile file, String source) {
        boolean used = false;
        Method[] methods = type.getDeclaredMethods();
        Arrays.sort(methods, Comparator.comparingInt(
                (Method method) -> lineOf(file, method))
                .thenComparing(Method::getName));
        for (Method method : methods) {
            if (!method.isBridge() && !method.isSynthetic()) {
                used |= collect(type, method,
                        new Location(source, lineOf(file, method)));
            }
        }
        String fault = used ? Instances.fault(type) : null;
        if (fault != null) {
            registry.report(new Location(source, 0), fault);
        }
    }

    private static int lineOf(ClassFile file, Method method) {
        return file.line(method.getName(), java.lang.invoke.MethodType
                .methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString());
    }

    /** Whether the method is one of ours. */
    private boolean collect(Class<?> type, Method method, Location location) {
        List<String> patterns = Annotations.patterns(method);
        List<Hook> hooks = Annotations.hooks(type, method, location);
        mprun.ParameterType options = Annotations.parameterType(method);
        if (patterns.isEmpty() && hooks.isEmpty() && options == null) {
            return false;
        }
        StepMethod called = new StepMethod(type, method, location);
        for (String pattern : patterns) {
            registry.add(new StepDefinition(pattern, called));
        }
        hooks.forEach(registry::add);
        if (options != null) {
            registry.addType(options.name().isEmpty() ? method.getName()
                    : options.name(), options, called,
                    method.getGenericReturnType());
        }
        return true;
    }
}
