/*
 * Nothing is passed over in silence: tags, steps and configs that are right
 * but for a few letters either count or are told of, and the judge is not the
 * code that reads them but the few plain rules here.
 *
 *   tags     one that begins with a word of mprun's counts for what its value
 *            says or is an error at its place, unless it goes on with a
 *            letter or with - _ or . (then it is somebody else's)
 *   steps    a built-in step with one letter wrong is built in, or warned of
 *   configs  an unknown key is named; a duration is read as written or refused
 *            on its line
 *
 * MPRUN_FUZZ_ROUNDS (default 2000; times MPRUN_SOAK) and MPRUN_FUZZ_SEED choose
 * what is played; a failure prints what was read. What breaks becomes a case of
 * tests/data/plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "runner/base/fs.h"
#include "runner/plan/plan.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))
#define MOST        128 /* bytes of what is mutated */

static uint64_t state;
static struct {
    size_t counted, told, others; /* tags */
    size_t builtin, warned;       /* steps */
    size_t taken, refused;        /* of configs */
} seen;

static size_t pick(size_t count)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 11) % count;
}

static unsigned long number(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : otherwise;
}

static unsigned long rounds(void)
{
    return number("MPRUN_FUZZ_ROUNDS", 2000) * number("MPRUN_SOAK", 1);
}

static void seed(unsigned long round)
{
    state =
        (number("MPRUN_FUZZ_SEED", 1) + round) * UINT64_C(0x9e3779b97f4a7c15) +
        1;
    for (int warm = 0; warm < 8; warm++)
        pick(2);
}

/* One letter more, less, other, or two swapped; from is the first that may
 * change. */
static void mutate(char *text, size_t from, const char *letters)
{
    size_t length = strlen(text);
    size_t at = from + (length > from ? pick(length - from) : 0);
    char letter = letters[pick(strlen(letters))];
    switch (pick(4)) {
    case 0:
        if (length + 2 < MOST) {
            memmove(text + at + 1, text + at, length - at + 1);
            text[at] = letter;
        }
        break;
    case 1:
        if (at < length)
            memmove(text + at, text + at + 1, length - at);
        break;
    case 2:
        if (at < length)
            text[at] = letter;
        break;
    default:
        if (at + 1 < length) {
            char swapped = text[at];
            text[at] = text[at + 1];
            text[at + 1] = swapped;
        }
        break;
    }
}

/* --- a folder, a config and a plan --- */

static char folder[] = "/tmp/mprun-oracle-XXXXXX";
static struct mp_config config;

static const char config_text[] =
    "platforms:\n"
    "  c: {command: [x], os: linux, arch: x86_64}\n"
    "  python: {command: [x], os: linux, arch: x86_64, labels: [slow]}\n";

/* A new file each time: one that is written over is flushed to the disk. */
static void write_file(const char *path, const char *text)
{
    unlink(path);
    FILE *file = fopen(path, "wbe");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void load(const char *text, struct mp_config *into,
                 struct mp_errors *errors)
{
    char *environment[] = {NULL};
    write_file("mprun.yaml", text);
    mp_config_load("mprun.yaml", environment, into, errors);
}

static int enter(void **unused)
{
    (void)unused;
    struct mp_errors errors = {0};
    if (!mkdtemp(folder) || chdir(folder))
        return -1;
    load(config_text, &config, &errors);
    mp_errors_finish(&errors);
    return 0;
}

static int leave(void **unused)
{
    (void)unused;
    mp_config_finish(&config);
    return chdir("/") || !mp_fs_remove_tree(folder, NULL) ? -1 : 0;
}

static void plan(const char *feature, struct mp_plan *into,
                 struct mp_errors *errors)
{
    const char *const target[] = {"a.feature"};
    struct mp_plan_request request = {.config = &config,
                                      .targets = target,
                                      .target_count = 1,
                                      .step_timeout_ms = -1,
                                      .scenario_timeout_ms = -1};
    write_file("a.feature", feature);
    mp_plan_make(&request, into, errors);
}

static bool told(const struct mp_errors *errors, const char *place,
                 bool warnings)
{
    for (size_t i = 0; i < errors->count; i++) {
        if ((warnings || !errors->list[i].warning) &&
            strstr(errors->list[i].text, place))
            return true;
    }
    return false;
}

/* --- the judge of tags --- */

/* A number, perhaps with a fraction, and its unit. */
static bool judge_duration(const char *text, bool bare, int64_t *ms)
{
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}};
    char *end;
    if (*text < '0' || *text > '9' ||
        strspn(text, "0123456789.msh") != strlen(text))
        return false;
    double value = strtod(text, &end), factor = 0;
    if (end[-1] == '.' || strpbrk(end, "0123456789."))
        return false;
    for (size_t i = 0; i < COUNT(units); i++) {
        if (!strcmp(end, units[i].unit))
            factor = units[i].factor;
    }
    if (!*end && (bare || value == 0))
        factor = 1;
    *ms = (int64_t)(value * factor + 0.5);
    return factor > 0 && value * factor <= 10 * 24 * 3.6e6;
}

