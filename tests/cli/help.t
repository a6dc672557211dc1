# What mprun says of itself. Each help fits a screen; what is in it comes from
# the parser's tables.

== the overview names every command
$ mprun --help
| mprun plays Gherkin scenarios on several processes at once, on every
| combination of the platforms that can play them, and reports each case.
|
|   mprun [run] [OPTION]... [PATH]...    mprun COMMAND --help tells more
|
| Commands
|   run         Plays the cases of features (without PATH: those of the config).
|   plan        Prints what `run` would do and why. Starts nothing.
|   steps       Tells which steps each platform knows, and what the others miss.
|   parse       Prints features (files, folders, -) as Cucumber Messages (NDJSON).
|   lint        Lists what is wrong or doubtful in features (files, folders, -).
|   format      Gives features (files, folders, -) the canonical layout, in place.
|   report      Makes reports of a run that was (without RUN: of the last one).
|   merge       Joins the shards of a run, proves them whole, makes its reports.
|   diff        Compares two runs: what fails now, was mended or is slower.
|   conformance Examines a platform server against the protocol, check by check.
|   init        Makes a first project that runs green, or adds a platform to one.
|   completion  Prints a script that completes mprun's words in a shell.
|   help        Prints what mprun does, or what a command does.
|   version     Prints the version.
|
| Examples
|   mprun features/                      every scenario, every combination
|   mprun features/ipc.feature:12        the scenario at this line
|   mprun -t '@ipc and not @slow' -j4    by tags, four cases at a time
|   mprun plan features/                 what would run and why
|
| Needs a mprun.yaml that says how platforms are started: docs/config.md.
| Start with docs/tutorial.md; all options: docs/cli.md.
| Exit status: 0 all passed, 1 some did not, 2 usage, config or feature
| error, 3 report not written, 4 nothing selected, 5 nothing could start.
$ mprun -h | head -1
| mprun plays Gherkin scenarios on several processes at once, on every
$ mprun help | head -1
| mprun plays Gherkin scenarios on several processes at once, on every
$ mprun --version
| mprun 0.1.0
$ mprun version
| mprun 0.1.0
$ mprun version --help | head -1
| mprun version [OPTION]...

== the help of run lists its options
$ mprun run --help
| mprun run [OPTION]... [PATH|PATH:LINE|CASE|@FILE]...
| Plays the cases of features (without PATH: those of the config).
| Select  -t, --tags EXPR                tag expression; several must all hold
|         -n, --name REGEX               part of a scenario's name; several: any
|             --last-failed              what did not pass in the last run
|             --shard M/N|HOW:M/N|auto   part M of N; HOW is slice or hash
|             --shard-weights RUN        shards of equal time by that run
|             --allow-empty              nothing selected: exit 0 instead of 4
|             --keep-going               play what parses beside files with errors
| Set up  -c, --config FILE              instead of searching mprun.yaml upwards
|         -p, --profile NAME             options that the config keeps by name
|         -D, --define NAME=VALUE        handed to the servers
|             --platform P[,P]           only these platforms play
|             --process NAME=P[,P]       only these play this process
|             --combinations HOW         all, same, mixed or pairwise
|             --require-platforms P[,P]  not available: an error, not a skip
| Run     -j, --jobs N                   cases at the same time
|             --order ORDER              defined, reverse or random[:SEED]
|             --seed N                   of random order and of the servers
|             --timeout T                of a step: 500ms, 5s, 2m; 0 is none
|             --scenario-timeout T       of a whole case
|             --run-timeout T            of the whole run
|         -x, --fail-fast                stop after the first failure
|             --max-failures N           stop after N failures
|             --retry N                  more attempts for a case that fails
|             --repeat-each N            each case N times
|             --max-processes N          at the same time, of all cases together
|             --baseline FILE            failures that are known, with reasons
|             --no-strict                pending steps do not fail the run
|             --strict-protocol          servers may not print to stdout
|             --trace-protocol           messages, into the artifacts
|             --keep                     leave the cases' shared directories
|             --debug[=NAME]             wait for Enter after a start; no timeouts
|             --wrap NAME=COMMAND        before a process's own command
| Show    -d, --dry-run                  print the plan and start nothing
|             --list                     ids of cases, or checks; starts nothing
|             --json                     as JSON; run and plan start nothing then
|         -f, --format TYPE[:PATH]       a report; several at once; -f help
|             --open                     show the html report when it is written
|             --artifacts DIR            instead of .mprun/runs
|         -s, --live                     what the servers print, as it comes
|             --color WHEN               auto, always or never
|         -q, --quiet                    failures and the end only
|         -v, --verbose                  more of everything
| Read        --lenient                  'de-DE' as 'de', English keywords too
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun -t '@ipc and not @slow' -f junit:out.xml features/
| More: docs/cli.md
$ mprun help run | head -1
| mprun run [OPTION]... [PATH|PATH:LINE|CASE|@FILE]...
$ mprun run -h features/ --nonsense | head -1
| mprun run [OPTION]... [PATH|PATH:LINE|CASE|@FILE]...

