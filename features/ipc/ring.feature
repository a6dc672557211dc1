Feature: Frames through a ring in shared memory
  The reader makes the ring: shared memory for a header, metadata and frames,
  and three semaphores. One is the lock, two tell that there is something to
  take, or room again. A frame has 16 bytes more than its payload. The layout
  is told in steps/README.md.

  Background:
    Given the 'reader' process creates the ring 'frames' of 4096 bytes
    And the 'writer' process attaches to the ring 'frames' for writing

  Scenario: Frames of many sizes keep their order
    Together they are larger than the ring: writer and reader take turns.

    When the 'writer' process begins: puts these frames into the ring:
      | id | size |
      | 1  | 1    |
      | 2  | 1000 |
      | 3  | 0    |
      | 4  | 4080 |
      | 5  | 333  |
      | 6  | 4000 |
    Then the 'reader' process takes these frames from the ring:
      | id | size |
      | 1  | 1    |
      | 2  | 1000 |
      | 3  | 0    |
      | 4  | 4080 |
      | 5  | 333  |
      | 6  | 4000 |
    And the 'writer' process completes

  Scenario Outline: The end of the ring is <where>
    When the 'writer' process puts frame with size <first> into the ring
    And the 'reader' process takes frame with size <first> from the ring
    Then the 'writer' process has <left> bytes left before the end of the ring
    When the 'writer' process puts frame with size <second> into the ring
    Then the 'reader' process takes frame with size <second> from the ring

    Examples:
      | where                         | first | left | second |
      | in the header of a frame      | 4072  | 8    | 300    |
      | between a header and the rest | 4064  | 16   | 4080   |
      | in the payload of a frame     | 3000  | 1080 | 2500   |
      | exactly where a frame ends    | 2064  | 2016 | 2000   |

  Scenario: A full ring makes the writer wait
    Given the 'writer' process puts frame with size 3000 into the ring
    When the 'writer' process begins: puts frame with size 2000 into the ring
    Then within 5s the 'reader' process finds the other end of the ring waiting
    When the 'reader' process takes frame with size 3000 from the ring
    Then the 'writer' process completes within 5s
    And the 'reader' process takes frame with size 2000 from the ring

  Scenario: An empty ring makes the reader wait
    Then the 'reader' process finds no frame in the ring within 150 ms
    When the 'reader' process begins: takes one frame from the ring
    Then within 5s the 'writer' process finds the other end of the ring waiting
    When the 'writer' process puts frame with size 700 into the ring
    Then the 'reader' process completes within 5s
    And the 'reader' process holds frame 1 with size 700

  Scenario: A second writer is refused
    It leaves the ring as it is, and is let in once the first is gone.

    Given the 'writer' process puts frame with size 100 into the ring
    Then the 'second writer' process finds the ring 'frames' taken by a writer
    When the 'writer' process puts frame with size 200 into the ring
    And the 'writer' process is killed
    And the 'second writer' process attaches to the ring 'frames' for writing
    And the 'second writer' process puts frame with size 300 into the ring
    Then the 'reader' process takes these frames from the ring:
      | id | size |
      | 1  | 100  |
      | 2  | 200  |
      | 3  | 300  |

  Scenario: Metadata and text
    Metadata stand beside the frames; both are bytes and no zero ends them.

    When the 'writer' process describes the ring by:
      """
      format: "größe | 640x480"

      version: 2
      """
    And the 'writer' process puts a frame with the text into the ring:
      """
      {
        "größe": "1 KiB | 1024 bytes",

        "frame": "\\x00 is no zero byte: 🚚"
      }
      """
    Then the 'reader' process reads the description of the ring:
      """
      format: "größe | 640x480"

      version: 2
      """
    And the 'reader' process takes a frame with the text from the ring:
      """
      {
        "größe": "1 KiB | 1024 bytes",

        "frame": "\\x00 is no zero byte: 🚚"
      }
      """

  Scenario: A damaged frame, and the end
    A wrong checksum spoils one frame, not those behind it. A closed ring is
    found closed when it is empty.

    When the 'writer' process puts a damaged frame with size 256 into the ring
    And the 'writer' process puts frame with size 256 into the ring
    And the 'writer' process closes the ring
    Then the 'reader' process finds a wrong checksum in the ring
    And the 'reader' process takes frame with size 256 from the ring
    And the 'reader' process finds the ring closed