/* Which of c and python the list of labels allows, as bits; 0: none, or it
 * is no list of labels. */
static unsigned judge_labels(const char *list, bool *known)
{
    static const char *const both[] = {"linux", "x86_64", "amd64"};
    static const char *const none[] = {
        "macos",   "windows", "freebsd", "openbsd", "netbsd",  "android",
        "ios",     "solaris", "x86",     "i386",    "i686",    "arm64",
        "aarch64", "arm",     "armv7l",  "riscv64", "ppc64le", "s390x"};
    unsigned allowed = 0;
    *known = true;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ",");
        char label[MOST];
        snprintf(label, sizeof(label), "%.*s", (int)length, at);
        bool found = !strcmp(label, "c") || !strcmp(label, "python") ||
                     !strcmp(label, "slow");
        allowed |= !strcmp(label, "c") ? 1 : found ? 2 : 0;
        for (size_t i = 0; i < COUNT(both); i++) {
            if (!strcmp(label, both[i]))
                found = true, allowed = 3;
        }
        for (size_t i = 0; i < COUNT(none); i++)
            found = found || !strcmp(label, none[i]);
        *known = *known && found;
        at += length;
        if (!*at)
            return allowed;
    }
}

static const char *const words[] = {
    "scenario-timeout", "platform", "timeout", "combinations",
    "serial",           "lock",     "retry"};

/* Is the tag one of mprun's? Then *word is it, and *rest what follows. */
static bool is_ours(const char *tag, const char **word, const char **rest)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        size_t length = strlen(words[i]);
        if (strncmp(tag + 1, words[i], length) != 0)
            continue;
        *word = words[i];
        *rest = tag + 1 + length;
        unsigned char next = (unsigned char)**rest;
        bool letter = (next >= 'a' && next <= 'z') ||
                      (next >= 'A' && next <= 'Z') || next >= 0x80;
        return !letter && !(next && strchr("-_.", next));
    }
    return false;
}

static unsigned platforms_of(const struct mp_scenario *s)
{
    unsigned bits = 0;
    for (size_t i = 0; i < s->processes[0].platform_count; i++)
        bits |= *s->processes[0].platforms[i]->name == 'c' ? 1 : 2;
    return bits;
}

/* Does the scenario do what the tag says? False too where the tag cannot be
 * read: then there must be an error. */
static bool counts(const char *word, const char *rest,
                   const struct mp_scenario *s, const struct mp_plan *p)
{
    int64_t ms;
    bool known;
    const char *value = *rest == ':' ? rest + 1 : NULL;
    if (!strcmp(word, "serial"))
        return !*rest && s->serial;
    if (!value || !*value)
        return false;
    if (!strcmp(word, "timeout"))
        return judge_duration(value, true, &ms) && ms > 0 &&
               s->steps[0].timeout_ms == ms;
    if (!strcmp(word, "scenario-timeout"))
        return judge_duration(value, true, &ms) && ms > 0 &&
               s->timeout_ms == ms;
    if (!strcmp(word, "lock"))
        return s->lock_count == 1 && !strcmp(s->locks[0], value);
    if (!strcmp(word, "retry"))
        return strspn(value, "0123456789") == strlen(value) &&
               s->retries == strtol(value, NULL, 10) && s->retries <= 100;
    if (!strcmp(word, "combinations"))
        return p->case_count == (!strcmp(value, "all")        ? 2
                                 : !strcmp(value, "same")     ? 2
                                 : !strcmp(value, "pairwise") ? 2
                                 : !strcmp(value, "mixed")    ? 1
                                                              : 0);
    bool bound = !strncmp(value, "writer=", 7);
    unsigned allowed = judge_labels(value + (bound ? 7 : 0), &known);
    return known && platforms_of(s) == allowed;
}

