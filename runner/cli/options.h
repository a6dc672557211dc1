/*
 * The command line: one table of commands and options.
 *
 * The parser, the help texts and what is made from them all read the same
 * tables (mp_options_command_table, mp_options_table), so that a flag cannot
 * exist in one and be missing in another. docs/cli.md lists the
 * flags; docs/cli.md explains them.
 *
 * Forms: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, bundled short
 * switches (`-dqv`), `--` before words that are no options. A value that may
 * be left out stands after `=` only. The first word that names a command is
 * the command; without one it is `run`.
 *
 *   init -> parse (the environment, then the words) -> [load the config]
 *   -> apply_profile for the profile in force -> finish
 *
 * Precedence: command line, profile, environment (MPRUN_CONFIG,
 * MPRUN_PROFILE), config file. All usage errors are listed at once, each
 * starting with "mprun: "; values that need the config (names of platforms)
 * are checked by others. Texts are borrowed from argv or live in the arena.
 */
#ifndef RUNNER_CLI_OPTIONS_H
#define RUNNER_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"
#include "runner/base/errors.h"
#include "runner/config/config.h"
#include "runner/plan/shard.h"

enum mp_command {
    MP_COMMAND_RUN = 1,
    MP_COMMAND_PLAN = 2,
    MP_COMMAND_PARSE = 4,
    MP_COMMAND_HELP = 8,
    MP_COMMAND_VERSION = 16,
    MP_COMMAND_LINT = 32,
    MP_COMMAND_FORMAT = 64,
    MP_COMMAND_REPORT = 128,
    MP_COMMAND_MERGE = 256,
    MP_COMMAND_DIFF = 512,
    MP_COMMAND_CONFORMANCE = 1024,
    MP_COMMAND_STEPS = 2048,
    MP_COMMAND_INIT = 4096,
    MP_COMMAND_COMPLETION = 8192,
};

enum mp_order { MP_ORDER_DEFINED, MP_ORDER_REVERSE, MP_ORDER_RANDOM };

enum mp_color { MP_COLOR_AUTO, MP_COLOR_ALWAYS, MP_COLOR_NEVER };

struct mp_text_list {
    const char **list; /* in the arena; NULL-terminated when not empty */
    size_t count;
};

struct mp_shard_option {
    bool automatic; /* auto: the environment says which */
    bool named;     /* the method was: hash:2/8 */
    enum mp_shard_method method;
    size_t index, total; /* 1-based; total 0: not given */
};

struct mp_options {
    struct gh_arena arena;
    enum mp_command command;
    const char *help_topic; /* of `help WORD`, NULL: none */
    bool help;              /* -h: print the help of command */
    bool version;
    bool man; /* of help: as a man page */

    struct mp_text_list paths; /* as given: PATH, PATH:LINE, case id, @FILE; of
                                  report, merge and diff: RUN or JOURNAL; of
                                  conformance: a command */

    struct mp_text_list tags;  /* all must hold */
    struct mp_text_list names; /* one must match */
    bool last_failed;
    struct mp_shard_option shard;
    const char *shard_weights; /* a run or journal; NULL: none */
    bool allow_empty;
    bool keep_going;

    const char *config; /* NULL: search */
    const char *profile;
    struct mp_text_list defines;           /* NAME=VALUE, checked */
    struct mp_text_list platforms;         /* one name each */
    struct mp_text_list processes;         /* writer=python,c, checked */
    struct mp_text_list require_platforms; /* one name each */
    bool has_strategy;
    enum mp_strategy strategy;

    int jobs; /* 0: not given */
    enum mp_order order;
    bool has_seed;
    uint64_t seed;
    int64_t step_timeout_ms; /* timeouts: -1: not given, 0: none */
    int64_t scenario_timeout_ms;
    int64_t run_timeout_ms;
    int max_failures;  /* 0: no limit; --fail-fast: 1 */
    int retries;       /* 0: none */
    int repeat_each;   /* 0: not given */
    int max_processes; /* 0: no limit */
    bool dry_run;
    bool strict;          /* true unless --no-strict */
    const char *baseline; /* file of known failures, NULL: none */
    bool strict_protocol;
    bool trace_protocol;