== the help of plan lists its options
$ mprun plan --help
| mprun plan [OPTION]... [PATH|PATH:LINE|CASE|@FILE]...
| Prints what `run` would do and why. Starts nothing.
| Select  -t, --tags EXPR                tag expression; several must all hold
|         -n, --name REGEX               part of a scenario's name; several: any
|             --last-failed              what did not pass in the last run
|             --shard M/N|HOW:M/N|auto   part M of N; HOW is slice or hash
|             --shard-weights RUN        shards of equal time by that run
|             --allow-empty              nothing selected: exit 0 instead of 4
|             --keep-going               play what parses beside files with errors
| Set up  -c, --config FILE              instead of searching mprun.yaml upwards
|         -p, --profile NAME             options that the config keeps by name
|         -D, --define NAME=VALUE        handed to the servers
|             --platform P[,P]           only these platforms play
|             --process NAME=P[,P]       only these play this process
|             --combinations HOW         all, same, mixed or pairwise
|             --require-platforms P[,P]  not available: an error, not a skip
| Run         --order ORDER              defined, reverse or random[:SEED]
|             --seed N                   of random order and of the servers
|             --timeout T                of a step: 500ms, 5s, 2m; 0 is none
|             --scenario-timeout T       of a whole case
|             --retry N                  more attempts for a case that fails
|             --repeat-each N            each case N times
|             --max-processes N          at the same time, of all cases together
| Show        --list                     ids of cases, or checks; starts nothing
|             --json                     as JSON; run and plan start nothing then
|             --check-steps              ask the platforms which steps they know
|             --color WHEN               auto, always or never
|         -q, --quiet                    failures and the end only
|         -v, --verbose                  more of everything
| Read        --lenient                  'de-DE' as 'de', English keywords too
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun plan features/ipc.feature:12
| More: docs/cli.md

== the help of parse lists its options
$ mprun parse --help
| mprun parse [OPTION]... PATH...
| Prints features (files, folders, -) as Cucumber Messages (NDJSON).
| Read        --lenient                  'de-DE' as 'de', English keywords too
| Omit        --no-source                without the texts of the files
|             --no-ast                   without the syntax trees
|             --no-pickles               without the pickles
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun parse --no-source --no-ast features/
| More: docs/cli.md

== the help of merge and diff
$ mprun merge --help
| mprun merge [OPTION]... [FOLDER|RUN|JOURNAL]...
| Joins the shards of a run, proves them whole, makes its reports.
| Set up  -c, --config FILE              instead of searching mprun.yaml upwards
| Run         --baseline FILE            failures that are known, with reasons
| Show    -f, --format TYPE[:PATH]       a report; several at once; -f help
|             --open                     show the html report when it is written
|             --artifacts DIR            instead of .mprun/runs
|             --color WHEN               auto, always or never
|         -q, --quiet                    failures and the end only
|         -v, --verbose                  more of everything
| Read        --partial                  shards may be missing; exit 1 then
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun merge shards/ -f junit:out.xml -f html:run.html
| More: docs/cli.md
$ mprun diff --help
| mprun diff [OPTION]... BEFORE [AFTER]
| Compares two runs: what fails now, was mended or is slower.
| Set up  -c, --config FILE              instead of searching mprun.yaml upwards
| Show        --json                     as JSON; run and plan start nothing then
|             --artifacts DIR            instead of .mprun/runs
|             --color WHEN               auto, always or never
|         -q, --quiet                    failures and the end only
|         -v, --verbose                  more of everything
|             --version                  print the version
|         -h, --help                     print this help
| Example: mprun diff 20260304-101112-7d37b350
| More: docs/cli.md

== the types of reports
$ mprun -f help
| progress        a line for each scenario, failures whole, live on a terminal
| pretty          each case with its steps, processes, platforms and times
| html            a page to look at: grid, timelines, failures; in one file
| junit           JUnit XML as Jenkins' schema has it, a suite for each feature
| junit-surefire  JUnit XML as Surefire's schema has it, each attempt of a case
| junit-extended  JUnit XML with places, properties and attachments of each case
| tap             Test Anything Protocol, version 14: a line for each case
| github          progress, with annotations and a job summary for GitHub Actions
| markdown        a grid of scenarios and combinations to publish, and failures
| message         Cucumber Messages, for Cucumber's formatters
| json            a summary for programs: counts, and each case's status
| usage           how long steps take, on each platform; unused definitions
| rerun           ids of the cases that did not pass, for mprun @FILE
$ mprun run --format help --format junit | wc -l
| 13

== no help is wider than 80 columns or longer than a screen
$ for c in run plan parse lint format report conformance help version; do mprun $c --help; done | \
  awk 'length > 80'
$ for c in run plan parse lint format report conformance help version; do mprun $c --help | wc -l; done | \
  awk '$1 > 50'

== help that cannot be written is not a success
needs test -c /dev/full
$ mprun --help >/dev/full
! mprun: standard output: No space left on device
? 3

== help of what is not there
$ mprun help pasre
! mprun: unknown command 'pasre', did you mean 'parse'? (mprun --help)
? 2
$ mprun help frobnicate
! mprun: unknown command 'frobnicate' (mprun --help)
? 2
$ mprun help run plan
! mprun: 'plan' is one word too many for 'help'
? 2