static void check_tag(const char *tag)
{
    char feature[2 * MOST];
    struct mp_plan p;
    struct mp_errors errors = {0};
    const char *word, *rest;
    snprintf(feature, sizeof(feature),
             "%s\nFeature: f\n  Scenario: s\n    * the 'writer' process x\n",
             tag);
    plan(feature, &p, &errors);
    bool fine = true, error = told(&errors, "a.feature:1:", false);
    const char *equals = strchr(tag, '=');
    bool ours = is_ours(tag, &word, &rest);
    if (!ours)
        fine = !told(&errors, "a.feature:1:1: @", false);
    else if (!strcmp(word, "platform") && equals && *rest == ':' &&
             strncmp(rest, ":writer=", 8) != 0) /* somebody who is not there */
        fine = told(&errors, "a.feature:1:", true);
    else if (!error)
        fine = p.scenario_count == 1 && counts(word, rest, p.scenarios[0], &p);
    else if (p.scenario_count == 1) /* an error must have a reason */
        fine = !counts(word, rest, p.scenarios[0], &p);
    seen.others += !ours;
    seen.counted += ours && !error;
    seen.told += ours && error;
    if (!fine)
        fail_msg("%s: neither counts nor is told of (%s)", tag,
                 errors.count ? errors.list[0].text : "nothing was said");
    mp_plan_finish(&p);
    mp_errors_finish(&errors);
}

static void tags(void **unused)
{
    (void)unused;
    static const char *const good[] = {
        "@platform:linux",   "@platform:c,python",     "@platform:writer=c",
        "@platform:macos,c", "@platform:writer=slow",  "@timeout:5000",
        "@timeout:5s",       "@timeout:1.5m",          "@scenario-timeout:60s",
        "@combinations:all", "@combinations:pairwise", "@combinations:mixed",
        "@serial",           "@lock:database",         "@retry:2",
        "@retry:15",         "@combinations:same",     "@scenario-timeout:2h"};
    static const char letters[] = "abcdefgilmnoprstuxT059:=.,;-_/()+!*|";
    for (unsigned long i = 0; i < rounds(); i++) {
        char tag[MOST];
        seed(i);
        snprintf(tag, sizeof(tag), "%s", good[pick(COUNT(good))]);
        for (size_t n = pick(4); n > 0; n--)
            mutate(tag, 1, letters);
        if (tag[1])
            check_tag(tag);
    }
    print_message("%zu tags counted, %zu were told of, %zu are not ours\n",
                  seen.counted, seen.told, seen.others);
    size_t few = rounds() / 20;
    assert_true(seen.counted > few && seen.told > few && seen.others > few);
}

/* --- steps --- */

static void check_step(const char *verb, size_t from)
{
    char feature[3 * MOST], text[MOST];
    struct mp_plan p;
    struct mp_errors errors = {0};
    snprintf(text, sizeof(text), "%s", verb);
    mutate(text, from, "abcdefghijklmnopqrstuvwxyz");
    snprintf(feature, sizeof(feature),
             "Feature: f\n  Scenario: s\n    * the 'writer' process x\n"
             "    * the 'writer' process %s\n",
             text);
    plan(feature, &p, &errors);
    bool builtin = p.scenario_count == 1 &&
                   p.scenarios[0]->steps[1].action != MP_ACTION_SEND;
    seen.builtin += builtin;
    seen.warned += !builtin;
    if (!builtin && !told(&errors, "a.feature:4:5: ", true))
        fail_msg("'%s' goes to a server without a word", text);
    mp_plan_finish(&p);
    mp_errors_finish(&errors);
}

/* A wrong first letter of a word makes it another word: not from there. */
static void steps(void **unused)
{
    (void)unused;
    static const struct {
        const char *verb;
        size_t from;
    } verbs[] = {{"starts", 1},
                 {"is running", 4},
                 {"restarts", 1},
                 {"is killed", 4},
                 {"crashes", 1},
                 {"is paused", 4},
                 {"resumes", 1},
                 {"completes", 1},
                 {"should not be running", 15},
                 {"should still be running", 17}};
    for (unsigned long i = 0; i < rounds(); i++) {
        seed(i);
        size_t row = pick(COUNT(verbs));
        check_step(verbs[row].verb, verbs[row].from);
    }
    print_message("%zu steps were built in, %zu were warned of\n", seen.builtin,
                  seen.warned);
    assert_true(seen.warned > rounds() / 2);
}

