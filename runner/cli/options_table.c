/* The commands and options of mprun. What stands here is what there is. */
#include "runner/cli/options.h"
#include "runner/conformance/hints.h"

#define RUN     MP_COMMAND_RUN
#define PLAN    MP_COMMAND_PLAN
#define PARSE   MP_COMMAND_PARSE
#define LINT    MP_COMMAND_LINT
#define FORMAT  MP_COMMAND_FORMAT
#define REPORT  MP_COMMAND_REPORT
#define MERGE   MP_COMMAND_MERGE
#define DIFF    MP_COMMAND_DIFF
#define CONFORM MP_COMMAND_CONFORMANCE
#define STEPS   MP_COMMAND_STEPS
#define INIT    MP_COMMAND_INIT
#define SHELLS  MP_COMMAND_COMPLETION
#define PAST    (REPORT | MERGE) /* the commands that make reports of runs */
#define CASES   (RUN | PLAN)     /* the commands that play or plan cases */
#define CHOICE  (CASES | STEPS)  /* the commands that select cases */
#define FILES   (PARSE | LINT | FORMAT)
#define ALL                                                                    \
    (CHOICE | FILES | PAST | DIFF | CONFORM | INIT | SHELLS |                  \
     MP_COMMAND_HELP | MP_COMMAND_VERSION)
#define INTO(m) offsetof(struct mp_options, m)

static const char *const level_words[] = {"auto", "bare", "1", NULL};
const char *const mp_options_outcomes[] = {"table", "json", "junit", NULL};
static const char *const color_words[] = {"auto", "always", "never", NULL};

