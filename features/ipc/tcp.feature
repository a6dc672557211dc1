Feature: Frames over TCP on a port that nobody chose beforehand
  The reader binds to port 0, so the system picks a free one. Its step exports
  the number; the runner hands it to the steps of every other process. No
  case can disturb another one, however many run at the same time.

  Background:
    Given the 'reader' process listens on a free TCP port
    And the 'writer' process connects to the TCP port of the 'reader' process

  Scenario: Frames arrive in order
    When the 'writer' process writes these frames:
      | id | size |
      | 1  | 16   |
      | 2  | 4096 |
      | 3  | 333  |
    Then the 'reader' process reads these frames:
      | id | size |
      | 1  | 16   |
      | 2  | 4096 |
      | 3  | 333  |

  Scenario: An answer to a reader that waits
    Each side blocks in its read while the other one writes.

    When the 'reader' process begins: reads one frame
    And the 'writer' process writes frame with size 100000
    Then the 'reader' process completes
    When the 'writer' process begins: reads frame with size 100000
    And the 'reader' process sends the last frame back
    Then the 'writer' process completes within 10s
