Feature: A reader notices a frame that is damaged or cut off
  A writer can die at any byte. A reader that takes half a frame for a whole
  one, or waits for ever for the other half, is broken.

  Scenario Outline: The writer <dies> in mid-frame
    Given the 'reader' process listens at the socket 'frames'
    And the 'writer' process connects to the socket 'frames'
    When the 'writer' process writes frame with size 64
    And the 'writer' process sends the first 500 bytes of a frame with size 4096
    And the 'writer' process <dies>
    Then the 'writer' process should be killed by <signal>
    And the 'reader' process reads frame with size 64
    And the 'reader' process finds the frame cut short after 500 bytes

    Examples:
      | dies      | signal  |
      | is killed | SIGKILL |
      | crashes   | SIGABRT |

  Scenario: The writer is killed while it is blocked in its write
    The header has arrived and the rest cannot fit into the pipe: so the
    writer is certainly between the first and the last byte of its frame.

    Given the 'reader' process creates the pipe 'frames'
    And the 'writer' process opens the pipe 'frames' for writing
    When the 'writer' process begins: writes frame with size 1048576
    And the 'reader' process reads the header of a frame with size 1048576
    And the 'writer' process is killed
    Then the 'writer' process should not be running
    And the 'reader' process finds the frame cut short

  Scenario: The writer gives up by itself
    Given the 'reader' process listens on a free TCP port
    And the 'writer' process connects to the TCP port of the 'reader' process
    When the 'writer' process gives up with code 3 after 20 bytes of a frame with size 4096
    Then the 'writer' process should exit with code 3
    And the 'reader' process finds the frame cut short after 20 bytes

  Scenario: A byte is changed on the way
    Given the 'reader' process creates the pipe 'frames'
    And the 'writer' process opens the pipe 'frames' for writing
    When the 'writer' process writes a damaged frame with size 256
    Then the 'reader' process finds the checksum wrong
    And the 'reader' process should still be running
    When the 'writer' process writes frame with size 256
    Then the 'reader' process reads frame with size 256
