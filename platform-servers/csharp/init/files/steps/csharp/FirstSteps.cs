using System.IO;
using Mprun;

/// <summary>The steps of features/first.feature.</summary>
class FirstSteps
{
    readonly Context ctx;

    public FirstSteps(Context ctx)
    {
        this.ctx = ctx;
    }

    /// <summary>In the folder that all processes of a case share, and no other
    /// has.</summary>
    string NoteFile => Path.Combine(ctx.SharedDir, "note.txt");

    [Given("writes the note {string}")]
    public void WritesTheNote(string text)
    {
        File.WriteAllText(NoteFile, text);
        ctx.Log($"wrote '{text}'");
    }

    [Then("finds the note {string}")]
    public void FindsTheNote(string text)
    {
        Check.Equal(text, File.ReadAllText(NoteFile));
        File.Delete(NoteFile);
    }
}
