Feature: A ring outlives the processes at its ends
  Shared memory and semaphores stay as they are when a process dies. Whoever
  waits for a semaphore that the dead one holds must notice, must not take
  somebody slow for somebody dead, and must not see half a frame.

  Background:
    Given the 'reader' process creates the ring 'frames' of 4096 bytes
    And the 'writer' process attaches to the ring 'frames' for writing

  Scenario Outline: The reader <dies> while it holds the lock
    Nobody is left who removes the names of the ring: mprun does, and says so.

    Given the 'reader' process takes hold of the ring
    When the 'writer' process begins: puts frame with size 64 into the ring
    And the 'reader' process <dies>
    Then the 'writer' process completes within 5s
    And the 'writer' process has taken the lock of the ring over 1 time

    Examples:
      | dies      |
      | is killed |
      | crashes   |

  Scenario: A reader that is only slow keeps the lock
    Given the 'reader' process takes hold of the ring
    When the 'reader' process is paused
    And the 'writer' process begins: puts frame with size 64 into the ring
    And 0.2 seconds pass
    And the 'reader' process resumes
    And the 'reader' process lets go of the ring
    Then the 'writer' process completes within 5s
    And the 'writer' process has taken the lock of the ring over 0 times
    And the 'reader' process takes frame with size 64 from the ring

  Scenario: A reader that died with the lock is replaced
    The new reader gets the lock back and the frame that the dead one had not
    taken. It removes the names.

    Given the 'writer' process puts frame with size 1000 into the ring
    And the 'reader' process takes hold of the ring
    When the 'reader' process is killed
    And the 'reader' process starts
    And the 'reader' process attaches to the ring 'frames' for reading
    Then the 'reader' process has taken the lock of the ring over 1 time
    And the 'reader' process takes frame with size 1000 from the ring
    When the 'writer' process puts frame with size 4000 into the ring
    Then the 'reader' process takes frame with size 4000 from the ring

  Scenario: The reader dies and the ring is full
    Given the 'writer' process puts frame with size 4000 into the ring
    When the 'writer' process begins: waits for room for 500 bytes until the reader is dead
    Then within 5s the 'reader' process finds the other end of the ring waiting
    When the 'reader' process is killed
    Then the 'writer' process completes within 5s

  Scenario: The writer dies in mid-frame
    The reader gets the frame before it and none of the torn one; the next
    writer puts that one again.

    Given the 'writer' process puts frame with size 512 into the ring
    When the 'writer' process copies the first 500 bytes of a frame with size 2000 into the ring
    And the 'writer' process is killed
    Then the 'reader' process takes frame with size 512 from the ring
    And the 'reader' process has taken the lock of the ring over 1 time
    And the 'reader' process waits for a frame until the writer is dead
    When the 'writer' process starts
    And the 'writer' process attaches to the ring 'frames' for writing
    And the 'writer' process puts frame with size 2000 into the ring
    Then the 'reader' process takes frame with size 2000 from the ring
    And the 'reader' process holds frame 2 with size 2000

  Scenario: The writer restarts while the reader waits
    The ring knows the number of its last frame. A writer that ended in order
    is not dead: the reader goes on waiting for the next one.

    Given the 'writer' process puts these frames into the ring:
      | id | size |
      | 1  | 1024 |
      | 2  | 2048 |
    When the 'reader' process takes frame with size 1024 from the ring
    And the 'reader' process takes frame with size 2048 from the ring
    And the 'reader' process begins: takes frame with size 333 from the ring
    And the 'writer' process restarts
    And the 'writer' process attaches to the ring 'frames' for writing
    And the 'writer' process puts frame with size 333 into the ring
    Then the 'reader' process completes within 5s
    And the 'reader' process holds frame 3 with size 333
