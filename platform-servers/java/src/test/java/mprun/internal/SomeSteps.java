package mprun.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import mprun.AfterStep;
import mprun.BeforeRun;
import mprun.BeforeScenario;
import mprun.Context;
import mprun.DataTable;
import mprun.DocString;
import mprun.Given;
import mprun.Level;
import mprun.ParameterType;
import mprun.Step;
import mprun.Then;
import mprun.When;

/** The steps that the tests of the server play. */
public class SomeSteps {
    /** What several step classes of a case share. */
    public static class Shared implements AutoCloseable {
        static final List<String> CLOSED = new ArrayList<>();
        int count;

        @Override
        public void close() {
            CLOSED.add("shared " + count);
        }
    }

    record Frame(int id, long size) {
    }

    private final Shared shared;
    private int counter;

    public SomeSteps(Shared shared) {
        this.shared = shared;
    }

    @Given("counts")
    public Map<String, Object> counts() {
        return Map.of("own", ++counter, "shared", ++shared.count);
    }

    @ParameterType("(\\d+) (bytes|KiB)")
    public int size(String count, String unit) {
        return Integer.parseInt(count) * (unit.equals("KiB") ? 1024 : 1);
    }

    @ParameterType(value = "red|blue", name = "colour")
    public String paint(String name) {
        throw new IllegalStateException("no such colour: " + name);
    }

    @When("has {size} and {float}, {word}")
    public void has(long size, Context ctx, double number, String word) {
        ctx.data("all", List.of(size, number, word));
    }

    @When("^matches (\\d+) or (x)?$")
    public void matches(Context ctx, int number, String letter) {
        ctx.data("all", List.of(number, String.valueOf(letter)));
    }

    @When("is {colour}")
    public void is(String colour) {
        throw new IllegalStateException("not reached");
    }

    @When("has the shape {shape}")
    public void hasShape(String shape) {
        throw new IllegalStateException("not reached");
    }

    @Then("takes frames:")
    public void takesFrames(Context ctx, List<Frame> frames) {
        ctx.data("frames", frames);
    }

    @Then("takes maps:")
    public void takesMaps(Context ctx, List<Map<String, String>> maps) {
        ctx.data("maps", maps);
    }

    @Then("takes both:")
    public void takesBoth(Context ctx, DataTable table, DocString text) {
        ctx.data("both", List.of(table.rows(), text.content(),
                text.mediaType()));
    }

    @Then("takes what there is:")
    public void takesWhatThereIs(Context ctx, Object... values) {
        ctx.data("count", values.length);
    }

    @Step("takes {int}")
    public void takes(int number, String text, String more) {
        throw new IllegalStateException("not reached");
    }

    @Step("reports what cannot be read")
    public void reportsWhatCannotBeRead(Context ctx) {
        ctx.data("list", new AbstractList<Object>() {
            @Override
            public Object get(int index) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public int size() {
                return 1;
            }
        });
    }

    @Step("promises")
    public CompletionStage<Map<String, Object>> promises() {
        return CompletableFuture.supplyAsync(() -> Map.of("kept", true));
    }

    @Step("breaks a promise")
    public CompletionStage<Void> breaksAPromise() {
        return CompletableFuture.failedFuture(
                new IllegalStateException("on purpose"));
    }

    @Step("promises for ever")
    public CompletableFuture<Void> promisesForEver(Context ctx) {
        ctx.log("ready");
        return new CompletableFuture<>();
    }

    @Step("reads for ever")
    public void readsForEver(Context ctx) throws IOException {
        Pipe pipe = Pipe.open();
        ctx.log("ready");
        try {
            pipe.source().read(ByteBuffer.allocate(1));
        } finally {
            pipe.sink().close();
            ctx.log(Level.WARN, "unwound");
        }
    }

    @Step("computes for ever")
    public void computesForEver(Context ctx) {
        ctx.log("ready");
        while (counter >= 0) {
            Thread.onSpinWait();
        }
    }

    @Step("watches the flag")
    public void watchesTheFlag(Context ctx) {
        ctx.log("ready");
        while (!ctx.cancelled()) {
            Thread.onSpinWait();
        }
        throw new IllegalArgumentException("of its own");
    }

    @Step("exports {int} values")
    public void exports(Context ctx, int count) {
        for (int number = 0; number < count; number++) {
            ctx.export("key" + number, number);
        }
    }

    @Step("needs a port")
    public void needsAPort(Context ctx) {
        ctx.exported("reader", "port");
    }

    @Step("attaches {int} bytes called {string}")
    public void attaches(Context ctx, int size, String name) {
        ctx.attach(name, "application/octet-stream", new byte[size]);
    }

    @Step("defers {string}")
    public void defers(Context ctx, String text) {
        ctx.defer(() -> {
            Shared.CLOSED.add(text);
            if (text.equals("broken")) {
                throw new IOException("no way to clean this");
            }
        });
    }

    @Step("knows where it is")
    public Map<String, Object> knows(Context ctx) {
        return Map.of("dir", ctx.sharedDir(), "prefix", ctx.ipcPrefix(),
                "seed", ctx.seed(), "left", ctx.remaining().isPresent(),
                "platform", ctx.platform(), "incarnation", ctx.incarnation(),
                "tags", ctx.tags(), "options", ctx.options());
    }

    @BeforeRun(name = "first")
    public void beforeRun() {
        shared.count = 10;
    }

    @BeforeScenario(tags = "@a or not @b", order = 3)
    public void beforeScenario() {
        counter = 100;
    }

    @AfterStep
    public void afterStep(Context ctx) {
        ctx.data("status", ctx.status());
    }
}
