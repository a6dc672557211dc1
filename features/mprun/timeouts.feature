Feature: What takes too long is ended
  There are clocks for a step, for a case, for the run and for the start of a
  process. The process 'polite' plays on a platform whose steps can be
  cancelled, 'stubborn' on one where they cannot.

  Background:
    Given the 'mprun' process has the config:
      """yaml
      platforms:
        polite: {command: [python3, actor.py, --cancel], protocol: 1}
        stubborn: {command: [python3, actor.py], protocol: 1}
      processes:
        polite: {platforms: [polite]}
        stubborn: {platforms: [stubborn]}
      timeouts: {step: 500ms, stop: 10s}
      """

  Rule: A step that is over its time is timed-out, and the rest is not run

    Scenario: A step that can be cancelled, is, and its process shuts down
      When it plays these steps:
        | step                                                  | becomes   |
        | When the 'polite' process waits until it is cancelled | timed-out |
        | Then the 'polite' process sends                       | not-run   |
      Then the case is timed-out
      And it ends with status 1
      And it reports "no answer from 'polite' in 500ms"
      And the diary says:
        | process | event                       |
        | polite  | starts as 1                 |
        | polite  | waits until it is cancelled |
        | polite  | was cancelled               |
        | polite  | shuts down                  |

    Scenario: A step that cannot be cancelled ends with its process
      When it plays these steps:
        | step                              | becomes   |
        | When the 'stubborn' process hangs | timed-out |
        | Then the 'stubborn' process sends | not-run   |
      Then the case is timed-out
      And the diary says:
        | process  | event       |
        | stubborn | starts as 1 |
        | stubborn | hangs       |
      And it left nothing behind

    Scenario: The others end in order
      When it plays these steps:
        | step                                | becomes   |
        | Given the 'polite' process connects | passed    |
        | When the 'stubborn' process hangs   | timed-out |
      Then the diary says:
        | process  | event       |
        | polite   | starts as 1 |
        | polite   | connects    |
        | stubborn | starts as 1 |
        | stubborn | hangs       |
        | polite   | shuts down  |

    Scenario: The end has one clock for all, and SIGKILL is its last word
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        timeouts: {step: 200ms, stop: 500ms}
        """
      When it plays these steps:
        | step                                               | becomes   |
        | Given the 'writer' process ignores requests to end | passed    |
        | And the 'reader' process ignores requests to end   | passed    |
        | When the 'writer' process hangs                    | timed-out |
      Then it reports "only SIGKILL stopped it"
      And it took less than 20 s
      And it left nothing behind

  Rule: The nearest timeout holds

    Scenario Outline: <which>
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py, --cancel], protocol: 1}
        timeouts: {step: 1h, match: [{step: "waits until", timeout: <match>}]}
        """
      And it has the feature:
        """gherkin
        <feature tag>
        Feature: Clocks
          <scenario tag>
          Scenario: Which
            When the 'writer' process waits until it is cancelled
        """
      When it runs "<command>"
      Then the case is timed-out
      And it reports "no answer from 'writer' in <time>"

      Examples:
        | which                            | match | command               | feature tag  | scenario tag  | time  |
        | A pattern before the general one | 200ms | mprun                 | @a           | @b            | 200ms |
        | The command line before both     | 1h    | mprun --timeout 250ms | @a           | @b            | 250ms |
        | A tag before the command line    | 1h    | mprun --timeout 1h    | @timeout:150 | @b            | 150ms |
        | The scenario before its feature  | 1h    | mprun                 | @timeout:1h  | @timeout:0.2s | 200ms |

    Scenario: The plan names them, and what they displace
      Given it has the feature:
        """gherkin
        @timeout:5s
        Feature: Clocks
          @timeout:2m @scenario-timeout:10m
          Scenario: Two tags
            When the 'polite' process waits
        """
      When it runs "mprun plan"
      Then it prints:
        """
        features/a.feature: Clocks

            4  Two tags  - 1 case
                 @timeout:5s @timeout:2m @scenario-timeout:10m
                 timeout of the case 10m
              5  polite  When the 'polite' process waits  (timeout 2m)
                 [polite=polite]
                 not on stubborn: "processes:" does not list it
                 note: @timeout:5s (line 1) is displaced by the nearer @timeout:2m

        1 feature, 1 scenario, 1 case
        """

  Rule: Some steps bring a time of their own

    Scenario: within
      When it plays these steps:
        | step                                                               | becomes   |
        | Then within 700ms the 'polite' process waits until it is cancelled | timed-out |
      Then it reports "no answer from 'polite' in 700ms"

    Scenario: completes within
      When it plays these steps:
        | step                                                          | becomes   |
        | When the 'polite' process begins: waits until it is cancelled | passed    |
        | Then the 'polite' process completes within 100ms              | timed-out |
      Then it reports "no answer from 'polite' to the step that it began (step 1) in 100ms"

    Scenario: Waiting is no step of a server
      When it plays these steps:
        | step                            | becomes |
        | When wait for '0.7' seconds     | passed  |
        | Then the 'polite' process sends | passed  |
      Then the case is passed

    Scenario: A process that should end, and does not
      When it plays these steps:
        | step                                                           | becomes |
        | When the 'polite' process connects                             | passed  |
        | Then the 'polite' process should exit with code 0 within 200ms | failed  |
      Then it reports "'polite' is still running after 200ms"

  Rule: A start has a clock of its own

    Scenario: A slow start is not the step's fault
      Given it has the config:
        """yaml
        platforms:
          p: {command: [sh, -c, "sleep 0.7; exec python3 actor.py"], protocol: 1}
        timeouts: {step: 500ms}
        """
      When it plays these steps:
        | step                               | becomes |
        | When the 'writer' process connects | passed  |
      Then the case is passed

    Scenario: No start at all
      Given it has the config:
        """yaml
        platforms:
          p: {command: [sleep, "600"], protocol: 1, start_timeout: 200ms}
        """
      When it plays these steps:
        | step                               | becomes      |
        | When the 'writer' process connects | start-failed |
      Then it ends with status 5
      And it reports "200ms"
      And it left nothing behind

  Rule: A case and a run may have a time

    Scenario: A case over its time
      Given it has the feature:
        """gherkin
        Feature: Clocks
          @timeout:1h @scenario-timeout:400ms
          Scenario: Slow
            When the 'polite' process waits until it is cancelled
            Then the 'polite' process sends
          Scenario: Quick
            When the 'polite' process sends
        """
      When it runs "mprun"
      Then it ends with status 1
      And the cases are:
        | scenario | status    |
        | Slow     | timed-out |
        | Quick    | passed    |

    Scenario: A run over its time
      Given it has the feature:
        """gherkin
        @timeout:1h
        Feature: Clocks
          Scenario: First
            When the 'polite' process waits until it is cancelled
          Scenario: Second
            When the 'polite' process sends
        """
      When it runs "mprun -j1 --run-timeout 500ms"
      Then it ends with status 1
      And the cases are:
        | scenario | status    |
        | First    | timed-out |
        | Second   | not-run   |
