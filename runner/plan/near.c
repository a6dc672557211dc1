#include "runner/plan/near.h"

#include <string.h>

#include "gherkin/distance.h"
#include "gherkin/utf8.h"
#include "runner/base/buf.h"
#include "runner/plan/near_name.h"
#include "runner/plan/router.h"

#define LONGEST 48u /* bytes of a text that can be near a verb */

/* What is meant; alone: matches the whole of what follows the name, else its
 * beginning. */
static const struct {
    const char *said;
    const char *meant;
    bool alone;
} other_words[] = {
    {"is started", "starts", true},
    {"is stopped", "stops", true},
    {"is restarted", "restarts", true},
    {"is resumed", "resumes", true},
    {"pauses", "is paused", true},
    {"is terminated", "is killed", true},
    {"gets killed", "is killed", true},
    {"is still running", "should still be running", true},
    {"should be running", "should still be running", true},
    {"is not running", "should not be running", true},
    {"should be stopped", "should not be running", true},
    {"exits with", "should exit with code 0", false},
    {"should exit with", "should exit with code 0", false},
    {"should exit code", "should exit with code 0", false},
    {"is killed by", "should be killed by SIGKILL", false},
    {"should be killed by", "should be killed by SIGKILL", false},
    {"begins ", "begins: ...", false},
    {"completes ", "completes within 5s", false},
};

static const char *const verbs[] = {
    "starts",     "is running", "are running",
    "stops",      "restarts",   "is killed",
    "are killed", "crashes",    "is paused",
    "are paused", "resumes",    "should still be running",
    "completes",  "restart",    "should not be running",
};

/* Lower case, single blanks, without punctuation at the end. */
static size_t normalize(struct gh_str text, char out[LONGEST + 1])
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' && (!len || out[len - 1] == ' '))
            continue;
        if (len == LONGEST)
            return 0;
        out[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    while (len && strchr(" .!;,", out[len - 1]))
        len--;
    out[len] = '\0';
    return len;
}

static const char *last_word(const char *text)
{
    const char *blank = strrchr(text, ' ');
    return blank ? blank + 1 : text;
}

/* Short words are near each other by chance; so are those that begin with
 * another letter: "is filled". */
static bool is_slip(const char *said, const char *verb)
{
    size_t len = strlen(verb);
    if (len < 6 || *said != *verb || *last_word(said) != *last_word(verb))
        return false;
    return gh_distance(gh_str_of(said), gh_str_of(verb)) <=
           (len < 12 ? 1u : 2u);
}

static const char *meant_verb(struct gh_str rest, bool *slip)
{
    char said[LONGEST + 1];
    if (!normalize(rest, said))
        return NULL;
    *slip = true;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
        if (!strcmp(said, verbs[i]) || is_slip(said, verbs[i]))
            return verbs[i];
    }
    *slip = false;
    for (size_t i = 0; i < sizeof(other_words) / sizeof(*other_words); i++) {
        const char *words = other_words[i].said;
        if (!strcmp(said, words) ||
            (!other_words[i].alone && !strncmp(said, words, strlen(words))))
            return other_words[i].meant;
    }
    return NULL;
}

static bool starts_with_digit(struct gh_str text)
{
    if (text.len > 1 && *text.ptr == '\'')
        text.ptr++;
    return text.len && *text.ptr >= '0' && *text.ptr <= '9';
}

/* "5 the 'writer' process ...": a number, and who is meant right behind. */
static bool lacks_unit(struct gh_str text)
{
    static const char *const words[] = {"the", "all", "each", "a", "another"};
    struct gh_str rest;
    while (text.len && ((*text.ptr >= '0' && *text.ptr <= '9') ||
                        strchr(".'", *text.ptr))) {
        text.ptr++;
        text.len--;
    }
    if (!text.len || *text.ptr != ' ')
        return false;
    text = gh_utf8_trim(text);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (mp_words_skip(text, words[i], &rest))
            return true;
    }
    return false;
}

/* "wait 2 seconds", "waits for 2 s", "2 seconds have passed". */
static bool is_wait(struct gh_str text)
{
    struct gh_str rest;
    char said[LONGEST + 1];
    if (mp_words_skip(text, "wait", &rest) ||
        mp_words_skip(text, "waits", &rest) ||
        mp_words_skip(text, "sleep", &rest)) {
        mp_words_skip(rest, "for", &rest);
        return starts_with_digit(rest) && rest.len < LONGEST &&
               memchr(rest.ptr, 's', rest.len);
    }
    return starts_with_digit(text) && normalize(text, said) &&
           strstr(said, " second") && strstr(said, " pass");
}

/* "The 'writer' process starts", "'writer' process starts": a name that does
 * not lead the step only because of what stands before it. */
static bool find_leading(const struct gh_regex *pattern, struct gh_str text,
                         struct gh_arena *arena, struct gh_str *fixed,
                         struct mp_phrase *phrase)
{
    bool capital = *text.ptr >= 'A' && *text.ptr <= 'Z';
    struct mp_buf words = {0};
    mp_buf_append_text(&words, capital ? "" : "the ");
    mp_buf_append(&words, text.ptr, text.len);
    if (capital)
        *words.data += 'a' - 'A';
    *phrase = mp_words_phrase(pattern, (struct gh_str){words.data, words.len});
    bool found =
        phrase->kind != MP_PHRASE_INSIDE && phrase->kind != MP_PHRASE_NONE;
    if (found) { /* what was found has to last */
        *fixed = gh_str_of(
            gh_arena_copy(arena, (struct gh_str){words.data, words.len}));
        *phrase = mp_words_phrase(pattern, *fixed);
    }
    mp_buf_finish(&words);
    return found;
}