/* --- configs --- */

/* Lines "indent key: value"; %s takes the key. */
static const struct {
    const char *before, *after;
    const char *keys[20]; /* those that the map has */
} maps[] = {
    {"platforms: {c: {command: x}}\n",
     ": {}\n",
     {"version", "features", "platforms", "processes", "combinations",
      "timeouts", "routing", "steps", "tag_aliases", "secrets", "profiles"}},
    {"platforms: {c: {command: x, ",
     ": 1}}\n",
     {"command", "cwd", "env", "labels", "os", "arch", "available",
      "start_timeout", "on_timeout", "on_crash", "evidence_timeout", "protocol",
      "framing", "undefined_when", "step_type", "isolation", "prestart",
      "options"}},
    {"platforms: {c: {command: x}}\nprocesses: {a: {",
     ": 1}}\n",
     {"platforms", "count"}},
    {"platforms: {c: {command: x}}\ncombinations: {",
     ": x}\n",
     {"strategy", "exclude", "include"}},
    {"platforms: {c: {command: x}}\ntimeouts: {",
     ": 1s}\n",
     {"step", "scenario", "run", "stop", "match"}},
    {"platforms: {c: {command: x}}\nrouting: {",
     ": x}\n",
     {"process", "unaddressed"}},
    {"platforms: {c: {command: x}}\nsteps: {",
     ": x}\n",
     {"builtin", "aliases"}}};

static void check_key(size_t row)
{
    char key[MOST], text[4 * MOST], place[2 * MOST];
    struct mp_config read;
    struct mp_errors errors = {0};
    size_t count = 0;
    while (count < COUNT(maps[row].keys) && maps[row].keys[count])
        count++;
    snprintf(key, sizeof(key), "%s", maps[row].keys[pick(count)]);
    for (size_t n = pick(4); n > 0; n--)
        mutate(key, 0, "abcdefghijklmnopqrstuvwxyz_");
    bool known = false;
    for (size_t i = 0; i < count; i++)
        known = known || !strcmp(maps[row].keys[i], key);
    snprintf(text, sizeof(text), "%s%s%s", maps[row].before, key,
             maps[row].after);
    snprintf(place, sizeof(place), "unknown key '%s'", key);
    load(text, &read, &errors);
    if (*key && told(&errors, place, false) == known)
        fail_msg("the key '%s' is %s:\n%s", key,
                 known ? "refused" : "passed over", text);
    seen.taken += known;
    seen.refused += !known;
    mp_config_finish(&read);
    mp_errors_finish(&errors);
}

static void check_duration(void)
{
    static const char *const good[] = {"30s", "500ms", "1.5m", "2h", "0"};
    char value[MOST], text[4 * MOST];
    struct mp_config read;
    struct mp_errors errors = {0};
    int64_t ms;
    snprintf(value, sizeof(value), "%s", good[pick(COUNT(good))]);
    for (size_t n = pick(4); n > 0; n--)
        mutate(value, 0, "0123456789.msh");
    snprintf(text, sizeof(text), "%stimeouts:\n  step: \"%s\"\n", config_text,
             value);
    load(text, &read, &errors);
    bool right = judge_duration(value, false, &ms);
    if (told(&errors, "mprun.yaml:5:9: ", false) == right ||
        (right && read.step_timeout_ms != ms))
        fail_msg("'%s' is %s", value, right ? "refused" : "taken");
    mp_config_finish(&read);
    mp_errors_finish(&errors);
}

static void configs(void **unused)
{
    (void)unused;
    for (unsigned long i = 0; i < rounds(); i++) {
        seed(i);
        if (pick(3))
            check_key(pick(COUNT(maps)));
        else
            check_duration();
    }
    print_message("%zu keys were taken, %zu refused\n", seen.taken,
                  seen.refused);
    assert_true(seen.taken > rounds() / 20 && seen.refused > rounds() / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags),
        cmocka_unit_test(steps),
        cmocka_unit_test(configs),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
