package ipc;

import mprun.Given;
import mprun.Skipped;

/**
 * The steps of the shared buffer and of the ring. Java can map shared memory,
 * but both sides wait for each other at named semaphores.
 */
public class SharedMemorySteps {
    @Given("creates the shared buffer {string} of {int} bytes")
    @Given("attaches to the shared buffer {string} of {int} bytes")
    @Given("puts a frame with size {int} into the shared buffer")
    @Given("takes a frame with size {int} from the shared buffer")
    @Given("creates the ring {string} of {int} bytes")
    @Given("attaches to the ring {string} for writing")
    @Given("attaches to the ring {string} for reading")
    @Given("finds the ring {string} taken by a writer")
    @Given("closes the ring")
    @Given("puts frame with size {int} into the ring")
    @Given("puts a damaged frame with size {int} into the ring")
    @Given("puts these frames into the ring:")
    @Given("puts a frame with the text into the ring:")
    @Given("copies the first {int} bytes of a frame with size {int} into the"
            + " ring")
    @Given("waits for room for {int} bytes until the reader is dead")
    @Given("has {int} bytes left before the end of the ring")
    @Given("takes one frame from the ring")
    @Given("takes frame with size {int} from the ring")
    @Given("takes these frames from the ring:")
    @Given("takes a frame with the text from the ring:")
    @Given("finds no frame in the ring within {int} ms")
    @Given("finds the ring closed")
    @Given("finds a wrong checksum in the ring")
    @Given("waits for a frame until the writer is dead")
    @Given("describes the ring by:")
    @Given("reads the description of the ring:")
    @Given("takes hold of the ring")
    @Given("lets go of the ring")
    @Given("finds the other end of the ring waiting")
    @Given("has taken the lock of the ring over {int} time(s)")
    public void needsSemaphores(Object... whatever) {
        throw new Skipped("Java has no named POSIX semaphores");
    }
}
