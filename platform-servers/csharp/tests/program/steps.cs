// Steps of tests/program.py.

using System;
using System.Diagnostics;
using System.Threading;
using Mprun;

class ProgramSteps
{
    readonly Context ctx;

    public ProgramSteps(Context ctx)
    {
        this.ctx = ctx;
    }

    [Given("cleans up")]
    public void CleansUp()
    {
        ctx.Defer(() => Console.WriteLine("cleaned up"));
    }

    [Given("cleans up for ever")]
    public void CleansUpForEver()
    {
        ctx.Defer(() => Thread.Sleep(Timeout.Infinite));
    }

    [Given("logs while it cleans up")]
    public void LogsWhileItCleansUp()
    {
        CleansUp();
        ctx.Defer(() => {
            ctx.Log("to nobody");
            Console.WriteLine("logged");
        });
    }

    [When("sleeps")]
    public void Sleeps()
    {
        ctx.Sleep(60000);
    }

    [When("prints {string}")]
    public void Prints(string text)
    {
        Console.WriteLine(text);
    }

    [When("leaves a child")]
    public object LeavesAChild()
    {
        return new { pid = Start("/bin/sleep", "60").Id };
    }

    [When("reads in a child")]
    public void ReadsInAChild()
    {
        using (Process child = Start("/bin/cat", ""))
            child.WaitForExit();
    }

    static Process Start(string program, string arguments)
    {
        return Process.Start(new ProcessStartInfo(program, arguments) {
            UseShellExecute = false
        });
    }

    [When("leaves a thread")]
    public void LeavesAThread()
    {
        new Thread(() => Thread.Sleep(60000)).Start();
    }

    [When("leaves a thread that throws")]
    public void LeavesAThreadThatThrows()
    {
        new Thread(() => { throw new Exception("in a thread"); }).Start();
        Thread.Sleep(60000);
    }
}
