package mprun;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import mprun.internal.Channel;
import mprun.internal.Instances;
import mprun.internal.Loader;
import mprun.internal.Problem;
import mprun.internal.Registry;
import mprun.internal.Server;
import mprun.internal.Sources;

/** The platform server: {@code java -cp ... mprun.Main --steps CLASSES}. */
public final class Main {
    private static final String USAGE = """
            usage: mprun-server-java --steps CLASSES [OPTION...]

            A platform server for mprun: it reads requests from standard input
            and answers on standard output. mprun starts it; the command
            stands in mprun.yaml:

              platforms:
                java:
                  command: [mprun-server-java, --steps, target/classes]

              --steps PATH      a folder of classes, or a jar, with steps;
                                repeatable
              -cp, --classpath PATHS
                                what they need besides, as java takes it
              --sources DIR     where sources are looked for, to tell places;
                                repeatable
              --check           load the steps, say what is wrong, end
              --list            list the step definitions and hooks, end
              --version, --help
            """;

    private final List<String> steps = new ArrayList<>();
    private final List<String> classpath = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private boolean check;
    private boolean list;

    private Main() {
    }

    public static void main(String[] arguments) {
        Main main = new Main();
        String wrong = main.parse(List.of(arguments).iterator());
        if (wrong != null) {
            System.err.println("mprun-server-java: " + wrong);
            System.err.print(USAGE);
            System.exit(2);
        }
        System.exit(main.check || main.list ? main.look() : main.serve());
    }

    /** What is wrong with the arguments, or null. */
    private String parse(Iterator<String> arguments) {
        while (arguments.hasNext()) {
            String option = arguments.next();
            switch (option) {
                case "--check" -> check = true;
                case "--list" -> list = true;
                case "--help" -> say(USAGE);
                case "--version" -> say("mprun-server-java " + Server.VERSION
                        + "\n");
                case "--steps", "--sources", "-cp", "--classpath" -> {
                    if (!arguments.hasNext()) {
                        return option + " needs a value";
                    }
                    listOf(option).add(arguments.next());
                }
                default -> {
                    return "unknown argument '" + option + "'";
                }
            }
        }
        return steps.isEmpty() ? "--steps is missing" : null;
    }

    private static void say(String text) {
        System.out.print(text);
        System.exit(0);
    }

    private List<String> listOf(String option) {
        return switch (option) {
            case "--steps" -> steps;
            case "--sources" -> sources;
            default -> classpath;
        };
    }

    private int serve() {
        Channel channel = Channel.takeStandardStreams();
        Instances instances = new Instances();
        Sources places = new Sources(sources);
        Registry registry = new Registry(instances);
        new Loader(registry, places).load(steps, classpath);
        if (!registry.problems().isEmpty()) {
            System.err.println("mprun: " + registry.problemText());
        }
        new Server(registry, places, instances, channel).serve();
        return 0;
    }

    private int look() {
        Registry registry = new Registry(new Instances());
        new Loader(registry, new Sources(sources)).load(steps, classpath);
        if (list) {
            registry.definitions().forEach(one -> System.out.println(
                    one.pattern() + "  # " + one.location()));
            registry.hooks().forEach(one -> System.out.println(
                    one.title() + "  # " + one.location()));
        }
        registry.untypedText().forEach(System.err::println);
        for (Problem problem : registry.problems()) {
            System.err.println(problem);
        }
        if (check) {
            System.out.println("step definitions: "
                    + registry.definitions().size() + ", errors: "
                    + registry.problems().size());
        }
        return registry.problems().isEmpty() ? 0 : 1;
    }
}