/* clang-format off */
const struct mp_option mp_options_table[] = {
    {"level", 0, "LEVEL", "auto, bare or 1",
     "Examine", CONFORM, MP_OPTION_WORD, INTO(level), level_words},
    {"only", 0, "N[,N]", "these checks, and what they need",
     "Examine", CONFORM, MP_OPTION_OWN, INTO(checks), NULL},
    {"pass", 0, "TEXT", "a step that passes",
     "Examine", CONFORM, MP_OPTION_OWN, INTO(fixtures), NULL},
    {"fail", 0, "TEXT", "a step that fails",
     "Examine", CONFORM, MP_OPTION_OWN, INTO(fixtures), NULL},
    {"slow", 0, "TEXT", "a step that sleeps {int} milliseconds",
     "Examine", CONFORM, MP_OPTION_OWN, INTO(fixtures), NULL},
    {"step", 0, "KIND=TEXT", "any other step: docs/conformance.md",
     "Examine", CONFORM, MP_OPTION_OWN, INTO(fixtures), NULL},
    {"language", 0, "NAME", "of the hints; told from the command",
     "Examine", CONFORM, MP_OPTION_TEXT, INTO(language),
     mp_hints_languages},
    {"tags", 't', "EXPR", "tag expression; several must all hold",
     "Select", CHOICE, MP_OPTION_LIST, INTO(tags), NULL},
    {"name", 'n', "REGEX", "part of a scenario's name; several: any",
     "Select", CHOICE, MP_OPTION_LIST, INTO(names), NULL},
    {"last-failed", 0, NULL, "what did not pass in the last run",
     "Select", CHOICE, MP_OPTION_SWITCH, INTO(last_failed), NULL},
    {"shard", 0, "M/N|HOW:M/N|auto", "part M of N; HOW is slice or hash",
     "Select", CASES, MP_OPTION_OWN, INTO(shard), NULL},
    {"shard-weights", 0, "RUN", "shards of equal time by that run",
     "Select", CASES, MP_OPTION_TEXT, INTO(shard_weights), NULL},
    {"allow-empty", 0, NULL, "nothing selected: exit 0 instead of 4",
     "Select", CHOICE, MP_OPTION_SWITCH, INTO(allow_empty), NULL},
    {"keep-going", 0, NULL, "play what parses beside files with errors",
     "Select", CHOICE, MP_OPTION_SWITCH, INTO(keep_going), NULL},

    {"config", 'c', "FILE", "instead of searching mprun.yaml upwards",
     "Set up", CHOICE | LINT | PAST | DIFF, MP_OPTION_TEXT, INTO(config), NULL},
    {"profile", 'p', "NAME", "options that the config keeps by name",
     "Set up", CHOICE, MP_OPTION_TEXT, INTO(profile), NULL},
    {"define", 'D', "NAME=VALUE", "handed to the servers",
     "Set up", CHOICE, MP_OPTION_OWN, INTO(defines), NULL},
    {"platform", 0, "P[,P]", "only these platforms play",
     "Set up", CHOICE, MP_OPTION_NAMES, INTO(platforms), NULL},
    {"process", 0, "NAME=P[,P]", "only these play this process",
     "Set up", CHOICE, MP_OPTION_OWN, INTO(processes), NULL},
    {"combinations", 0, "HOW", "all, same, mixed or pairwise",
     "Set up", CHOICE, MP_OPTION_OWN, INTO(strategy), mp_strategy_words},
    {"require-platforms", 0, "P[,P]", "not available: an error, not a skip",
     "Set up", CHOICE, MP_OPTION_NAMES, INTO(require_platforms), NULL},

    {"jobs", 'j', "N", "cases at the same time",
     "Run", RUN, MP_OPTION_COUNT, INTO(jobs), NULL},
    {"order", 0, "ORDER", "defined, reverse or random[:SEED]",
     "Run", CASES, MP_OPTION_OWN, INTO(order), NULL},
    {"seed", 0, "N", "of random order and of the servers",
     "Run", CASES, MP_OPTION_OWN, INTO(seed), NULL},
    {"timeout", 0, "T", "of a step: 500ms, 5s, 2m; 0 is none",
     "Run", CASES, MP_OPTION_DURATION, INTO(step_timeout_ms), NULL},
    {"timeout", 0, "T", "of an answer: 500ms, 5s, 2m; 5s is usual",
     "Run", CONFORM, MP_OPTION_DURATION, INTO(step_timeout_ms), NULL},
    {"scenario-timeout", 0, "T", "of a whole case",
     "Run", CASES, MP_OPTION_DURATION, INTO(scenario_timeout_ms), NULL},
    {"run-timeout", 0, "T", "of the whole run",
     "Run", RUN, MP_OPTION_DURATION, INTO(run_timeout_ms), NULL},
    {"fail-fast", 'x', NULL, "stop after the first failure",
     "Run", RUN, MP_OPTION_OWN, INTO(max_failures), NULL},
    {"max-failures", 0, "N", "stop after N failures",
     "Run", RUN, MP_OPTION_COUNT, INTO(max_failures), NULL},
    {"retry", 0, "N", "more attempts for a case that fails",
     "Run", CASES, MP_OPTION_OWN, INTO(retries), NULL},
    {"repeat-each", 0, "N", "each case N times",
     "Run", CASES, MP_OPTION_COUNT, INTO(repeat_each), NULL},
    {"max-processes", 0, "N", "at the same time, of all cases together",
     "Run", CASES, MP_OPTION_COUNT, INTO(max_processes), NULL},
    {"baseline", 0, "FILE", "failures that are known, with reasons",
     "Run", RUN | PAST, MP_OPTION_TEXT, INTO(baseline), NULL},
    {"no-strict", 0, NULL, "pending steps do not fail the run",
     "Run", RUN, MP_OPTION_OFF, INTO(strict), NULL},
    {"strict-protocol", 0, NULL, "servers may not print to stdout",
     "Run", RUN, MP_OPTION_SWITCH, INTO(strict_protocol), NULL},
    {"trace-protocol", 0, NULL, "messages, into the artifacts",
     "Run", RUN, MP_OPTION_SWITCH, INTO(trace_protocol), NULL},
    {"keep", 0, NULL, "leave the cases' shared directories",
     "Run", RUN, MP_OPTION_SWITCH, INTO(keep), NULL},
    {"debug", 0, "[=NAME]", "wait for Enter after a start; no timeouts",
     "Run", RUN, MP_OPTION_OWN, INTO(debug), NULL},
    {"wrap", 0, "NAME=COMMAND", "before a process's own command",
     "Run", RUN, MP_OPTION_OWN, INTO(wraps), NULL},

    {"dry-run", 'd', NULL, "print the plan and start nothing",
     "Show", RUN, MP_OPTION_SWITCH, INTO(dry_run), NULL},
    {"list", 0, NULL, "ids of cases, or checks; starts nothing",
     "Show", CASES | CONFORM, MP_OPTION_SWITCH, INTO(list), NULL},
    {"json", 0, NULL, "as JSON; run and plan start nothing then",
     "Show", CHOICE | DIFF, MP_OPTION_SWITCH, INTO(json), NULL},
    {"json", 0, NULL, "the table as JSON",
     "Show", CONFORM, MP_OPTION_SWITCH, INTO(json), NULL},
    {"check-steps", 0, NULL, "ask the platforms which steps they know",
     "Show", PLAN | LINT, MP_OPTION_SWITCH, INTO(check_steps), NULL},
    {"format", 'f', "TYPE[:PATH]", "a report; several at once; -f help",
     "Show", RUN | PAST, MP_OPTION_LIST, INTO(formats), NULL},
    {"format", 'f', "TYPE[:PATH]", "table, json or junit; several at once",
     "Show", CONFORM, MP_OPTION_LIST, INTO(formats), mp_options_outcomes},
    {"open", 0, NULL, "show the html report when it is written",
     "Show", RUN | PAST, MP_OPTION_SWITCH, INTO(open), NULL},
    {"artifacts", 0, "DIR", "instead of .mprun/runs",
     "Show", RUN | PAST | DIFF, MP_OPTION_TEXT, INTO(artifacts), NULL},
    {"live", 's', NULL, "what the servers print, as it comes",
     "Show", RUN, MP_OPTION_SWITCH, INTO(live_output), NULL},
    {"color", 0, "WHEN", "auto, always or never",
     "Show", CHOICE | PAST | DIFF | CONFORM, MP_OPTION_WORD, INTO(color),
     color_words},
    {"quiet", 'q', NULL, "failures and the end only",
     "Show", CASES | PAST | DIFF | CONFORM, MP_OPTION_SWITCH, INTO(quiet), NULL},
    {"verbose", 'v', NULL, "more of everything",
     "Show", CHOICE | PAST | DIFF, MP_OPTION_SWITCH, INTO(verbose), NULL},

    {"partial", 0, NULL, "shards may be missing; exit 1 then",
     "Read", MERGE, MP_OPTION_SWITCH, INTO(partial), NULL},
    {"lenient", 0, NULL, "'de-DE' as 'de', English keywords too",
     "Read", CHOICE | FILES, MP_OPTION_SWITCH, INTO(lenient), NULL},
    {"no-source", 0, NULL, "without the texts of the files",
     "Omit", PARSE, MP_OPTION_SWITCH, INTO(no_source), NULL},
    {"no-ast", 0, NULL, "without the syntax trees",
     "Omit", PARSE, MP_OPTION_SWITCH, INTO(no_ast), NULL},
    {"no-pickles", 0, NULL, "without the pickles",
     "Omit", PARSE, MP_OPTION_SWITCH, INTO(no_pickles), NULL},

    {"platform", 0, "P[,P]", "what to begin with, or to add",
     "Make", INIT, MP_OPTION_NAMES, INTO(platforms), NULL},
    {"from", 0, "FILE", "take over what another tool's config says",
     "Make", INIT, MP_OPTION_TEXT, INTO(from), NULL},
    {"yes", 'y', NULL, "ask nothing",
     "Make", INIT, MP_OPTION_SWITCH, INTO(yes), NULL},
    {"force", 0, NULL, "overwrite files that are there",
     "Make", INIT, MP_OPTION_SWITCH, INTO(force), NULL},

    {"check", 0, NULL, "only name what would change; exit 1",
     "Show", FORMAT, MP_OPTION_SWITCH, INTO(check), NULL},
    {"diff", 0, NULL, "only show what would change, as a diff",
     "Show", FORMAT, MP_OPTION_SWITCH, INTO(diff), NULL},

    {"man", 0, NULL, "as a man page",
     "Show", MP_COMMAND_HELP, MP_OPTION_SWITCH, INTO(man), NULL},

    {"version", 0, NULL, "print the version",
     "", ALL, MP_OPTION_SWITCH, INTO(version), NULL},
    {"help", 'h', NULL, "print this help",
     "", ALL, MP_OPTION_SWITCH, INTO(help), NULL},
    {NULL, 0, NULL, NULL, NULL, 0, MP_OPTION_SWITCH, 0, NULL},
};

