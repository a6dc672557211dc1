// The steps of features/ipc in C#: pipes and sockets. steps/README.md says
// what each does.

using System;
using System.IO;
using System.Net;
using System.Text;
using Mprun;

class IpcSteps : IDisposable
{
    readonly Context ctx;
    readonly Peer peer;
    readonly Slot<Link> link = new Slot<Link>("channel");

    public IpcSteps(Context ctx, Peer peer)
    {
        this.ctx = ctx;
        this.peer = peer;
    }

    public void Dispose()
    {
        link.Close();
    }

    // Opening

    [Given("creates the pipe {string}")]
    public void CreatesPipe(string name)
    {
        link.Open(() => PipeLink.Create(peer.Waiter, Shared(name, "fifo")));
    }

    [Given("opens the pipe {string} for writing")]
    public void OpensPipe(string name)
    {
        link.Open(() => PipeLink.OpenForWriting(peer.Waiter,
            Shared(name, "fifo")));
    }

    [Given("listens at the socket {string}")]
    public void ListensAtSocket(string name)
    {
        string path = Shared(name, "sock");
        link.Open(() => SocketLink.Listen(peer.Waiter,
            SocketLink.UnixPath(path), path));
    }

    [Given("connects to the socket {string}")]
    public void ConnectsToSocket(string name)
    {
        Connect(SocketLink.UnixPath(Shared(name, "sock")));
    }

    [Given("listens at the abstract socket {string}")]
    public void ListensAtAbstractSocket(string name)
    {
        link.Open(() => SocketLink.Listen(peer.Waiter, Abstract(name)));
    }

    [Given("connects to the abstract socket {string}")]
    public void ConnectsToAbstractSocket(string name)
    {
        Connect(Abstract(name));
    }

    [Given("listens on a free TCP port")]
    public void ListensOnTcp()
    {
        var opened = (SocketLink)link.Open(() => SocketLink.Listen(
            peer.Waiter, new IPEndPoint(IPAddress.Loopback, 0)));
        ctx.Log($"listening on port {opened.Port}");
        ctx.Export("port", opened.Port);
    }

    [Given("connects to the TCP port of the {string} process")]
    public void ConnectsToTcp(string process)
    {
        int port = int.Parse(ctx.Exports(process, "port"));
        ctx.Log($"connecting to port {port}");
        Connect(new IPEndPoint(IPAddress.Loopback, port));
    }

    void Connect(EndPoint to)
    {
        link.Open(() => SocketLink.Connect(peer.Waiter, to));
    }

    string Shared(string name, string extension)
    {
        return Path.Combine(ctx.SharedDir, $"{name}.{extension}");
    }

    EndPoint Abstract(string name)
    {
        return SocketLink.Abstract($"{ctx.IpcPrefix}-{name}");
    }

    // Writing

    [When("writes frame with size {int}")]
    public object WritesFrame(int size)
    {
        return Send(Frame.Generated(peer.NextId, size));
    }

    [When("writes these frames:")]
    public void WritesFrames(FrameRow[] frames)
    {
        foreach (FrameRow row in frames)
            Send(Frame.Generated(row.Id, row.Size));
    }

    [When("writes a frame with the text:")]
    public object WritesText(string text)
    {
        return Send(new Frame(peer.NextId, Encoding.UTF8.GetBytes(text)));
    }

    [When("sends the first {int} bytes of a frame with size {int}")]
    public void SendsPart(int count, int size)
    {
        byte[] data = Frame.Generated(peer.NextId, size).Encode();
        Array.Resize(ref data, Math.Min(count, data.Length));
        Write(data);
    }

    [When("writes a damaged frame with size {int}")]
    public void WritesDamagedFrame(int size)
    {
        byte[] data = Frame.Generated(peer.NextId, size).Encode();
        data[data.Length - 1] ^= 0xFF;
        Write(data);
        peer.NextId++;
    }

    [When("gives up with code {int} after {int} bytes of a frame with size"
        + " {int}")]
    public void GivesUp(int code, int count, int size)
    {
        SendsPart(count, size);
        Libc._exit(code);
    }