/* The step of mprun, in the arena; NULL: none is near. */
static const char *near_builtin(const struct mp_near_request *request,
                                struct gh_str text, struct mp_phrase phrase,
                                struct gh_arena *arena, bool *slip)
{
    struct gh_str after;
    *slip = *text.ptr == 'W';
    if ((mp_words_skip(text, "within", &after) ||
         mp_words_skip(text, "Within", &after)) &&
        starts_with_digit(after)) {
        *slip = *slip || lacks_unit(after);
        return "within 5s ...";
    }
    *slip = false;
    if (phrase.kind == MP_PHRASE_NONE && is_wait(text))
        return "wait for 2 seconds";
    if ((phrase.kind == MP_PHRASE_INSIDE || phrase.kind == MP_PHRASE_NONE) &&
        !find_leading(request->pattern, text, arena, &text, &phrase))
        return NULL;
    const char *verb = meant_verb(phrase.rest, slip);
    if (!verb)
        return NULL;
    struct gh_str front = {text.ptr, (size_t)(phrase.rest.ptr - text.ptr)};
    front = gh_utf8_trim(front);
    return gh_arena_format(arena, "%.*s %s", GH_STR_ARG(front), verb);
}

static const char *near_alias(const struct mp_config *config,
                              struct gh_str text)
{
    char said[LONGEST + 1], key[LONGEST + 1];
    if (!config->alias_count || !normalize(text, said))
        return NULL;
    for (size_t i = 0; i < config->alias_count; i++) {
        const char *alias = config->aliases[i].key;
        if (normalize(gh_str_of(alias), key) &&
            gh_distance(gh_str_of(said), gh_str_of(key)) <= 1)
            return alias;
    }
    return NULL;
}

/* Is that text one that mprun reads, as the config stands? */
static bool is_ours(const struct mp_near_request *request, const char *text)
{
    struct mp_reading reading =
        mp_reading_make(request->config, request->pattern, gh_str_of(text));
    return reading.builtin || reading.within_ms;
}

static bool find_builtin(const struct mp_near_request *request,
                         struct gh_str text, const struct mp_phrase *phrase,
                         struct gh_arena *arena, struct mp_near *near)
{
    bool slip;
    const char *meant = near_builtin(request, text, *phrase, arena, &slip);
    if (!meant || !is_ours(request, meant))
        return false;
    *near = (struct mp_near){
        meant, "nearly a step of mprun, but not one: it goes to a server",
        slip};
    return true;
}

static bool knows(const struct mp_near_request *request, struct gh_str name)
{
    return request->knows && request->knows(request->self, name);
}

#define WRONG_NOUN                                                             \
    "this names no process: the word after a name is `process` or "            \
    "`processes`, in small letters"

static bool has_usual_pattern(const struct mp_near_request *request)
{
    return !strcmp(request->config->process_pattern, MP_CONFIG_PROCESS_PATTERN);
}

/* "the 'reader' process asks the 'writer' Process": what stands behind the
 * first name is the server's own, unless it is a process for sure. */
static bool find_other_name(const struct mp_near_request *request,
                            struct gh_str text, const struct mp_phrase *phrase,
                            struct gh_arena *arena, struct mp_near *near)
{
    struct mp_near_name found;
    int front = (int)(phrase->rest.ptr - text.ptr);
    if (!has_usual_pattern(request) ||
        !mp_near_name_find(phrase->rest, arena, &found) || !found.noun ||
        !knows(request, found.name))
        return false;
    const char *meant =
        gh_arena_format(arena, "%.*s%s", front, text.ptr, found.meant);
    *near = (struct mp_near){meant, WRONG_NOUN, true};
    return true;
}

/* "the \"writer\" process starts", "the writer process starts". */
static bool find_name(const struct mp_near_request *request, struct gh_str text,
                      struct gh_arena *arena, struct mp_near *near)
{
    struct mp_near_name found;
    if (!has_usual_pattern(request) || !mp_near_name_find(text, arena, &found))
        return false;
    const char *meant = found.meant;
    struct gh_str fixed = gh_str_of(meant);
    struct mp_phrase phrase = mp_words_phrase(request->pattern, fixed);
    bool ours = is_ours(request, meant);
    bool nearly = !ours && find_builtin(request, fixed, &phrase, arena, near) &&
                  near->slip;
    if (nearly)
        meant = near->meant;
    else if (found.noun && phrase.kind == MP_PHRASE_INSIDE &&
             *fixed.ptr == 'T' &&
             find_leading(request->pattern, fixed, arena, &fixed, &phrase))
        meant = fixed.ptr;
    if (found.bare && !ours && !nearly && !knows(request, found.name))
        return false;
    *near = (struct mp_near){
        meant,
        found.noun ? WRONG_NOUN
                   : "a process's name stands in single quotes; this one is "
                     "none",
        true};
    return true;
}

bool mp_near_find(const struct mp_near_request *request, struct gh_str text,
                  const struct mp_phrase *phrase, struct gh_arena *arena,
                  struct mp_near *near)
{
    bool leads =
        phrase->kind != MP_PHRASE_NONE && phrase->kind != MP_PHRASE_INSIDE;
    const char *alias = near_alias(request->config, text);
    if (!text.len)
        return false;
    if (alias && !request->names_only) {
        *near = (struct mp_near){
            alias, "nearly one of steps.aliases, but not one", true};
        return true;
    }
    return (leads ? find_other_name(request, text, phrase, arena, near)
                  : find_name(request, text, arena, near)) ||
           (!request->names_only &&
            find_builtin(request, text, phrase, arena, near));
}
