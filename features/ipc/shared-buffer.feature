Feature: Frames through shared memory, guarded by a named semaphore
  The reader makes a shared-memory object and a semaphore under the case's own
  prefix and removes both at its end. Python has named semaphores by way of the
  C library; Node has neither of the two: a case in which it plays is skipped,
  and the report says why.

  Scenario: A frame is taken out of shared memory
    Given the 'reader' process creates the shared buffer 'frames' of 65536 bytes
    And the 'writer' process attaches to the shared buffer 'frames' of 65536 bytes
    When the 'reader' process begins: takes a frame with size 4096 from the shared buffer
    And the 'writer' process puts a frame with size 4096 into the shared buffer
    Then the 'reader' process completes
