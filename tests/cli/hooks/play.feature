Feature: Hooks
  @a
  Scenario: Tags and order
    When the 'x' process knows
    And the 'x' process restarts
    Then the 'x' process knows
  @a @b
  Scenario: Another tag
    When the 'x' process fails
  @fail
  Scenario: A failure before
    When the 'x' process knows
  @skip
  Scenario: Nothing to do
    When the 'x' process knows
  @hang @timeout:2s
  Scenario: A cancel
    When the 'x' process knows
  @fail-after
  Scenario: A failure after
    When the 'x' process knows
