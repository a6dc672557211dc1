Feature: Processes that restart go on where they were
  A restarted process has lost its state. The writer learns from the reader's
  exported value which frame arrived last.

  Scenario: The writer stops, starts again and resumes
    Given the 'reader' process listens at the socket 'frames'
    And the 'writer' process connects to the socket 'frames'
    And the 'writer' process writes these frames:
      | id | size |
      | 1  | 1024 |
      | 2  | 2048 |
    And the 'reader' process reads these frames:
      | id | size |
      | 1  | 1024 |
      | 2  | 2048 |
    When the 'writer' process stops
    Then the 'reader' process finds the end of the stream
    When the 'writer' process starts
    And the 'writer' process connects to the socket 'frames'
    And the 'writer' process resumes after the last frame of the 'reader' process
    And the 'writer' process writes frame with size 4096
    Then the 'reader' process reads one frame
    And the 'reader' process holds frame 3 with size 4096

  Scenario: A frame that was cut off is sent again
    Given the 'reader' process creates the pipe 'frames'
    And the 'writer' process opens the pipe 'frames' for writing
    And the 'writer' process writes frame with size 512
    And the 'reader' process reads frame with size 512
    When the 'writer' process sends the first 300 bytes of a frame with size 2000
    And the 'writer' process is killed
    Then the 'reader' process finds the frame cut short after 300 bytes
    When the 'writer' process starts
    And the 'writer' process opens the pipe 'frames' for writing
    And the 'writer' process resumes after the last frame of the 'reader' process
    And the 'writer' process writes frame with size 2000
    Then the 'reader' process reads frame with size 2000
    And the 'reader' process holds frame 2 with size 2000

  Scenario: The reader restarts on another port
    Given the 'reader' process listens on a free TCP port
    And the 'writer' process connects to the TCP port of the 'reader' process
    And the 'writer' process writes frame with size 1024
    And the 'reader' process reads frame with size 1024
    When the 'reader' process restarts
    Then the 'writer' process finds the end of the stream
    When the 'reader' process listens on a free TCP port
    And the 'writer' process connects to the TCP port of the 'reader' process
    And the 'writer' process writes frame with size 1024
    Then the 'reader' process reads one frame
    And the 'reader' process holds frame 2 with size 1024
