@shop
Feature: A shop
  Background:
    Given an open shop

  @till
  Scenario: Arguments of all matchers
    When Ann buys 2 apples
    And Bob buys 1 pears
    Then the basket holds 3
    And the first one is for Ann
    And the last one is for Bob
    When a list of apple, pear arrives
    Then the basket holds 5
    And 7 goes into the till

  Scenario: Table, text and steps inside a step
    When these are bought
      | who | count | fruit |
      | Ann | 1     | apple |
      | Bob | 1     | pear  |
    Then the receipt says
      """
      Ann APPLE
      Bob PEAR
      """

  Scenario: One text for two kinds of step
    Given two meanings
    Then two meanings

  Scenario Outline: Rows
    When Ann buys <count> apples
    Then the basket holds <count>

    Examples: few
      | count |
      | 1     |
      | 2     |

  @closed
  Scenario: Skipped by a hook
    Then it breaks

  Scenario: Skipped by a step
    When the scenario gives up
    Then it breaks

  Scenario: Pending
    When nobody has written this

  Scenario: Undefined
    When Ann sells {an apple}

  Scenario: A failed assertion
    Then the sum is wrong

  Scenario: A failure inside a step
    Then the steps below fail

  Scenario: An exception
    Then it breaks

  @burgled
  Scenario: A hook that raises
    Then two meanings
