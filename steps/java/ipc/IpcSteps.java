package ipc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import mprun.Context;
import mprun.Expect;
import mprun.Given;
import mprun.Level;
import mprun.Skipped;
import mprun.Then;
import mprun.When;

/** The steps of features/ipc in Java; steps/README.md says what each does. */
public class IpcSteps implements AutoCloseable {
    private Link link;
    private long nextId = 1;
    private Frame lastFrame;

    /** What steps that move one frame tell the report. */
    record Moved(long frameId, int actualSize) {
        Moved(Frame frame) {
            this(frame.id(), frame.size());
        }
    }

    /** A row of the tables of frames. */
    record FrameRow(long id, int size) {
    }

    /** A row of the table of checksums. */
    record ChecksumRow(String text, String checksum) {
    }

    @Override
    public void close() throws IOException {
        Link open = link;
        link = null;
        if (open != null) {
            open.close();
        }
    }

    // Opening

    @Given("creates the pipe {string}")
    public void createsPipe(Context ctx, String name) throws Exception {
        close();
        link = PipeReader.create(sharedPath(ctx, name, "fifo"));
    }

    @Given("opens the pipe {string} for writing")
    public void opensPipe(Context ctx, String name) throws Exception {
        close();
        link = PipeWriter.open(sharedPath(ctx, name, "fifo"));
    }

    @Given("listens at the socket {string}")
    public void listensAtSocket(Context ctx, String name) throws IOException {
        close();
        link = SocketLink.listenUnix(sharedPath(ctx, name, "sock"));
    }

    @Given("connects to the socket {string}")
    public void connectsToSocket(Context ctx, String name) throws IOException {
        close();
        link = SocketLink.connectUnix(sharedPath(ctx, name, "sock"));
    }

    @Given("listens at the abstract socket {string}")
    @Given("connects to the abstract socket {string}")
    public void usesAbstractSocket(String name) {
        throw new Skipped("Java's Unix sockets have no abstract addresses");
    }

    @Given("listens on a free TCP port")
    public void listensOnTcp(Context ctx) throws IOException {
        close();
        SocketLink listener = SocketLink.listenTcp();
        link = listener;
        ctx.log("listening on port " + listener.port());
        ctx.export("port", listener.port());
    }

    @Given("connects to the TCP port of the {string} process")
    public void connectsToTcp(Context ctx, String process)
            throws IOException {
        int port = Integer.parseInt(ctx.exported(process, "port"));
        ctx.log("connecting to port " + port);
        close();
        link = SocketLink.connectTcp(port);
    }

    // Writing

    @When("writes frame with size {int}")
    public Moved writesFrame(Context ctx, int size) throws Exception {
        return send(ctx, Frame.generated(nextId, size));
    }

    @When("writes these frames:")
    public void writesFrames(Context ctx, List<FrameRow> frames)
            throws Exception {
        for (FrameRow row : frames) {
            send(ctx, Frame.generated(row.id(), row.size()));
        }
    }

    @When("writes a frame with the text:")
    public Moved writesText(Context ctx, String text) throws Exception {
        return send(ctx, new Frame(nextId,
                text.getBytes(StandardCharsets.UTF_8)));
    }

    @When("sends the first {int} bytes of a frame with size {int}")
    public void sendsPart(int count, int size) throws Exception {
        link().write(Arrays.copyOf(Frame.generated(nextId, size).encode(),
                count));
    }

    @When("writes a damaged frame with size {int}")
    public void writesDamagedFrame(int size) throws Exception {
        byte[] data = Frame.generated(nextId, size).encode();
        data[data.length - 1] ^= (byte) 0xff;
        link().write(data);
        nextId++;
    }

    @When("gives up with code {int} after {int} bytes of a frame with size"
            + " {int}")
    public void givesUp(int code, int count, int size) throws Exception {
        sendsPart(count, size);
        Runtime.getRuntime().halt(code);
    }

    @When("sends the last frame back")
    public Moved sendsBack() throws Exception {
        link().write(lastFrame().encode());
        return new Moved(lastFrame);
    }

    @When("resumes after the last frame of the {string} process")
    public void resumes(Context ctx, String process) {
        nextId = Long.parseLong(ctx.exported(process, "lastFrame")) + 1;
        ctx.log("the next frame is " + nextId);
    }

    // Reading

