@shop
Feature: A shop
  Background:
    Given an open shop

  @till
  Scenario: Arguments of all kinds
    When Ann buys 2 apples
    And Bob buys 1 pear
    Then the basket holds 3
    When 7 goes into the till
    Then the till holds 7
    And a module says "hello"

  Scenario: Table and text
    When these are bought
      | who | count | fruit |
      | Ann | 1     | apple |
      | Bob | 1     | pear  |
    Then the receipt says
      """
      Ann apple
      Bob pear
      """

  Scenario Outline: Rows
    When Ann buys <count> apples
    Then the basket holds <count>

    Examples:
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
    When Ann sells 3 apples

  Scenario: Ambiguous
    Then one of two

  Scenario: A failed assertion
    Then the till holds 4

  Scenario: An exception
    Then it breaks

  Scenario: A step that takes too long
    Then it never ends

  @burgled
  Scenario: A hook that throws
    Then one of three
