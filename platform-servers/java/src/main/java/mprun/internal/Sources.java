package mprun.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the sources of classes, so that places can be clicked on. A class
 * knows its package and the name of its file, not the folder.
 */
public final class Sources {
    private static final List<String> USUAL = List.of("src/test/java",
            "src/main/java", "src", "steps", "");

    private final Path start = Path.of("").toAbsolutePath();
    private final List<Path> roots = new ArrayList<>();

    /** given: folders to look into first. */
    public Sources(List<String> given) {
        given.forEach(root -> roots.add(start.resolve(root)));
        USUAL.forEach(root -> roots.add(start.resolve(root)));
    }

    /** The file of a class: relative to the server's folder if below it. */
    String show(String className, String file) {
        int end = className.lastIndexOf('.');
        String path = end < 0 ? file
                : className.substring(0, end).replace('.', '/') + "/" + file;
        for (Path root : roots) {
            Path found = root.resolve(path);
            if (Files.exists(found)) {
                return found.startsWith(start)
                        ? start.relativize(found).toString()
                        : found.normalize().toString();
            }
        }
        return path;
    }

    Location of(StackTraceElement frame) {
        return new Location(show(frame.getClassName(), frame.getFileName()),
                frame.getLineNumber());
    }
}