    @Then("reads one frame")
    public Moved readsOneFrame(Context ctx) throws Exception {
        return new Moved(receive(ctx));
    }

    @Then("reads frame with size {int}")
    public Moved readsFrame(Context ctx, int size) throws Exception {
        Frame frame = receive(ctx);
        expectGenerated(frame, size);
        return new Moved(frame);
    }

    @Then("reads these frames:")
    public void readsFrames(Context ctx, List<FrameRow> frames)
            throws Exception {
        for (FrameRow row : frames) {
            Frame frame = receive(ctx);
            Expect.equal(frame.id(), row.id(), "the frame's id differs");
            expectGenerated(frame, row.size());
        }
    }

    @Then("reads a frame with the text:")
    public Moved readsText(Context ctx, String text) throws Exception {
        Frame frame = receive(ctx);
        Expect.equal(new String(frame.payload(), StandardCharsets.UTF_8), text,
                "the payload differs");
        return new Moved(frame);
    }

    @Then("holds frame {int} with size {int}")
    public void holdsFrame(long id, int size) {
        Expect.equal(lastFrame().id(), id, "the frame's id differs");
        expectGenerated(lastFrame, size);
    }

    @Then("reads the header of a frame with size {int}")
    public void readsHeader(int size) throws Exception {
        Expect.equal(link().readHeader().size(), size,
                "the size in the header differs");
    }

    @Then("finds the frame cut short")
    public void findsFrameCutShort(Context ctx) throws Exception {
        ctx.data("bytes", readTruncated(ctx));
    }

    @Then("finds the frame cut short after {int} bytes")
    public void findsFrameCutShortAfter(Context ctx, int count)
            throws Exception {
        Expect.equal(readTruncated(ctx), count,
                "another number of bytes arrived");
    }

    @Then("finds the checksum wrong")
    public void findsChecksumWrong(Context ctx) throws Exception {
        Frame frame;
        try {
            frame = link().readFrame();
        } catch (Frame.WrongChecksum e) {
            ctx.log(e.getMessage());
            return;
        }
        Expect.fail("the checksum of frame " + frame.id() + " is right");
    }

    @Then("finds the end of the stream")
    public void findsEnd() throws Exception {
        Frame frame;
        try {
            frame = link().readFrame();
        } catch (Frame.StreamEnded e) {
            return;
        }
        Expect.fail("frame " + frame.id()
                + " came instead of the end of the stream");
    }

    // Checksums

    @Then("computes these checksums:")
    public void computesChecksums(List<ChecksumRow> rows) {
        for (ChecksumRow row : rows) {
            CRC32 crc = new CRC32();
            crc.update(row.text().getBytes(StandardCharsets.UTF_8));
            Expect.equal(Frame.hex(crc.getValue()), row.checksum(),
                    "the checksum of '" + row.text() + "' differs");
        }
    }

    // Helpers

    private static Path sharedPath(Context ctx, String name,
            String extension) {
        return ctx.sharedDir().resolve(name + "." + extension);
    }

    private Link link() {
        Expect.that(link != null, "the process has opened no channel");
        return link;
    }

    private Frame lastFrame() {
        Expect.that(lastFrame != null, "the process has read no frame");
        return lastFrame;
    }

    private Moved send(Context ctx, Frame frame) throws Exception {
        ctx.log(Level.DEBUG, "writing frame " + frame.id() + ", size "
                + frame.size());
        link().write(frame.encode());
        nextId = frame.id() + 1;
        return new Moved(frame);
    }

    private Frame receive(Context ctx) throws Exception {
        Frame frame = link().readFrame();
        ctx.log(Level.DEBUG, "read frame " + frame.id() + ", size "
                + frame.size());
        lastFrame = frame;
        ctx.export("lastFrame", frame.id());
        return frame;
    }

    /** How many bytes of a frame came before the stream ended in it. */
    private int readTruncated(Context ctx) throws Exception {
        Frame frame;
        try {
            frame = link().readFrame();
        } catch (Frame.Truncated e) {
            ctx.log(e.getMessage());
            return e.got();
        }
        throw Expect.fail("frame " + frame.id() + " is whole");
    }

    private static void expectGenerated(Frame frame, int size) {
        Expect.equal(frame.size(), size, "the frame's size differs");
        Expect.that(Arrays.equals(frame.payload(),
                Frame.generated(frame.id(), size).payload()),
                "the payload of frame " + frame.id() + " differs");
    }
}
