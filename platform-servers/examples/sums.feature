Feature: Sums
  Scenario: Each process has its own sum
    When the 'first' process adds 2
    And the 'second' process adds 40
    And the 'first' process prints a word between
    And the 'first' process adds 3
    Then the 'first' process has 5
    And the 'second' process has 40

  Scenario: A table reaches the step
    When the 'first' process shows its argument
      | id | size |
      | 1  | 1024 |