    struct mp_text_list formats; /* TYPE or TYPE:PATH */
    bool open;                   /* the html report, in a browser */
    const char *artifacts;       /* NULL: not given */
    bool live_output;            /* -s */
    bool keep;
    bool debug;                          /* --debug, of whatever process */
    struct mp_text_list debug_processes; /* none: every process */
    struct mp_text_list wraps;           /* PROCESS=COMMAND, checked */
    bool list;
    bool json;
    bool check_steps; /* of plan and lint */
    enum mp_color color;
    bool force_color, no_color; /* of the environment */
    bool quiet;
    bool verbose;

    bool no_source, no_ast, no_pickles; /* of parse */
    bool lenient;                       /* of all that read features */
    bool check, diff;                   /* of format */
    bool partial;                       /* of merge */
    bool yes, force;                    /* of init */
    const char *from;                   /* of init; NULL: not given */

    int level;                    /* of conformance: index of auto, bare, 1 */
    const char *language;         /* of hints; NULL: it is told */
    struct mp_text_list checks;   /* numbers of those to run; none: all */
    struct mp_text_list fixtures; /* KIND=TEXT, checked */

    char *const *words; /* argv after the program's name, borrowed */
    char *const *environment;
};

/* What an option does with its value. */
enum mp_option_kind {
    MP_OPTION_SWITCH,   /* bool becomes true */
    MP_OPTION_OFF,      /* bool becomes false */
    MP_OPTION_TEXT,     /* const char * */
    MP_OPTION_LIST,     /* mp_text_list: one more */
    MP_OPTION_NAMES,    /* mp_text_list: split at commas */
    MP_OPTION_COUNT,    /* int, from 1 */
    MP_OPTION_DURATION, /* int64_t; a bare number is milliseconds */
    MP_OPTION_WORD,     /* enum: index into words */
    MP_OPTION_OWN,      /* a function of its own */
};

struct mp_option {
    const char *name;     /* long, without -- */
    char letter;          /* 0: none */
    const char *argument; /* as the help shows it, NULL: none; "[=X]": only
                             after `=`, and it may be left out */
    const char *help;     /* fits on a line of the help */
    const char *group;    /* left margin of the help */
    unsigned commands;    /* mask of mp_command */
    enum mp_option_kind kind;
    size_t offset;            /* into struct mp_options */
    const char *const *words; /* of WORD; of others, what completes them;
                                 NULL-terminated */
};

struct mp_command_info {
    enum mp_command command;
    const char *name;
    const char *arguments; /* for the usage line, "" : none */
    const char *summary;   /* one line */
    const char *example;   /* one command line, and what it does */
};

/* The formats of `mprun conformance`, NULL-terminated. */
extern const char *const mp_options_outcomes[];

/* The tables end with a row whose name is NULL. */
extern const struct mp_option mp_options_table[];
extern const struct mp_command_info mp_options_command_table[];

/* Takes words: what follows the program's name, NULL-terminated, and an
 * environment NAME=VALUE, both borrowed until finish. False when an error was
 * added. With -h or --version nothing else is checked. */
bool mp_options_parse(char *const *words, char *const *environment,
                      struct mp_options *options, struct mp_errors *errors);

/* Adds an error for each option of any profile that there is not or whose
 * value is wrong, with its place in the config file. */
void mp_options_check_profiles(const struct mp_config *config,
                               struct mp_errors *errors);

/* Applies the profile as if its options stood before those of the command
 * line; those of other commands are passed over. `tags`, `name`, `define`
 * and `format` add up, for all others the command line wins. Errors start
 * with the place in the config file. */
bool mp_options_apply_profile(struct mp_options *options,
                              const struct mp_config *config,
                              const struct mp_profile *profile,
                              struct mp_errors *errors);

/* The profile that is in force where none is chosen: the one that is named
 * `default`. NULL: there is none. */
const struct mp_profile *
mp_options_default_profile(const struct mp_config *config);

/* The profile of that name; NULL: none, an error names the nearest. */
const struct mp_profile *mp_options_profile(const struct mp_config *config,
                                            const char *name,
                                            struct mp_errors *errors);

/* Are colours wanted? --color, then NO_COLOR, FORCE_COLOR, then whether the
 * output is a terminal. */
bool mp_options_color(const struct mp_options *options, bool is_terminal);

/* "mprun -c ci.yaml -D a=b": the start of a command line that repeats one
 * case: what decides how a case runs, not what is selected or reported. */
void mp_options_repeat(const struct mp_options *options, struct mp_buf *out);

void mp_options_finish(struct mp_options *options);

#endif