const struct mp_command_info mp_options_command_table[] = {
    {MP_COMMAND_RUN, "run", "[PATH|PATH:LINE|CASE|@FILE]...",
     "Plays the cases of features (without PATH: those of the config).",
     "mprun -t '@ipc and not @slow' -f junit:out.xml features/"},
    {MP_COMMAND_PLAN, "plan", "[PATH|PATH:LINE|CASE|@FILE]...",
     "Prints what `run` would do and why. Starts nothing.",
     "mprun plan features/ipc.feature:12"},
    {MP_COMMAND_STEPS, "steps", "[PATH|PATH:LINE|CASE|@FILE]...",
     "Tells which steps each platform knows, and what the others miss.",
     "mprun steps --platform python features/"},
    {MP_COMMAND_PARSE, "parse", "PATH...",
     "Prints features (files, folders, -) as Cucumber Messages (NDJSON).",
     "mprun parse --no-source --no-ast features/"},
    {MP_COMMAND_LINT, "lint", "PATH...",
     "Lists what is wrong or doubtful in features (files, folders, -).",
     "mprun lint features/"},
    {MP_COMMAND_FORMAT, "format", "PATH...",
     "Gives features (files, folders, -) the canonical layout, in place.",
     "mprun format --check features/"},
    {MP_COMMAND_REPORT, "report", "[RUN|JOURNAL]",
     "Makes reports of a run that was (without RUN: of the last one).",
     "mprun report -f junit:out.xml -f pretty"},
    {MP_COMMAND_MERGE, "merge", "[FOLDER|RUN|JOURNAL]...",
     "Joins the shards of a run, proves them whole, makes its reports.",
     "mprun merge shards/ -f junit:out.xml -f html:run.html"},
    {MP_COMMAND_DIFF, "diff", "BEFORE [AFTER]",
     "Compares two runs: what fails now, was mended or is slower.",
     "mprun diff 20260304-101112-7d37b350"},
    {MP_COMMAND_CONFORMANCE, "conformance", "-- COMMAND [ARGUMENT]...",
     "Examines a platform server against the protocol, check by check.",
     "mprun conformance --level 1 -- python3 server.py"},
    {MP_COMMAND_INIT, "init", "[FOLDER]",
     "Makes a first project that runs green, or adds a platform to one.",
     "mprun init --platform python --yes"},
    {MP_COMMAND_COMPLETION, "completion", "bash|zsh|fish",
     "Prints a script that completes mprun's words in a shell.",
     "eval \"$(mprun completion bash)\""},
    {MP_COMMAND_HELP, "help", "[COMMAND]",
     "Prints what mprun does, or what a command does.",
     "mprun help run"},
    {MP_COMMAND_VERSION, "version", "",
     "Prints the version.",
     "mprun version"},
    {0, NULL, NULL, NULL, NULL},
};
/* clang-format on */
