Feature: Which platform plays which process
  Every scenario is played once for each combination. Its cases have ids that
  can be given back to mprun.

  Background:
    Given the 'mprun' process has the config:
      """yaml
      platforms:
        c: {command: [python3, actor.py], protocol: 1}
        py: {command: [python3, actor.py], protocol: 1}
      """
    And it has the feature:
      """gherkin
      Feature: Pairs
        Scenario: A frame
          When the 'writer' process sends
          Then the 'reader' process receives
      """

  Scenario: All of them, sorted by the processes' names, in the order of the config
    When it runs "mprun"
    Then it ends with status 0
    And the cases are:
      | case                                      | status |
      | features/a.feature:2[reader=c,writer=c]   | passed |
      | features/a.feature:2[reader=c,writer=py]  | passed |
      | features/a.feature:2[reader=py,writer=c]  | passed |
      | features/a.feature:2[reader=py,writer=py] | passed |
    And it started these processes:
      | process | platform |
      | reader  | c        |
      | reader  | c        |
      | reader  | py       |
      | reader  | py       |
      | writer  | c        |
      | writer  | c        |
      | writer  | py       |
      | writer  | py       |

  Scenario: A case can be repeated by its id
    When it runs "mprun 'features/a.feature:2[reader=py,writer=c]'"
    Then the cases are:
      | combination          | status |
      | [reader=py,writer=c] | passed |
    And it started these processes:
      | process | platform |
      | reader  | py       |
      | writer  | c        |

  Rule: A strategy leaves some of them out

    Scenario: all, same, mixed
      Then these commands play:
        | command                    | combinations                                                                        |
        | mprun --combinations all   | [reader=c,writer=c] [reader=c,writer=py] [reader=py,writer=c] [reader=py,writer=py] |
        | mprun --combinations same  | [reader=c,writer=c] [reader=py,writer=py]                                           |
        | mprun --combinations mixed | [reader=c,writer=py] [reader=py,writer=c]                                           |

    Scenario: mixed needs two processes
      Given it has the feature:
        """gherkin
        Feature: One
          @combinations:mixed
          Scenario: Alone
            When the 'writer' process sends
        """
      When it runs "mprun"
      Then it ends with status 0
      And the cases are:
        | scenario | status  | message                                                   |
        | Alone    | skipped | combinations: mixed needs two processes and two platforms |

    Scenario: pairwise still holds every pair of choices, in far fewer cases
      Given it has the feature:
        """gherkin
        Feature: Three
          @combinations:pairwise
          Scenario: Four pairs for each two processes
            Given the 'broker' process listens
            When the 'writer' process sends
            Then the 'reader' process receives
        """
      When it runs "mprun"
      Then every pair of choices of c and py is played in 4 cases

    Scenario: The command line comes before the tag, this before the config
      Given it has the config:
        """yaml
        platforms:
          c: {command: [python3, actor.py], protocol: 1}
          py: {command: [python3, actor.py], protocol: 1}
        combinations: {strategy: same}
        """
      When it runs "mprun"
      Then it plays "[reader=c,writer=c] [reader=py,writer=py]"
      Given it has the feature:
        """gherkin
        Feature: Tagged
          @combinations:mixed
          Scenario: Mixed
            When the 'writer' process sends
            Then the 'reader' process receives
        """
      When it runs "mprun"
      Then it plays "[reader=c,writer=py] [reader=py,writer=c]"
      When it runs "mprun --combinations same"
      Then it plays "[reader=c,writer=c] [reader=py,writer=py]"

  Rule: The config leaves out and adds

    Scenario: exclude
      Given it has the config:
        """yaml
        platforms:
          c: {command: [python3, actor.py], protocol: 1}
          py: {command: [python3, actor.py], protocol: 1}
        combinations: {exclude: [{writer: py, reader: py}]}
        """
      When it runs "mprun"
      Then it plays "[reader=c,writer=c] [reader=c,writer=py] [reader=py,writer=c]"

    Scenario: include comes after exclude
      Given it has the config:
        """yaml
        platforms:
          c: {command: [python3, actor.py], protocol: 1}
          py: {command: [python3, actor.py], protocol: 1}
        combinations:
          strategy: same
          exclude: [{writer: py}]
          include: [{reader: c, writer: py}]
        """
      When it runs "mprun"
      Then it plays "[reader=c,writer=c] [reader=c,writer=py]"

    Scenario: A process that only some platforms play
      Given it has the config:
        """yaml
        platforms:
          c: {command: [python3, actor.py], protocol: 1}
          py: {command: [python3, actor.py], protocol: 1}
        processes:
          writer: {platforms: [py]}
          reader: {}
        """
      When it runs "mprun"
      Then it plays "[reader=c,writer=py] [reader=py,writer=py]"

    Scenario: The members of a group play on one platform
      Given it has the config:
        """yaml
        platforms:
          c: {command: [python3, actor.py], protocol: 1}
          py: {command: [python3, actor.py], protocol: 1}
        processes:
          node: {count: 2}
        """
      And it has the feature:
        """gherkin
        Feature: Group
          Scenario: Nodes
            When all 'node' processes join
        """
      When it runs "mprun"
      Then it plays "[node=c] [node=py]"
      And it started these processes:
        | process | platform |
        | node#1  | c        |
        | node#2  | c        |
        | node#1  | py       |
        | node#2  | py       |

  Rule: A tag or an option binds a process

    Scenario: Tags
      Given it has the feature:
        """gherkin
        Feature: Bound
          @platform:writer=c
          Scenario: one process
            When the 'writer' process sends
            Then the 'reader' process receives
          @platform:writer=c @platform:reader=py
          Scenario: both
            When the 'writer' process sends
            Then the 'reader' process receives
          @platform:writer=c @combinations:same
          Scenario: one, and thereby the other
            When the 'writer' process sends
            Then the 'reader' process receives
        """
      When it runs "mprun"
      Then the cases are:
        | scenario                   | combination          | status |
        | one process                | [reader=c,writer=c]  | passed |
        | one process                | [reader=py,writer=c] | passed |
        | both                       | [reader=py,writer=c] | passed |
        | one, and thereby the other | [reader=c,writer=c]  | passed |

    Scenario: Options
      Then these commands play:
        | command                                   | combinations                               |
        | mprun --process writer=c                  | [reader=c,writer=c] [reader=py,writer=c]   |
        | mprun --platform py                       | [reader=py,writer=py]                      |
        | mprun --process writer=py --platform c,py | [reader=c,writer=py] [reader=py,writer=py] |
