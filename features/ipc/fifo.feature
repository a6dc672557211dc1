Feature: Frames through a named pipe
  The oldest way to hand bytes from one process to another. The reader owns
  the pipe: it creates it in the shared directory of the case and removes it
  at its end. How a frame looks on the way is told in steps/README.md.

  Background:
    Given all processes are ready
    And the 'reader' process creates the pipe 'frames'
    And the 'writer' process opens the pipe 'frames' for writing

  Scenario: Frames of many sizes keep their order
    The writer is not waited for: it ends when the pipe has taken all frames.

    When the 'writer' process begins: writes these frames:
      | id | size  |
      | 1  | 1     |
      | 2  | 1024  |
      | 3  | 0     |
      | 4  | 32768 |
    Then the 'reader' process reads these frames:
      | id | size  |
      | 1  | 1     |
      | 2  | 1024  |
      | 3  | 0     |
      | 4  | 32768 |
    And the 'writer' process completes

  Scenario: A read that waits for the writer
    The reader is blocked in its read while the writer gets its own step.

    When the 'reader' process begins: reads one frame
    And the 'writer' process writes frame with size 1024
    Then the 'reader' process completes
    And the 'reader' process holds frame 1 with size 1024

  @timeout:20s
  Scenario: A frame larger than the pipe
    No pipe takes a mebibyte at once, so the writer stays in its write until
    the reader has made room.

    When the 'writer' process begins: writes frame with size 1048576
    Then the 'reader' process reads frame with size 1048576
    And the 'writer' process completes within 10s
