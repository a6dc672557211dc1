// The steps of features/ipc in C#: the shared buffer and the ring.
// steps/README.md says what each does.

using System;
using System.Text;
using Mprun;

class SharedSteps : IDisposable
{
    readonly Context ctx;
    readonly Peer peer;
    readonly Slot<SharedBuffer> buffer = new Slot<SharedBuffer>("buffer");
    readonly Slot<Ring> ring = new Slot<Ring>("ring");

    public SharedSteps(Context ctx, Peer peer)
    {
        this.ctx = ctx;
        this.peer = peer;
    }

    public void Dispose()
    {
        buffer.Close();
        ring.Close();
    }

    string Name(string name)
    {
        return $"/{ctx.IpcPrefix}-{name}";
    }

    // The shared buffer

    [Given("creates the shared buffer {string} of {int} bytes")]
    public void CreatesBuffer(string name, int size)
    {
        Open(buffer, () => new SharedBuffer(Name(name), size, true));
    }

    [Given("attaches to the shared buffer {string} of {int} bytes")]
    public void AttachesToBuffer(string name, int size)
    {
        Open(buffer, () => new SharedBuffer(Name(name), size, false));
    }

    [When("puts a frame with size {int} into the shared buffer")]
    public object PutsIntoBuffer(int size)
    {
        Frame frame = Frame.Generated(peer.NextId, size);
        buffer.Content.Put(frame);
        peer.NextId++;
        return Peer.Moved(frame);
    }

    [Then("takes a frame with size {int} from the shared buffer")]
    public object TakesFromBuffer(int size)
    {
        Frame frame = buffer.Content.Take(ctx);
        Peer.ExpectGenerated(frame, size);
        return Peer.Moved(frame);
    }

    // An old C library has shared memory and semaphores elsewhere.
    static T Open<T>(Slot<T> slot, Func<T> open) where T : class, IDisposable
    {
        try {
            return slot.Open(open);
        } catch (EntryPointNotFoundException error) {
            throw new SkippedException(
                $"the C library lacks a function: {error.Message}");
        }
    }

    // The ring: opening and closing

    [Given("creates the ring {string} of {int} bytes")]
    public void CreatesRing(string name, int size)
    {
        Open(ring, () => Ring.Create(Name(name), size));
    }

    [Given("attaches to the ring {string} for writing")]
    public void AttachesForWriting(string name)
    {
        Open(ring, () => Ring.Attach(Name(name), Role.Writer));
        peer.NextId = ring.Content.LastId + 1;
        ctx.Log($"the next frame is {peer.NextId}");
    }

    [Given("attaches to the ring {string} for reading")]
    public void AttachesForReading(string name)
    {
        Open(ring, () => Ring.Attach(Name(name), Role.Reader));
    }

    [Then("finds the ring {string} taken by a writer")]
    public void FindsTaken(string name)
    {
        try {
            Open(ring, () => Ring.Attach(Name(name), Role.Writer));
        } catch (RingTaken error) {
            ctx.Log(error.Message);
            return;
        }
        Check.Fail("the ring had no writer, and has one now");
    }

    [When("closes the ring")]
    public void ClosesRing()
    {
        ring.Content.FinishWriting(ctx);
    }

    // The ring: putting

    [When("puts frame with size {int} into the ring")]
    public object PutsFrame(int size)
    {
        return Put(Frame.Generated(peer.NextId, size));
    }

    [When("puts a damaged frame with size {int} into the ring")]
    public object PutsDamagedFrame(int size)
    {
        return Put(Frame.Generated(peer.NextId, size), 0xFF);
    }

    [When("puts these frames into the ring:")]
    public void PutsFrames(FrameRow[] frames)
    {
        foreach (FrameRow row in frames)
            Put(Frame.Generated(row.Id, row.Size));
    }

    [When("puts a frame with the text into the ring:")]
    public object PutsText(string text)
    {
        return Put(new Frame(peer.NextId, Encoding.UTF8.GetBytes(text)));
    }

