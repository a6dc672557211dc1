package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mprun.AfterScenario;
import mprun.BeforeScenario;
import mprun.Context;
import mprun.Given;
import mprun.ParameterType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
    /** Wrong in every way that there is. */
    public static class Broken {
        @Given("open (")
        public void open() {
            throw new IllegalStateException();
        }

        @Given("fine")
        public void fine() {
            throw new IllegalStateException();
        }

        @BeforeScenario(tags = "@a and")
        public void hook(Context ctx) {
            throw new IllegalStateException();
        }

        @AfterScenario
        public void takes(Context ctx, String more) {
            throw new IllegalStateException();
        }

        @ParameterType(value = "x", name = "b(ad")
        public String bad(String text) {
            return text;
        }
    }

    /** Cannot be made. */
    public static class NeedsText {
        public NeedsText(String text) {
            throw new IllegalStateException(text);
        }

        @Given("never")
        public void never() {
            throw new IllegalStateException();
        }
    }

    /** Needs itself. */
    public static class Circle {
        public Circle(Circle other) {
            throw new IllegalStateException(String.valueOf(other));
        }

        @Given("round")
        public void round() {
            throw new IllegalStateException();
        }
    }

    private final Registry registry = new Registry(new Instances());
    private final Loader loader = new Loader(registry,
            new Sources(List.of("src/test/java")));

    private List<String> problems() {
        return registry.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void allProblemsAreToldWithTheirPlaces() throws IOException {
        loader.add(Broken.class, NeedsText.class, Circle.class);
        registry.compile();
        List<String> starts = List.of(":33: @beforeScenario: ",
                ":38: @afterScenario: a hook gets a Context or nothing",
                ": mprun.internal.LoaderTest$NeedsText cannot be made:"
                        + " java.lang.String must be a class",
                ": mprun.internal.LoaderTest$Circle cannot be made: it"
                        + " needs itself",
                ":43: parameter type 'b(ad': ", ":23: step 'open ('");
        List<String> problems = problems();
        assertEquals(starts.size(), problems.size(), problems.toString());
        for (String start : starts) {
            assertTrue(problems.stream().anyMatch(problem ->
                    problem.contains("LoaderTest.java" + start)),
                    start + " in " + problems);
        }
        assertTrue(registry.problemText().startsWith("6 errors in the step"
                + " classes:\n"));
    }

    @Test
    void placesWithoutSteps(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("X.class"), new byte[] {1, 2});
        loader.load(List.of(folder.toString(), folder + "/none"), List.of());
        assertEquals(3, problems().size(), problems().toString());
        assertTrue(problems().get(0).startsWith(folder + "/X.class: "));
        assertEquals(folder + ": there is no class with steps here; is it"
                + " compiled?", problems().get(1));
        assertEquals(folder + "/none: no such folder of classes, nor jar",
                problems().get(2));
    }

    @Test
    void definitionsKeepTheirOrder() throws IOException {
        loader.add(SomeSteps.class);
        registry.compile();
        assertEquals("counts", registry.definitions().get(0).pattern());
        int last = 0;
        for (StepDefinition one : registry.definitions()) {
            assertTrue(one.location().line() > last, one.pattern());
            last = one.location().line();
        }
    }
}
