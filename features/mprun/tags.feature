Feature: Tags that mprun reads

  Background:
    Given the 'mprun' process has the config:
      """yaml
      platforms:
        here: {command: [python3, actor.py], protocol: 1, labels: [fast, interpreted]}
        there: {command: [python3, actor.py], protocol: 1, os: windows, labels: [fast]}
      """

  Rule: @platform tells who may play

    Scenario: A name, an operating system, a label; one process only
      Several tags on one level must all hold, of several labels in one tag
      one is enough.

      Given it has the feature:
        """gherkin
        Feature: Tags
          @platform:there
          Scenario: name
            When the 'writer' process sends
          @platform:windows
          Scenario: operating system
            When the 'writer' process sends
          @platform:interpreted
          Scenario: label
            When the 'writer' process sends
          @platform:here,windows
          Scenario: one of two
            When the 'writer' process sends
          @platform:fast @platform:windows
          Scenario: two tags
            When the 'writer' process sends
          @platform:writer=here
          Scenario: one process
            When the 'writer' process sends
          @platform:fast @platform:writer=there
          Scenario: all, and one process
            When the 'writer' process sends
        """
      When it runs "mprun"
      Then the cases are:
        | scenario             | combination    | status |
        | name                 | [writer=there] | passed |
        | operating system     | [writer=there] | passed |
        | label                | [writer=here]  | passed |
        | one of two           | [writer=here]  | passed |
        | one of two           | [writer=there] | passed |
        | two tags             | [writer=there] | passed |
        | one process          | [writer=here]  | passed |
        | all, and one process | [writer=there] | passed |

    Scenario: Who cannot be played at all is skipped, with the reason
      Given it has the feature:
        """gherkin
        @platform:windows
        Feature: Tags
          @platform:here
          Scenario: Nowhere
            When the 'writer' process sends
        """
      When it runs "mprun"
      Then it ends with status 0
      And the cases are:
        | scenario | status  | message                                                                                      |
        | Nowhere  | skipped | no platform can play 'writer': @platform:windows and @platform:here allow none of those left |

  Rule: The nearest tag of a kind wins, each kind by itself

    Scenario: A name at the scenario and an operating system at the feature both hold
      Given it has the feature:
        """gherkin
        @platform:windows @timeout:1h
        Feature: Levels
          @platform:fast @timeout:5s
          Scenario: Both kinds of label
            When the 'writer' process sends
          Rule: A rule is nearer than the feature
            Scenario: As the feature says
              When the 'writer' process sends
          @platform:linux,windows
          Scenario: Another operating system displaces the first
            When the 'writer' process sends
        """
      When it runs "mprun plan"
      Then it prints:
        """
        features/a.feature: Levels

            4  Both kinds of label  - 1 case
                 @platform:windows @timeout:1h @platform:fast @timeout:5s
              5  writer  When the 'writer' process sends  (timeout 5s)
                 [writer=there]
                 not on here: @platform:windows
                 note: @timeout:1h (line 1) is displaced by the nearer @timeout:5s

          Rule: A rule is nearer than the feature

            7  As the feature says  - 1 case
                 @platform:windows @timeout:1h
              8  writer  When the 'writer' process sends  (timeout 60m)
                 [writer=there]
                 not on here: @platform:windows

           10  Another operating system displaces the first  - 2 cases
                 @platform:windows @timeout:1h @platform:linux,windows
             11  writer  When the 'writer' process sends  (timeout 60m)
                 [writer=here] [writer=there]
                 note: @platform:windows (line 1) is displaced by the nearer @platform:linux,windows

        1 feature, 3 scenarios, 4 cases
        """

    Scenario: Examples are nearer than their scenario
      Given it has the feature:
        """gherkin
        Feature: Levels
          @platform:here
          Scenario Outline: Rows
            When the 'writer' process sends <n>
            Examples:
              | n |
              | 1 |
            @platform:there
            Examples:
              | n |
              | 2 |
        """
      When it runs "mprun"
      Then the cases are:
        | case                                | status |
        | features/a.feature:7[writer=here]   | passed |
        | features/a.feature:11[writer=there] | passed |

  Rule: A tag that begins like one of them and cannot be read is an error

    Scenario: All of them are told, with their places
      Given it has the feature:
        """gherkin
        @platform:hear
        Feature: Tags
          @platform: @lock:
          Scenario: No value
            When the 'writer' process sends
          @platform:writer=hear @combinations:some
          Scenario: No such value
            When the 'writer' process sends
          @timeout:soon @retry:often
          Scenario: No number
            When the 'writer' process sends
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:1:1: @platform:hear: no platform has the label 'hear', did you mean 'here'?
        features/a.feature:3:3: @platform:: needs a value, as in @platform:linux,macos
        features/a.feature:3:14: @lock:: needs a value, as in @lock:database
        features/a.feature:6:3: @platform:writer=hear: no platform has the label 'hear', did you mean 'here'?
        features/a.feature:6:25: @combinations:some: the strategies are all, same, mixed and pairwise
        features/a.feature:9:3: @timeout:soon: not a duration; say it as @timeout:5s (a bare number is milliseconds)
        features/a.feature:9:17: @retry:often: say how often, as in @retry:2 (at most 100)
        """
      And it started nothing

    Scenario: Two that contradict each other on one level
      Given it has the feature:
        """gherkin
        Feature: Tags
          @timeout:5s @timeout:6s
          Scenario: Tagged
            When the 'writer' process sends
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:2:15: @timeout:6s: contradicts @timeout:5s on the same level
        """

  Rule: Tags select

    Background:
      Given it has the feature:
        """gherkin
        @ipc
        Feature: Selection
          @slow @platform:here
          Scenario: One
            When the 'writer' process sends
          @platform:here,there
          Scenario: Two
            When the 'writer' process sends
          Scenario: Three
            When the 'writer' process sends
        """

    Scenario: By expressions
      Then these commands play:
        | command                                       | scenarios  |
        | mprun --platform here -t @slow                | One        |
        | mprun --platform here -t '@ipc and not @slow' | Two, Three |
        | mprun --platform here -t @ipc -t @slow        | One        |
        | mprun --platform here -t @platform:there      | Two        |
        | mprun --platform here -t 'not @platform:here' | Three      |

    Scenario: Nothing is selected
      When it runs "mprun -t @quick"
      Then it ends with status 4
      And it started nothing
      When it runs "mprun -t @quick --allow-empty"
      Then it ends with status 0

  Rule: Tags tell how a case is played

    Scenario: Attempts after a failure
      Given it has the feature:
        """gherkin
        Feature: Attempts
          @retry:2 @platform:here
          Scenario: Again
            When the 'writer' process fails
          @retry:2 @platform:here
          Scenario: Undefined stays undefined
            When the 'writer' process does what is undefined
        """
      When it runs "mprun"
      Then the cases are:
        | scenario                  | status    | attempts |
        | Again                     | failed    | 3        |
        | Undefined stays undefined | undefined | 1        |

    Scenario Outline: Never beside each other: <tag>
      Given it has the feature:
        """gherkin
        <tag> @platform:here
        Feature: Alone
          Scenario: One
            When the 'one' process takes 100 ms
          Scenario: Two
            When the 'two' process takes 100 ms
        """
      When it runs "mprun -j4"
      Then the diary says:
        | process | event        |
        | one     | starts as 1  |
        | one     | takes 100 ms |
        | one     | shuts down   |
        | two     | starts as 1  |
        | two     | takes 100 ms |
        | two     | shuts down   |

      Examples:
        | tag     |
        | @serial |
        | @lock:x |

    Scenario: A team may have words of its own for them
      Given it has the config:
        """yaml
        platforms:
          here: {command: [python3, actor.py]}
          there: {command: [python3, actor.py], os: windows}
        tag_aliases: {windows: "platform:windows"}
        """
      And it has the feature:
        """gherkin
        Feature: Words
          @windows
          Scenario: Tagged
            When the 'writer' process sends
        """
      When it runs "mprun --list"
      Then it prints:
        """
        features/a.feature:3[writer=there]
        """