    [When("copies the first {int} bytes of a frame with size {int} into the"
        + " ring")]
    public void CopiesPart(int count, int size)
    {
        ring.Content.PutPart(ctx, Frame.Generated(peer.NextId, size), count);
    }

    [Then("waits for room for {int} bytes until the reader is dead")]
    public void WaitsForRoom(int size)
    {
        try {
            ring.Content.WaitRoom(ctx, size);
        } catch (OtherDied error) {
            ctx.Log(error.Message);
            return;
        }
        Check.Fail("the other end of the ring lives");
    }

    [Then("has {int} bytes left before the end of the ring")]
    public void HasLeft(int count)
    {
        Check.Equal(count, ring.Content.LeftBeforeEnd,
            "the next frame stands elsewhere");
    }

    object Put(Frame frame, byte flip = 0)
    {
        ctx.Log($"putting frame {frame.Id}, size {frame.Size}",
            LogLevel.Debug);
        ring.Content.Put(ctx, frame, flip);
        peer.NextId = frame.Id + 1;
        return Peer.Moved(frame);
    }

    // The ring: taking

    [Then("takes one frame from the ring")]
    public object TakesOneFrame()
    {
        return Peer.Moved(Take());
    }

    [Then("takes frame with size {int} from the ring")]
    public object TakesFrame(int size)
    {
        Frame frame = Take();
        Peer.ExpectGenerated(frame, size);
        return Peer.Moved(frame);
    }

    [Then("takes these frames from the ring:")]
    public void TakesFrames(FrameRow[] frames)
    {
        foreach (FrameRow row in frames) {
            Frame frame = Take();
            Check.Equal(row.Id, frame.Id, "the frame's id differs");
            Peer.ExpectGenerated(frame, row.Size);
        }
    }

    [Then("takes a frame with the text from the ring:")]
    public object TakesText(string text)
    {
        Frame frame = Take();
        Check.Equal(text, Encoding.UTF8.GetString(frame.Payload),
            "the payload differs");
        return Peer.Moved(frame);
    }

    [Then("finds no frame in the ring within {int} ms")]
    public void FindsNoFrame(int milliseconds)
    {
        ExpectNoFrame<RingTimeout>(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Then("finds the ring closed")]
    public void FindsClosed()
    {
        ExpectNoFrame<RingClosed>();
    }

    [Then("finds a wrong checksum in the ring")]
    public void FindsChecksumWrong()
    {
        ExpectNoFrame<WrongChecksum>();
    }

    [Then("waits for a frame until the writer is dead")]
    public void WaitsForFrame()
    {
        ExpectNoFrame<OtherDied>();
    }

    Frame Take()
    {
        return peer.Keep("took", ring.Content.Take(ctx));
    }

    /// <summary>Waits for a frame; passes if this is thrown instead.
    /// </summary>
    void ExpectNoFrame<T>(TimeSpan? timeout = null) where T : Exception
    {
        Frame frame;
        try {
            frame = ring.Content.Take(ctx, timeout);
        } catch (T error) {
            ctx.Log(error.Message);
            return;
        }
        Check.Fail($"frame {frame.Id} came");
    }

    // The ring: metadata, the lock and the other end

    [When("describes the ring by:")]
    public void DescribesRing(string text)
    {
        ring.Content.Describe(ctx, Encoding.UTF8.GetBytes(text));
    }

    [Then("reads the description of the ring:")]
    public void ReadsDescription(string text)
    {
        Check.Equal(text,
            Encoding.UTF8.GetString(ring.Content.Description(ctx)),
            "the description differs");
    }

    [When("takes hold of the ring")]
    public void TakesHold()
    {
        ring.Content.Lock(ctx);
    }

    [When("lets go of the ring")]
    public void LetsGo()
    {
        ring.Content.Unlock();
    }

    [Then("finds the other end of the ring waiting")]
    public void FindsOtherWaiting()
    {
        Check.True(ring.Content.OtherWaits,
            "the other end of the ring does not wait");
    }

    [Then("has taken the lock of the ring over {int} time(s)")]
    public void HasTakenOver(int count)
    {
        Check.Equal(count, ring.Content.Takeovers,
            "the process took another number of locks over");
    }
}
