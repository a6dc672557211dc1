/* From a step's text to what it says. */
#include <ctype.h>
#include <string.h>

#include "gherkin/utf8.h"
#include "runner/plan/router.h"

/* mp_words_phrase looks at so many groups of a pattern. */
static bool has_process_group(const struct gh_regex *pattern)
{
    int group = gh_regex_group_number(pattern, "process");
    return group > 0 && group < MP_WORDS_GROUPS_MAX;
}

bool mp_patterns_init(struct mp_patterns *patterns,
                      const struct mp_config *config, struct mp_errors *errors)
{
    char why[256];
    size_t before = errors->error_count;
    memset(patterns, 0, sizeof(*patterns));
    patterns->process =
        gh_regex_create(config->process_pattern, why, sizeof(why));
    const struct mp_place *at = &config->process_pattern_at;
    if (!patterns->process)
        mp_errors_add(errors, "%s:%d:%d: routing.process: %s", config->path,
                      at->line, at->column, why);
    else if (!has_process_group(patterns->process))
        mp_errors_add(errors,
                      "%s:%d:%d: routing.process needs a group named "
                      "'process' among its first %d, as in "
                      "'(?<process>[^']+)' process",
                      config->path, at->line, at->column,
                      MP_WORDS_GROUPS_MAX - 1);
    patterns->matches =
        gh_alloc(config->match_count * sizeof(*patterns->matches));
    patterns->match_count = config->match_count;
    for (size_t i = 0; i < config->match_count; i++) {
        const struct mp_timeout_match *match = &config->matches[i];
        patterns->matches[i] =
            gh_regex_create(match->pattern, why, sizeof(why));
        if (!patterns->matches[i])
            mp_errors_add(errors, "%s:%d:%d: timeouts.match: %s", config->path,
                          match->at.line, match->at.column, why);
    }
    return errors->error_count == before;
}

void mp_patterns_finish(struct mp_patterns *patterns)
{
    gh_regex_destroy(patterns->process);
    for (size_t i = 0; patterns->matches && i < patterns->match_count; i++)
        gh_regex_destroy(patterns->matches[i]);
    gh_free(patterns->matches);
    memset(patterns, 0, sizeof(*patterns));
}

static bool is_off(const struct mp_config *config, enum mp_action action)
{
    if (!config->builtin_steps)
        return true;
    for (size_t i = 0; i < config->builtin_off_count; i++) {
        if (!strcmp(config->builtin_off[i], mp_action_name(action)))
            return true;
    }
    return false;
}

static struct gh_str resolve_alias(const struct mp_config *config,
                                   struct gh_str text)
{
    for (size_t i = 0; i < config->alias_count; i++) {
        if (gh_str_equal(text, gh_str_of(config->aliases[i].key)))
            return gh_str_of(config->aliases[i].value);
    }
    return text;
}

/* The built-in step that the whole text is, unless the config turned it
 * off. */
static bool match(const struct mp_config *config,
                  const struct gh_regex *pattern, struct gh_str text,
                  struct mp_builtin *builtin, const char **fault)
{
    return config->builtin_steps &&
           mp_builtin_match(pattern, text, builtin, fault) &&
           !is_off(config, builtin->action);
}

/* "within" before "within", or before a step of mprun; "begins:" before
 * either. */
static const char *nesting_fault(const struct mp_config *config,
                                 const struct gh_regex *pattern,
                                 struct gh_str inner, bool begun)
{
    struct mp_builtin nested;
    const char *ignored;
    struct gh_str after;
    int64_t within_ms;
    if (mp_builtin_within(inner, &within_ms, &after))
        return begun ? "a step that \"begins:\" cannot be repeated with "
                       "\"within\": say the one or the other"
                     : "\"within\" stands there twice: say it once";
    if (!match(config, pattern, inner, &nested, &ignored))
        return NULL;
    return begun ? "after \"begins:\" stands a step for a platform server; "
                   "this one is a step of mprun itself"
                 : "\"within\" before a step repeats a step of a platform "
                   "server; this one is a step of mprun itself (\"should exit "
                   "...\", \"should be killed by ...\" and \"completes\" "
                   "take \"within 5s\" at their end)";
}

struct mp_reading mp_reading_make(const struct mp_config *config,
                                  const struct gh_regex *pattern,
                                  struct gh_str text)
{
    struct mp_reading reading = {.text = resolve_alias(config, text)};
    struct gh_str inner;
    text = reading.text;
    if (config->builtin_steps &&
        mp_builtin_within(text, &reading.within_ms, &inner)) {
        reading.fault = nesting_fault(config, pattern, inner, false);
        reading.text = inner;
        reading.words.phrase = mp_words_phrase(pattern, inner);
        return reading;
    }
    reading.within_ms = 0;
    const char *why = NULL;
    reading.builtin = match(config, pattern, text, &reading.words, &why);
    if (!reading.builtin) {
        memset(&reading.words, 0, sizeof(reading.words));
        reading.words.phrase = mp_words_phrase(pattern, text);
        return reading;
    }
    reading.fault = why;
    if (!why && reading.words.action == MP_ACTION_BEGIN)
        reading.fault =
            nesting_fault(config, pattern, reading.words.inner, true);
    return reading;
}

bool mp_reading_starts(const struct mp_reading *reading)
{
    enum mp_action action = reading->words.action;
    return reading->builtin &&
           (action == MP_ACTION_START || action == MP_ACTION_RESTART ||
            action == MP_ACTION_IS_RUNNING);
}

/* " process" or " processes" at that place, and the word's end. */
static bool says_process(struct gh_str text, size_t at)
{
    static const char *const words[] = {" processes", " process"};
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(words[i]);
        if (text.len - at < length || memcmp(text.ptr + at, words[i], length))
            continue;
        unsigned char next = text.len - at == length
                                 ? ' '
                                 : (unsigned char)text.ptr[at + length];
        return !isalnum(next) && next != '_';
    }
    return false;
}

/* Is the quote at that place one of a name that lacks the other? */
static bool lacks_other(struct gh_str text, size_t at)
{
    if (says_process(text, at + 1))
        return true;
    if (at && text.ptr[at - 1] != ' ')
        return false;
    for (size_t i = at + 1; i < text.len && text.ptr[i] != '\''; i++) {
        if (says_process(text, i))
            return true;
    }
    return false;
}

/* The bytes up to it, counting it. */
static size_t open_quote(const struct mp_reading *reading)
{
    struct gh_str text = reading->text;
    if (reading->words.phrase.kind != MP_PHRASE_NONE || reading->builtin ||
        mp_words_has_empty_name(text))
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' && lacks_other(text, i))
            return i + 1;
    }
    return 0;
}

uint32_t mp_reading_quote_column(const struct mp_reading *reading,
                                 const struct gh_pickle_step *step)
{
    size_t bytes = open_quote(reading);
    if (!bytes || reading->text.ptr != step->text.ptr)
        return 0;
    return (uint32_t)(step->at.column +
                      gh_utf8_count(step->keyword.ptr, step->keyword.len) +
                      gh_utf8_count(reading->text.ptr, bytes) - 1);
}
