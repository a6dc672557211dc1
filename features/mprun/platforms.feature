Feature: Platforms that are there, or not

  Background:
    Given the 'mprun' process has the feature:
      """gherkin
      Feature: Two platforms
        Scenario: One
          When the 'writer' process sends
        Scenario: Two
          When the 'writer' process sends
      """

  Rule: What is not available is skipped, never silently

    Background:
      Given the 'mprun' process has the config:
        """yaml
        platforms:
          here: {command: [python3, actor.py], protocol: 1}
          old:
            command: [no-such-server]
            available: [sh, -c, "echo no compiler >&2; exit 4"]
        """

    Scenario: Its cases are skipped with the reason, and the run is good
      When it runs "mprun"
      Then it ends with status 0
      And the cases are:
        | scenario | combination   | status  | message                                                               |
        | One      | [writer=here] | passed  |                                                                       |
        | One      | [writer=old]  | skipped | platform 'old' is not available: `sh` exited with code 4: no compiler |
        | Two      | [writer=here] | passed  |                                                                       |
        | Two      | [writer=old]  | skipped | platform 'old' is not available: `sh` exited with code 4: no compiler |
      And it started these processes:
        | process | platform |
        | writer  | here     |
        | writer  | here     |

    Scenario: A run that needs it does not begin
      When it runs "mprun --require-platforms here,old"
      Then it ends with status 2
      And it complains:
        """
        --require-platforms old: it is not available: `sh` exited with code 4: no compiler
        """
      And it started nothing

    Scenario: A run that leaves it out is not asked
      When it runs "mprun --require-platforms here --platform here"
      Then it ends with status 0
      And the cases are:
        | scenario | combination   | status |
        | One      | [writer=here] | passed |
        | Two      | [writer=here] | passed |

    Scenario: If nothing is left, that is said loudly
      When it runs "mprun --platform old"
      Then it ends with status 0
      And it prints the line:
        """
        Nothing was tested: all cases were skipped.
        """

  Rule: What is misspelt is an error with its place, before anything starts

    Scenario: A command that does not exist
      Given it has the config:
        """yaml
        platforms:
          here: {command: [python3, actor.py]}
          broken: {command: [no-such-server, --steps, steps]}
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        mprun.yaml:3:21: platform 'broken': 'no-such-server' is not in PATH
        """
      And it started nothing
      When it runs "mprun --platform here"
      Then it ends with status 0

    Scenario: A process that is not in the list
      Given it has the config:
        """yaml
        platforms:
          here: {command: [python3, actor.py]}
        processes: {writer: {}, reader: {}}
        """
      And it has the feature:
        """gherkin
        Feature: Names
          Scenario: One
            When the 'raeder' process receives
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:3:5: there is no process 'raeder' in mprun.yaml, did you mean 'reader'?
        """

    Scenario: A process that nearly has the name of another one
      Given it has the config:
        """yaml
        platforms:
          here: {command: [python3, actor.py]}
        """
      And it has the feature:
        """gherkin
        Feature: Names
          Scenario: One
            Given the 'reader' process listens
            When the 'raeder' process receives
            Then the 'reader' process has it
        """
      When it runs "mprun --list"
      Then it ends with status 0
      And it complains:
        """
        features/a.feature:4:5: warning: the process 'raeder' is named only here; did you mean 'reader'?
        """

    Scenario: A config with several faults
      Given it has the config:
        """yaml
        platforms:
          here: {comand: [python3, actor.py]}
        processes:
          writer: {platforms: [hear]}
        timeouts: {step: 30000}
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        mprun.yaml:2:3: platforms.here has no command: add 'command: [program, ...]'
        mprun.yaml:2:10: unknown key 'comand', did you mean 'command'?
        mprun.yaml:4:24: unknown platform 'hear', did you mean 'here'?
        mprun.yaml:5:18: 30000 needs a unit: 30s or 30000ms
        """
      And it started nothing

  Rule: A platform that does not start is given up

    Scenario: After three starts that failed it is not tried again
      Given it has the config:
        """yaml
        platforms:
          broken: {command: [python3, actor.py, --broken], protocol: 1}
          here: {command: [python3, actor.py], protocol: 1}
        """
      And it has the feature:
        """gherkin
        Feature: Five
          Scenario Outline: Row <n>
            When the 'writer' process sends
            Examples:
              | n |
              | 1 |
              | 2 |
              | 3 |
              | 4 |
              | 5 |
        """
      When it runs "mprun -j1 --platform broken"
      Then it ends with status 5
      And the cases are:
        | scenario | status       |
        | Row 1    | start-failed |
        | Row 2    | start-failed |
        | Row 3    | start-failed |
        | Row 4    | start-failed |
        | Row 5    | start-failed |
      And it started these processes:
        | process | platform |
        | writer  | broken   |
        | writer  | broken   |
        | writer  | broken   |
      And it reports "broken failed to start 3 times in a row and is given up for this run"

    Scenario: A failure beside it is worse
      Given it has the config:
        """yaml
        platforms:
          broken: {command: [python3, actor.py, --broken], protocol: 1}
          here: {command: [python3, actor.py], protocol: 1}
        """
      And it has the feature:
        """gherkin
        Feature: Both
          Scenario: One
            When the 'writer' process fails
        """
      When it runs "mprun"
      Then it ends with status 1
      And the cases are:
        | combination     | status       |
        | [writer=broken] | start-failed |
        | [writer=here]   | failed       |
