package mprun;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a step or a hook is told, and what it can tell. A method gets one as a
 * parameter of this type; it belongs to this one call. All may be called from
 * any thread.
 */
public interface Context {

    // Reporting

    /** Adds a line to the log of the step. */
    default void log(Object message) {
        log(Level.INFO, message);
    }

    void log(Level level, Object message);

    /** Attaches a text to the report of the step. */
    void attach(String name, String mediaType, String text);

    /** Attaches bytes; what is large becomes a file of the report. */
    void attach(String name, String mediaType, byte[] bytes);

    /** Adds a value to the data of the report. */
    void data(String key, Object value);

    // Other processes

    /**
     * Hands a value to the later steps of every process of the case. Fields
     * of step classes are seen by this process alone.
     */
    void export(String key, Object value);

    /**
     * The value that a process exported before this step;
     * NoSuchElementException if there is none.
     */
    String exported(String process, String key);

    /** The same, or what is given here where there is none. */
    String exported(String process, String key, String otherwise);

    // Where things belong

    /** The folder that all processes of the case share. */
    Path sharedDir();

    /** The prefix of every system-wide name that the case makes. */
    String ipcPrefix();

    /** The folder for files that the report should keep. */
    Path artifactDir();

    /**
     * Closes it when the process ends, or the case of one that is kept; last
     * first. It is called at shutdown, at the end of standard input and at
     * SIGTERM, once. What it throws makes the case leaked. A step class that
     * is AutoCloseable itself is closed without this.
     */
    void defer(AutoCloseable resource);

    // What the runner told

    /** The name of this process: {@code writer}, {@code node#2}. */
    String process();

    String platform();

    /** Which start of the process within the case this is, from 1. */
    int incarnation();

    /** The text of the step; null in a hook of the scenario or the run. */
    String step();

    /** given, when, then or step; null where there is no step. */
    String stepType();

    /**
     * In a hook: what the case or the run has come to so far; after a step,
     * what the step has come to.
     */
    String status();

    /** The tags of the scenario, with their at signs. */
    List<String> tags();

    /** The seed of the case, for what is random; empty if none was given. */
    Optional<Long> seed();

    /** The options of the platform in the configuration. */
    Map<String, Object> options();

    /** The {@code context} of the request as it came. */
    Map<String, Object> scenario();

    /** The data table of the step. */
    Optional<DataTable> dataTable();

    /** The doc string of the step. */
    Optional<DocString> docString();

    // Waiting

    /**
     * Whether the runner wants the step to end. Its thread is interrupted
     * too, so calls that can be interrupted end by themselves.
     */
    boolean cancelled();

    /** Throws {@link Cancelled} if the runner wants the step to end. */
    void checkpoint();

    /** Waits; a cancel ends it with {@link Cancelled}. */
    void sleep(Duration time);

    /** What is left of the step's time; empty if it has no limit. */
    Optional<Duration> remaining();
}
