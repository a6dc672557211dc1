import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mprun.Context;
import mprun.Expect;
import mprun.Given;
import mprun.Then;

/** The steps of features/first.feature. */
public class FirstSteps {
    /** In the folder that all processes of a case share, and no other has. */
    private static Path noteFile(Context ctx) {
        return ctx.sharedDir().resolve("note.txt");
    }

    @Given("writes the note {string}")
    public void writesTheNote(String text, Context ctx) throws IOException {
        Files.writeString(noteFile(ctx), text);
        ctx.log("wrote '" + text + "'");
    }

    @Then("finds the note {string}")
    public void findsTheNote(String text, Context ctx) throws IOException {
        Expect.equal(Files.readString(noteFile(ctx)), text);
        Files.delete(noteFile(ctx));
    }
}
