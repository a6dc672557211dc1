package mprun.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: how it ends. */
@Timeout(60)
class ProcessTest {
    private static final String STEPS = """
            package ends;

            import java.nio.file.Files;
            import java.nio.file.Path;
            import mprun.Context;
            import mprun.Step;

            public class EndSteps {
                @Step("holds {string}")
                public void holds(String file, Context ctx) throws Exception {
                    Files.createFile(Path.of(file));
                    ctx.defer(() -> Files.delete(Path.of(file)));
                }

                @Step("cleans up for ever")
                public void cleansUpForEver(Context ctx) {
                    ctx.defer(() -> {
                        for (;;) {
                            Thread.onSpinWait();
                        }
                    });
                }

                @Step("leaves a thread")
                public void leavesAThread() {
                    new Thread(() -> {
                        for (;;) {
                            Thread.onSpinWait();
                        }
                    }).start();
                }

                @Step("hangs")
                public void hangs(Context ctx) {
                    ctx.log("ready");
                    for (;;) {
                        Thread.onSpinWait();
                    }
                }

                @Step("exits")
                public void exits() {
                    System.exit(3);
                }

                @Step("does not compile (")
                public void never() {
                }
            }
            """;

    @TempDir
    static Path folder;

    private Path held;
    private Process server;
    private BufferedReader answers;

    @BeforeAll
    static void compile() throws IOException {
        for (String name : List.of("good", "bad")) {
            Path source = folder.resolve(name + "/EndSteps.java");
            Files.createDirectories(source.getParent());
            Files.writeString(source, name.equals("bad") ? STEPS
                    : STEPS.replace("compile (", "exist"));
            assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null,
                    null, null, "-g", "-cp", classpath(), "-d",
                    folder.resolve(name).toString(), source.toString()));
        }
    }

    private static String classpath() {
        return System.getProperty("surefire.test.class.path",
                System.getProperty("java.class.path"));
    }

    private void start(String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1", "-cp", classpath(), "mprun.Main"));
        words.addAll(List.of(more));
        server = new ProcessBuilder(words).directory(folder.toFile())
                .redirectError(folder.resolve("stderr").toFile()).start();
        answers = server.inputReader(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void nameFile() {
        held = folder.resolve("held");
    }

    @AfterEach
    void kill() {
        server.destroyForcibly();
    }

    private void send(String step) throws IOException {
        server.getOutputStream().write(("{\"jsonrpc\":\"2.0\",\"id\":1,"
                + "\"method\":\"executeStep\",\"params\":{\"step\":\"" + step
                + "\"}}\n").getBytes(StandardCharsets.UTF_8));
        server.getOutputStream().flush();
    }

    private void pass(String step) throws IOException {
        send(step);
        String answer = answers.readLine();
        assertTrue(answer.contains("\"success\":true"), answer);
    }

    private void startHolding() throws IOException {
        start("--steps", "good");
        pass("holds '" + held + "'");
        assertTrue(Files.exists(held));
    }

    private void checkEnd(int status) throws Exception {
        assertTrue(server.waitFor(20, TimeUnit.SECONDS), "it does not end");
        assertEquals(status, server.exitValue(),
                Files.readString(folder.resolve("stderr")));
        assertFalse(Files.exists(held), "the clean-up did not run");
    }

    @Test
    void theEndOfStdin() throws Exception {
        startHolding();
        pass("leaves a thread");
        server.getOutputStream().close();
        assertNull(answers.readLine());
        checkEnd(0);
    }

    @Test
    void theEndOfStdinWhileAStepHangs() throws Exception {
        startHolding();
        send("hangs");
        server.getOutputStream().close();
        String answer = answers.readLine();
        assertTrue(answer.contains("the runner has closed stdin"), answer);
        checkEnd(0);
    }

    @Test
    void aSignalWhileAStepHangs() throws Exception {
        startHolding();
        send("hangs");
        server.destroy();
        checkEnd(128 + 15);
    }

    @Test
    void aCleanUpThatNeverEnds() throws Exception {
        start("--steps", "good");
        pass("cleans up for ever");
        server.getOutputStream().close();
        checkEnd(0);
        start("--steps", "good");
        pass("cleans up for ever");
        server.destroy();
        checkEnd(128 + 15);
    }

    @Test
    void aStepThatExits() throws Exception {
        startHolding();
        send("exits");
        checkEnd(3);
    }

    @Test
    void nobodyReadsTheAnswers() throws Exception {
        startHolding();
        server.getInputStream().close();
        send("exist no more");
        checkEnd(0);
    }

    @Test
    void brokenSteps() throws Exception {
        start("--steps", "bad");
        send("hangs");
        String answer = answers.readLine();
        assertTrue(answer.contains("\"code\":-32603"), answer);
        assertTrue(answer.contains("ends/EndSteps.java:48: step 'does not"
                + " compile ('"), answer);
        server.destroyForcibly();
        start("--steps", "bad", "--check");
        assertEquals("step definitions: 5, errors: 1", answers.readLine());
        checkEnd(1);
    }

    @Test
    void wrongArguments() throws Exception {
        start("--step", "x");
        checkEnd(2);
        String text = Files.readString(folder.resolve("stderr"));
        assertTrue(text.startsWith("mprun-server-java: unknown argument"
                + " '--step'\nusage: "), text);
    }
}