    [When("sends the last frame back")]
    public object SendsBack()
    {
        Write(peer.Last.Encode());
        return Peer.Moved(peer.Last);
    }

    [When("resumes after the last frame of the {string} process")]
    public void Resumes(string process)
    {
        peer.NextId = uint.Parse(ctx.Exports(process, "lastFrame")) + 1;
        ctx.Log($"the next frame is {peer.NextId}");
    }

    object Send(Frame frame)
    {
        ctx.Log($"writing frame {frame.Id}, size {frame.Size}",
            LogLevel.Debug);
        Write(frame.Encode());
        peer.NextId = frame.Id + 1;
        return Peer.Moved(frame);
    }

    void Write(byte[] data)
    {
        link.Content.WriteAll(data, ctx.Cancelled);
    }

    // Reading

    [Then("reads one frame")]
    public object ReadsOneFrame()
    {
        return Peer.Moved(Receive());
    }

    [Then("reads frame with size {int}")]
    public object ReadsFrame(int size)
    {
        Frame frame = Receive();
        Peer.ExpectGenerated(frame, size);
        return Peer.Moved(frame);
    }

    [Then("reads these frames:")]
    public void ReadsFrames(FrameRow[] frames)
    {
        foreach (FrameRow row in frames) {
            Frame frame = Receive();
            Check.Equal(row.Id, frame.Id, "the frame's id differs");
            Peer.ExpectGenerated(frame, row.Size);
        }
    }

    [Then("reads a frame with the text:")]
    public object ReadsText(string text)
    {
        Frame frame = Receive();
        Check.Equal(text, Encoding.UTF8.GetString(frame.Payload),
            "the payload differs");
        return Peer.Moved(frame);
    }

    [Then("holds frame {int} with size {int}")]
    public void HoldsFrame(uint id, int size)
    {
        Check.Equal(id, peer.Last.Id, "the frame's id differs");
        Peer.ExpectGenerated(peer.Last, size);
    }

    [Then("reads the header of a frame with size {int}")]
    public void ReadsHeader(int size)
    {
        Check.Equal(size, link.Content.ReadHeader(ctx.Cancelled).Size,
            "the size in the header differs");
    }

    [Then("finds the frame cut short")]
    public object FindsFrameCutShort()
    {
        return new { bytes = ReadTruncated() };
    }

    [Then("finds the frame cut short after {int} bytes")]
    public void FindsFrameCutShortAfter(int count)
    {
        Check.Equal(count, ReadTruncated(),
            "another number of bytes arrived");
    }

    [Then("finds the checksum wrong")]
    public void FindsChecksumWrong()
    {
        Frame frame;
        try {
            frame = Read();
        } catch (WrongChecksum error) {
            ctx.Log(error.Message);
            return;
        }
        Check.Fail($"the checksum of frame {frame.Id} is right");
    }

    [Then("finds the end of the stream")]
    public void FindsEnd()
    {
        Frame frame;
        try {
            frame = Read();
        } catch (StreamEnded) {
            return;
        }
        Check.Fail($"frame {frame.Id} came instead of the end of the stream");
    }

    Frame Read()
    {
        return link.Content.ReadFrame(ctx.Cancelled);
    }

    Frame Receive()
    {
        return peer.Keep("read", Read());
    }

    /// <summary>How many bytes of a frame came before the stream ended in it.
    /// </summary>
    int ReadTruncated()
    {
        Frame frame;
        try {
            frame = Read();
        } catch (Truncated error) {
            ctx.Log(error.Message);
            return error.Got;
        }
        throw new CheckException($"frame {frame.Id} is whole");
    }

    // Checksums

    [Then("computes these checksums:")]
    public void ComputesChecksums(DataTable table)
    {
        foreach (var row in table.Hashes) {
            uint checksum = Crc32.Of(Encoding.UTF8.GetBytes(row["text"]));
            Check.Equal(row["checksum"], checksum.ToString("x8"),
                $"the checksum of '{row["text"]}' differs");
        }
    }
}
