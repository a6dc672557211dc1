package mprun;

import java.util.Locale;

/** How much a line of the log matters. */
public enum Level {
    TRACE, DEBUG, INFO, WARN, ERROR;

    /** The level of this name; IllegalArgumentException if there is none. */
    public static Level of(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("unknown log level '" + name
                    + "'; there are trace, debug, info, warn, error", e);
        }
    }

    /** As the protocol writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
