#include "runner/plan/builtin.h"

#include <signal.h>
#include <string.h>

#include "runner/base/text.h"

#define MOST_DIGITS 6

/* Verbs that end the text: "the 'writer' process starts". */
static const struct {
    const char *text;
    enum mp_action action;
} verb_table[] = {
    {"starts", MP_ACTION_START},
    {"start", MP_ACTION_START},
    {"is running", MP_ACTION_IS_RUNNING},
    {"are running", MP_ACTION_IS_RUNNING},
    {"stops", MP_ACTION_STOP},
    {"stop", MP_ACTION_STOP},
    {"restarts", MP_ACTION_RESTART},
    {"restart", MP_ACTION_RESTART},
    {"is killed", MP_ACTION_KILL},
    {"are killed", MP_ACTION_KILL},
    {"crashes", MP_ACTION_CRASH},
    {"crash", MP_ACTION_CRASH},
    {"is paused", MP_ACTION_PAUSE},
    {"are paused", MP_ACTION_PAUSE},
    {"resumes", MP_ACTION_RESUME},
    {"resume", MP_ACTION_RESUME},
    {"should still be running", MP_ACTION_EXPECT_RUNNING},
    {"should not be running", MP_ACTION_EXPECT_NOT_RUNNING},
};

static const struct {
    const char *name;
    int number;
} signal_table[] = {
    {"SIGHUP", SIGHUP},   {"SIGINT", SIGINT},   {"SIGQUIT", SIGQUIT},
    {"SIGILL", SIGILL},   {"SIGTRAP", SIGTRAP}, {"SIGABRT", SIGABRT},
    {"SIGBUS", SIGBUS},   {"SIGFPE", SIGFPE},   {"SIGKILL", SIGKILL},
    {"SIGUSR1", SIGUSR1}, {"SIGSEGV", SIGSEGV}, {"SIGUSR2", SIGUSR2},
    {"SIGPIPE", SIGPIPE}, {"SIGALRM", SIGALRM}, {"SIGTERM", SIGTERM},
    {"SIGXCPU", SIGXCPU}, {"SIGXFSZ", SIGXFSZ}, {"SIGSYS", SIGSYS},
};

int mp_builtin_signal(struct gh_str name)
{
    for (size_t i = 0; i < sizeof(signal_table) / sizeof(*signal_table); i++) {
        if (gh_str_equal(name, gh_str_of(signal_table[i].name)))
            return signal_table[i].number;
    }
    return 0;
}

/* Cuts the next word off text. */
static struct gh_str next_word(struct gh_str *text)
{
    struct gh_str word = {text->ptr, 0};
    while (word.len < text->len && text->ptr[word.len] != ' ')
        word.len++;
    text->ptr += word.len;
    text->len -= word.len;
    while (text->len && *text->ptr == ' ') {
        text->ptr++;
        text->len--;
    }
    return word;
}

static bool read_number(struct gh_str word, int *number)
{
    *number = 0;
    for (size_t i = 0; i < word.len && word.len <= MOST_DIGITS; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9')
            return false;
        *number = *number * 10 + (word.ptr[i] - '0');
    }
    return word.len > 0 && word.len <= MOST_DIGITS;
}

/* "" or "within 5s" at the end of a step. */
static bool read_within(struct gh_str text, int64_t *within_ms)
{
    struct gh_str after;
    if (!text.len)
        return true;
    if (!mp_words_skip(text, "within", &after))
        return false;
    struct gh_str word = next_word(&after);
    return !after.len && mp_duration_parse(word, false, within_ms) &&
           *within_ms > 0;
}

static bool match_exit(struct gh_str text, struct mp_builtin *builtin,
                       const char **fault)
{
    struct gh_str after;
    if (!mp_words_skip(text, "should exit with code", &after))
        return false;
    struct gh_str word = next_word(&after);
    if (!read_number(word, &builtin->exit_code) ||
        !read_within(after, &builtin->within_ms))
        return false;
    if (builtin->exit_code > 255)
        *fault = "exit codes go from 0 to 255";
    builtin->action = MP_ACTION_EXPECT_EXIT;
    return true;
}

static bool match_signal(struct gh_str text, struct mp_builtin *builtin,
                         const char **fault)
{
    struct gh_str after;
    if (!mp_words_skip(text, "should be killed by", &after))
        return false;
    struct gh_str word = next_word(&after);
    if (word.len < 4 || memcmp(word.ptr, "SIG", 3) ||
        !read_within(after, &builtin->within_ms))
        return false;
    builtin->signal = mp_builtin_signal(word);
    if (!builtin->signal)
        *fault = "no signal of that name; say it as in SIGSEGV or SIGKILL";
    builtin->action = MP_ACTION_EXPECT_SIGNAL;
    return true;
}

