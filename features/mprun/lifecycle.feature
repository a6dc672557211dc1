Feature: When the processes of a case start and end
  A process starts at the first step that needs it, lives until the end of the
  case unless a step ends it, and is never started again behind the back of who
  wrote the scenario. features/README.md tells how to read these features:
  the 'writer' and the 'reader' are processes that the mprun inside starts.

  Background:
    Given the 'mprun' process has the config:
      """yaml
      platforms:
        p: {command: [python3, actor.py], protocol: 1}
      timeouts: {step: 10s, stop: 5s}
      """

  Rule: A process starts when a step first needs it

    Scenario: The first step that names it
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process sends     | passed  |
        | Then the 'reader' process receives  | passed  |
      Then it ends with status 0
      And it started these processes:
        | process | incarnation |
        | reader  | 1           |
        | writer  | 1           |
      And the processes heard:
        | process | step     |
        | writer  | connects |
        | writer  | sends    |
        | reader  | receives |
      And it left nothing behind

    Scenario: A step that starts it
      When it plays these steps:
        | step                                              | becomes |
        | Given the 'writer' process should not be running  | passed  |
        | When the 'writer' process starts                  | passed  |
        | Then the 'writer' process should still be running | passed  |
        | And the 'writer' process is running               | passed  |
      Then it started these processes:
        | process | incarnation |
        | writer  | 1           |

    Scenario: All that the case names, before the first step is sent
      When it plays these steps:
        | step                                              | becomes |
        | Given all processes are ready                     | passed  |
        | Then the 'reader' process should still be running | passed  |
        | And the 'writer' process sends                    | passed  |
      Then the case is passed

    Scenario: It runs already
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process starts    | failed  |
        | Then the 'writer' process sends     | not-run |
      Then it ends with status 1
      And it reports:
        """
        'writer' is running already; say "restarts" if it shall start afresh
        """

    Scenario: Steps that do not start it
      Given it has the feature:
        """gherkin
        Feature: Never started
          Scenario Outline: <step>
            When the 'writer' process <step>
            Examples:
              | step                    |
              | stops                   |
              | is killed               |
              | is paused               |
              | should still be running |
              | should exit with code 0 |
        """
      When it runs "mprun"
      Then the cases are:
        | scenario                | status | message                                                                  |
        | stops                   | failed | the 'writer' process stops: 'writer' was never started                   |
        | is killed               | failed | the 'writer' process is killed: 'writer' was never started               |
        | is paused               | failed | the 'writer' process is paused: 'writer' was never started               |
        | should still be running | failed | the 'writer' process should still be running: 'writer' was never started |
        | should exit with code 0 | failed | the 'writer' process should exit with code 0: 'writer' was never started |
      And it started these processes:
        | process |

  Rule: A process that has ended is not started again by being named

    Scenario Outline: It was <told>
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process <ends>    | passed  |
        | Then the 'writer' process sends     | failed  |
      Then it ends with status 1
      And it reports:
        """
        'writer' is not running: it was <told> by step 2; say "the 'writer' process starts" first
        """
      And it started these processes:
        | process | incarnation |
        | writer  | 1           |

      Examples:
        | ends      | told               |
        | stops     | stopped            |
        | is killed | killed             |
        | crashes   | ended with SIGABRT |

    Scenario Outline: It <ends>, <starts>, and is the next incarnation
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process <ends>    | passed  |
        | And the 'writer' process <starts>   | passed  |
        | Then the 'writer' process sends     | passed  |
      Then it started these processes:
        | process | incarnation |
        | writer  | 1           |
        | writer  | 2           |

      Examples:
        | ends      | starts   |
        | stops     | starts   |
        | is killed | starts   |
        | crashes   | restarts |
        | connects  | restarts |

  Rule: A death that nobody asked for crashes the case

    Scenario Outline: The writer <dies> in the middle of a step
      When it plays these steps:
        | step                                 | becomes |
        | When the 'writer' process <dies>     | crashed |
        | Then the 'writer' process <expected> | not-run |
      Then the case is crashed
      And it reports "'writer' <told> during the step"

      Examples: Nothing expects it
        | dies              | expected              | told                  |
        | exits with code 0 | sends                 | exited with code 0    |
        | dies of SIGSEGV   | should not be running | was killed by SIGSEGV |

      Examples: The next step expects another end
        | dies              | expected                    | told                  |
        | exits with code 3 | should exit with code 4     | exited with code 3    |
        | dies of SIGSEGV   | should be killed by SIGKILL | was killed by SIGSEGV |

    Scenario: It dies while nobody asks it anything
      When it plays these steps:
        | step                                                       | becomes |
        | When the 'writer' process exits with code 3 a moment later | passed  |
        | And 1 second passes                                        | passed  |
        | Then the 'reader' process sends                            | passed  |
      Then the case is crashed
      And it reports "'writer' exited with code 3 although nothing asked it to"

    Scenario Outline: The next step expects it: <expected>
      When it plays these steps:
        | step                                           | becomes |
        | When the 'writer' process <dies>               | passed  |
        | Then the 'writer' process <expected>           | passed  |
        | And the 'writer' process should not be running | passed  |
      Then the case is passed

      Examples:
        | dies                             | expected                          |
        | exits with code 3                | should exit with code 3           |
        | dies of SIGSEGV                  | should be killed by SIGSEGV       |
        | exits with code 3 a moment later | should exit with code 3 within 5s |

    Scenario: A death that is asked for is no crash
      When it plays these steps:
        | step                                                  | becomes |
        | Given all processes are ready                         | passed  |
        | When the 'writer' process is killed                   | passed  |
        | And the 'reader' process crashes                      | passed  |
        | Then the 'writer' process should be killed by SIGKILL | passed  |
        | And the 'reader' process should be killed by SIGABRT  | passed  |
      Then it ends with status 0
      And it left nothing behind

  Rule: A step may go on while others run

    Scenario: It begins, others run, it completes
      Only what the writer does meanwhile lets the reader go on.

      When it plays these steps:
        | step                                                  | becomes |
        | Given the 'reader' process begins: waits for the word | passed  |
        | When the 'writer' process says the word               | passed  |
        | Then the 'reader' process completes within 10s        | passed  |
      Then the case is passed

    Scenario: It fails early and ends the case
      When it plays these steps:
        | step                                                   | becomes |
        | Given the 'reader' process begins: fails with no frame | failed  |
        | When 60 seconds pass                                   | not-run |
        | Then the 'reader' process completes                    | not-run |
      Then it reports "no frame"
      And it took less than 30 s

    Scenario: Nothing completes it
      When it plays these steps:
        | step                                     | becomes |
        | Given the 'reader' process begins: hangs | passed  |
        | When the 'writer' process sends          | passed  |
      Then the case is failed
      And it reports "the step that 'reader' began (step 1) was never completed"

    Scenario: A step that ends the process ends what it began
      When it plays these steps:
        | step                                            | becomes |
        | Given the 'reader' process begins: hangs        | passed  |
        | When the 'reader' process is killed             | passed  |
        | Then the 'reader' process should not be running | passed  |
      Then the case is passed
      And it reports "the begun step ended with its process"

    Scenario: Until it completes, no other step may be sent to that process
      Given it has the feature:
        """gherkin
        Feature: Begun
          Scenario: Two at the same time
            Given the 'reader' process begins: hangs
            When the 'reader' process receives
        """
      When it runs "mprun"
      Then it ends with status 2
      And it complains:
        """
        features/a.feature:4:5: 'reader' is still at the step that it began on line 3; say "the 'reader' process completes" first
        """
      And it started nothing

  Rule: A paused process keeps its state

    Scenario: Paused and resumed
      When it plays these steps:
        | step                                         | becomes |
        | Given the 'writer' process succeeds at try 1 | passed  |
        | When the 'writer' process is paused          | passed  |
        | And the 'reader' process receives            | passed  |
        | And the 'writer' process resumes             | passed  |
        | Then the 'writer' process sends              | passed  |
      Then it started these processes:
        | process | incarnation |
        | reader  | 1           |
        | writer  | 1           |

    Scenario: Paused at the end, it is resumed and ends in order
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
        | When the 'writer' process is paused | passed  |
      Then the case is passed
      And it does not report "SIGTERM"

  Rule: A step may be repeated until it passes

    Scenario: It passes at the third try
      When it plays these steps:
        | step                                                  | becomes |
        | Then within 5s the 'reader' process succeeds at try 3 | passed  |
      Then the processes heard:
        | process | step              |
        | reader  | succeeds at try 3 |
        | reader  | succeeds at try 3 |
        | reader  | succeeds at try 3 |

    Scenario: All must pass in the same try
      When it plays these steps:
        | step                                                     | becomes |
        | Given all processes are ready                            | passed  |
        | Then within 5s all processes succeeds at try 3 as writer | passed  |
        | And the 'writer' process sends                           | passed  |
        | And the 'reader' process receives                        | passed  |
      Then the processes heard:
        | process        | step                        |
        | reader, writer | succeeds at try 3 as writer |
        | reader, writer | succeeds at try 3 as writer |
        | reader, writer | succeeds at try 3 as writer |
        | writer         | sends                       |
        | reader         | receives                    |

    Scenario: It never passes
      When it plays these steps:
        | step                                                           | becomes |
        | Then within 300ms the 'reader' process fails with no frame yet | failed  |
      Then it reports "tries); the last time: no frame yet"

    Scenario Outline: What is <status> is not tried again
      When it plays these steps:
        | step                                                      | becomes  |
        | Then within 5s the 'reader' process does what is <status> | <status> |
      Then the processes heard:
        | process | step                  |
        | reader  | does what is <status> |

      Examples:
        | status    |
        | undefined |
        | pending   |
        | skipped   |

  Rule: Nothing survives a case

    Scenario: All processes are asked to end
      When it plays these steps:
        | step                                | becomes |
        | Given the 'writer' process connects | passed  |
      Then it ends with status 0
      And the diary says:
        | process | event       |
        | writer  | starts as 1 |
        | writer  | connects    |
        | writer  | shuts down  |

    Scenario: One that only SIGKILL ends makes the case crash
      Given it has the config:
        """yaml
        platforms:
          p: {command: [python3, actor.py], protocol: 1}
        timeouts: {stop: 400ms}
        """
      When it plays these steps:
        | step                                               | becomes |
        | Given the 'writer' process ignores requests to end | passed  |
      Then the case is crashed
      And it reports "only SIGKILL stopped it"
      And it left nothing behind

    Scenario Outline: A <thing> that is left makes the case <status>
      When it plays these steps:
        | step                                               | becomes |
        | Given the 'writer' process leaves a <thing> behind | passed  |
      Then the case is <status>
      And it reports "<told>"
      And it left nothing behind

      Examples:
        | thing                | status | told      |
        | socket               | leaked | left.sock |
        | pipe                 | leaked | left.fifo |
        | shared memory object | leaked | -left     |
        | daemon               | leaked | sleep     |
        | file                 | passed | left.txt  |

    Scenario: What a killed process could not clear away is a note
      When it plays these steps:
        | step                                              | becomes |
        | Given the 'writer' process leaves a socket behind | passed  |
        | When the 'writer' process is killed               | passed  |
      Then the case is passed
      And it reports "left.sock"
      And it left nothing behind

  Rule: Nothing survives mprun

    Background:
      Given the 'mprun' process has the feature:
        """gherkin
        Feature: Long
          Scenario: It would take for ever
            Given the 'reader' process leaves a daemon behind
            When the 'writer' process hangs
            Then the 'reader' process receives
          Scenario: Another one
            Given the 'writer' process sends
        """

    Scenario Outline: <signal> ends it in order, with a report
      When it runs "mprun -j1" and gets <signal> once a process "hangs"
      Then it ends with status <status>
      And the cases are:
        | scenario               | status      |
        | It would take for ever | interrupted |
        | Another one            | not-run     |
      And it left nothing behind

      Examples:
        | signal  | status |
        | SIGINT  | 130    |
        | SIGTERM | 143    |

    Scenario: SIGKILL gives it no time, and still nothing is left
      When it runs "mprun -j1" and gets SIGKILL once a process "hangs"
      Then it ends with status 137
      And it left nothing behind
