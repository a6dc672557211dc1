Feature: Which process gets a step
  mprun decides it before anything runs. The processes inside tell what they
  really heard: the text that arrived, and at whom.

  Background:
    Given the 'mprun' process has the config:
      """yaml
      platforms:
        p: {command: [python3, actor.py], protocol: 1}
      """

  Rule: A step goes to the process that it names

    Scenario: At the start of the text the name is taken away
      When it plays these steps:
        | step                                           | becomes |
        | When the 'writer' process writes 'a' to 'pipe' | passed  |
      Then the processes heard:
        | process | step                 |
        | writer  | writes 'a' to 'pipe' |

    Scenario: Elsewhere the name stays in the text
      When it plays these steps:
        | step                                          | becomes |
        | Then the log of the 'writer' process is empty | passed  |
      Then the processes heard:
        | process | step                                     |
        | writer  | the log of the 'writer' process is empty |

    Scenario: Of two names the first gets it, and the other one is ready before
      When it plays these steps:
        | step                                                                       | becomes |
        | When a frame is lost between the 'writer' process and the 'reader' process | passed  |
        | Then the 'reader' process should still be running                          | passed  |
      Then the processes heard:
        | process | step                                                                  |
        | writer  | a frame is lost between the 'writer' process and the 'reader' process |

    Scenario Outline: Names may come from columns: <role>
      When it plays these steps:
        | step                            | becomes |
        | When the '<role>' process joins | passed  |
      Then the processes heard:
        | process | step  |
        | <role>  | joins |

      Examples:
        | role    |
        | writer  |
        | größe 2 |
        | a.b-c_d |

    Scenario: A name that no process can have is an error
      Given it has the feature:
        """gherkin
        Feature: Names
          Scenario: A name
            When the 'wri/ter' process joins
            And the '' process joins
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:3:5: 'wri/ter' cannot name a process: it may hold letters, digits, _ - . and single inner spaces
        features/a.feature:4:5: '' cannot name a process: it is empty (is a column of the Examples?)
        """
      And it started nothing

  Rule: A step goes to several processes at the same time

    Background:
      Given the 'mprun' process has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        processes:
          broker: {}
          node: {count: 3}
        """

    Scenario: All processes of a name, all processes of the case
      When it plays these steps:
        | step                               | becomes |
        | Given the 'broker' process listens | passed  |
        | When all 'node' processes join     | passed  |
        | And each 'node' process votes      | passed  |
        | Then all processes agree           | passed  |
      Then the processes heard:
        | process                        | step    |
        | broker                         | listens |
        | node#1, node#2, node#3         | join    |
        | node#1, node#2, node#3         | votes   |
        | broker, node#1, node#2, node#3 | agree   |

    Scenario: All must pass
      When it plays these steps:
        | step                                      | becomes |
        | When all 'node' processes join            | passed  |
        | Then all 'node' processes fails as node#2 | failed  |
      Then it reports "node#2 has no luck"

    Scenario: All must be there
      When it plays these steps:
        | step                               | becomes |
        | When all 'node' processes join     | passed  |
        | And the 'node#2' process is killed | passed  |
        | Then all 'node' processes agree    | failed  |
      Then it reports:
        """
        'node#2' is not running: it was killed by step 2
        """
      And the processes heard:
        | process                | step |
        | node#1, node#2, node#3 | join |

    Scenario: A member is addressed by its number
      When it plays these steps:
        | step                            | becomes |
        | When the 'node#2' process joins | passed  |
      Then it started these processes:
        | process |
        | node#2  |

    Scenario: A group is not addressed like one process
      Given it has the feature:
        """gherkin
        Feature: Groups
          Scenario: A group
            When the 'node' process joins
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:3:5: 'node' has 3 members (processes.node.count); say which: 'node#1', all 'node' processes or each 'node' process
        """

  Rule: A second process of a name stands beside the first

    Scenario: a second, the second, the other
      When it plays these steps:
        | step                                   | becomes |
        | Given the 'writer' process connects    | passed  |
        | And a second 'writer' process connects | passed  |
        | When the second 'writer' process sends | passed  |
        | And another 'writer' process connects  | passed  |
        | And the third 'writer' process sends   | passed  |
        | Then the 'writer' process sends        | passed  |
      Then the processes heard:
        | process  | step                               |
        | writer   | connects                           |
        | writer#2 | a second 'writer' process connects |
        | writer#2 | the second 'writer' process sends  |
        | writer#3 | another 'writer' process connects  |
        | writer#3 | the third 'writer' process sends   |
        | writer   | sends                              |

    Scenario: After its end it is the same one, started again
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process is killed | passed  |
        | And a new 'writer' process connects | passed  |
        | Then the 'writer' process sends     | passed  |
      Then it started these processes:
        | process | incarnation |
        | writer  | 1           |
        | writer  | 2           |

  Rule: A step that names nobody

    Scenario: Goes where the step before went
      When it plays these steps:
        | step                               | becomes |
        | Given the 'reader' process listens | passed  |
        | And the 'writer' process connects  | passed  |
        | When it sends                      | passed  |
        | And the 'reader' process is paused | passed  |
        | And it sends again                 | passed  |
      Then the processes heard:
        | process | step           |
        | reader  | listens        |
        | writer  | connects       |
        | writer  | it sends       |
        | writer  | it sends again |

    Scenario: Goes to several, if the step before did
      When it plays these steps:
        | step                               | becomes |
        | Given the 'reader' process listens | passed  |
        | And the 'writer' process connects  | passed  |
        | When all processes wait            | passed  |
        | Then they agree                    | passed  |
      Then the processes heard:
        | process        | step       |
        | reader         | listens    |
        | writer         | connects   |
        | reader, writer | wait       |
        | reader, writer | they agree |

    Scenario: Goes to all at first, but those that a later step starts
      When it plays these steps:
        | step                             | becomes |
        | Given a clean table              | passed  |
        | And the 'reader' process listens | passed  |
        | And the 'writer' process sends   | passed  |
        | When the 'late' process starts   | passed  |
      Then the processes heard:
        | process        | step          |
        | reader, writer | a clean table |
        | reader         | listens       |
        | writer         | sends         |

    Scenario: Goes to 'main' if the scenario names no process at all
      When it plays these steps:
        | step                | becomes |
        | Given a clean table | passed  |
        | Then it is clean    | passed  |
      Then the processes heard:
        | process | step          |
        | main    | a clean table |
        | main    | it is clean   |

    Scenario: Fails if that process has ended
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process stops     | passed  |
        | Then it sends                       | failed  |
      Then it reports "'writer' is not running: it was stopped by step 2"

    Scenario: May be forbidden
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        routing: {unaddressed: error}
        """
      And it has the feature:
        """gherkin
        Feature: Strict
          Scenario: Nobody
            Given the 'writer' process connects
            Then it sends
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:4:5: this step names no process (routing.unaddressed: error); say "the 'writer' process ..."
        """

  Rule: Names and built-in steps can be turned into others

    Scenario: Another way to name a process
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        routing: {process: "<(?<process>[^>]+)>"}
        """
      When it plays these steps:
        | step                    | becomes |
        | Given the <one> listens | passed  |
        | When <two> connects     | passed  |
      Then the processes heard:
        | process | step           |
        | one     | listens        |
        | two     | <two> connects |

    Scenario: Built-in steps that are turned off go to the servers
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        steps: {builtin: [pause]}
        """
      When it plays these steps:
        | step                                | becomes |
        | When the 'writer' process is paused | passed  |
        | And the 'writer' process is killed  | passed  |
      Then the processes heard:
        | process | step      |
        | writer  | is paused |

    Scenario: One text is read as another
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        steps:
          aliases:
            "the plug is pulled": "the 'writer' process is killed"
        """
      When it plays these steps:
        | step                                            | becomes |
        | Given the 'writer' process connects             | passed  |
        | When the plug is pulled                         | passed  |
        | Then the 'writer' process should not be running | passed  |
      Then the case is passed

    Scenario: The plan tells who gets each step, and why
      Given it has the feature:
        """gherkin
        Feature: A plan
          Scenario: Who gets what
            Given a clean table
            And the 'writer' process connects
            And it sends
            When a second 'writer' process connects
            And the 'reader' process is paused
            Then all processes agree
        """
      When it runs "mprun plan -v"
      Then it ends with status 0
      And it prints:
        """
        features/a.feature: A plan

            2  Who gets what  - 1 case
              3  reader, writer            Given a clean table  (first)
              4  writer                    And the 'writer' process connects  (the)
              5  writer                    And it sends  (previous)
              6  writer#2                  When a second 'writer' process connects  (another)
              7  reader                    And the 'reader' process is paused  (built-in, pause)
              8  reader, writer, writer#2  Then all processes agree  (all)
                 [reader=p,writer=p]

        1 feature, 1 scenario, 1 case
        """
      And it started nothing