/* "begins: reads one frame", "completes within 5s". */
static bool match_background(struct gh_str text, struct mp_builtin *builtin,
                             const char **fault)
{
    struct gh_str after;
    if (mp_words_skip(text, "begins:", &builtin->inner) ||
        mp_words_skip(text, "begin:", &builtin->inner)) {
        if (!builtin->inner.len)
            *fault = "after \"begins:\" stands the step that begins";
        builtin->action = MP_ACTION_BEGIN;
        return true;
    }
    if (!mp_words_skip(text, "completes", &after) &&
        !mp_words_skip(text, "complete", &after))
        return false;
    builtin->action = MP_ACTION_COMPLETE;
    return read_within(after, &builtin->within_ms);
}

/* A number of seconds, bare or in quotes: 2, '2', 0.5. */
static bool read_seconds(struct gh_str word, int64_t *ms)
{
    if (word.len > 2 && word.ptr[0] == '\'' && word.ptr[word.len - 1] == '\'') {
        word.ptr++;
        word.len -= 2;
    }
    char text[16];
    if (!word.len || word.len + 2 > sizeof(text))
        return false;
    memcpy(text, word.ptr, word.len);
    text[word.len] = 's';
    struct gh_str duration = {text, word.len + 1};
    return mp_duration_parse(duration, false, ms);
}

static bool is_seconds(struct gh_str word)
{
    return gh_str_equal(word, gh_str_of("seconds")) ||
           gh_str_equal(word, gh_str_of("second"));
}

/* "2 seconds pass", "wait for '2' seconds". */
static bool match_wait(struct gh_str text, struct mp_builtin *builtin)
{
    struct gh_str after;
    bool asked = mp_words_skip(text, "wait for", &after);
    if (!asked)
        after = text;
    struct gh_str number = next_word(&after);
    struct gh_str unit = next_word(&after);
    if (!is_seconds(unit) || !read_seconds(number, &builtin->wait_ms))
        return false;
    builtin->action = MP_ACTION_WAIT;
    return asked ? !after.len
                 : gh_str_equal(after, gh_str_of("pass")) ||
                       gh_str_equal(after, gh_str_of("passes"));
}

/* "all 'node' processes are ready"; of one it is a step for its server. */
static bool match_ready(const struct mp_phrase *phrase,
                        struct mp_builtin *builtin)
{
    builtin->action = MP_ACTION_ALL_READY;
    return (phrase->kind == MP_PHRASE_EVERY || phrase->kind == MP_PHRASE_ALL) &&
           (gh_str_equal(phrase->rest, gh_str_of("are ready")) ||
            gh_str_equal(phrase->rest, gh_str_of("is ready")));
}

static bool match_verb(struct gh_str text, struct mp_builtin *builtin)
{
    for (size_t i = 0; i < sizeof(verb_table) / sizeof(*verb_table); i++) {
        if (gh_str_equal(text, gh_str_of(verb_table[i].text))) {
            builtin->action = verb_table[i].action;
            return true;
        }
    }
    return false;
}

bool mp_builtin_match(const struct gh_regex *pattern, struct gh_str text,
                      struct mp_builtin *builtin, const char **fault)
{
    memset(builtin, 0, sizeof(*builtin));
    *fault = NULL;
    if (match_wait(text, builtin))
        return true;
    builtin->phrase = mp_words_phrase(pattern, text);
    enum mp_phrase_kind kind = builtin->phrase.kind;
    if (kind == MP_PHRASE_NONE || kind == MP_PHRASE_INSIDE)
        return false;
    struct gh_str rest = builtin->phrase.rest;
    return match_ready(&builtin->phrase, builtin) ||
           match_verb(rest, builtin) || match_exit(rest, builtin, fault) ||
           match_signal(rest, builtin, fault) ||
           match_background(rest, builtin, fault);
}

bool mp_builtin_within(struct gh_str text, int64_t *within_ms,
                       struct gh_str *inner)
{
    if (!mp_words_skip(text, "within", inner))
        return false;
    struct gh_str word = next_word(inner);
    return inner->len && mp_duration_parse(word, false, within_ms) &&
           *within_ms > 0;
}
