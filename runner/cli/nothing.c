#include "runner/cli/nothing.h"

#include <stdio.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/model/status.h"

struct known_tags {
    struct mp_setup setup; /* the plan of everything: owns the texts */
    const char **list;
    size_t count;
};

static bool is_known(const struct known_tags *known, const char *name)
{
    for (size_t i = 0; i < known->count; i++) {
        if (!strcmp(known->list[i], name))
            return true;
    }
    return false;
}

static void add_tags(struct known_tags *known,
                     const struct mp_scenario *scenario)
{
    for (size_t i = 0; i < scenario->tag_count; i++) {
        const char *name = scenario->tags[i].name;
        if (is_known(known, name))
            continue;
        known->list =
            gh_realloc(known->list, (known->count + 1) * sizeof(*known->list));
        known->list[known->count++] = name;
    }
}

/* Texts of the configuration stay with the setup that is given. */
static void find_tags(const struct mp_setup *setup,
                      const struct mp_options *options,
                      struct mp_errors *errors, struct known_tags *known)
{
    known->setup.options = (struct mp_options *)options;
    known->setup.errors = errors;
    known->setup.config = setup->config;
    known->setup.shard.made = true; /* of everything */
    mp_setup_plan(&known->setup);
    for (size_t i = 0; i < known->setup.plan.scenario_count; i++)
        add_tags(known, known->setup.plan.scenarios[i]);
}

/* Tags that mprun reads count in more spellings than they are written in. */
static bool is_own_tag(const char *word)
{
    return strchr(word, ':') != NULL;
}

static void tell_word(const struct known_tags *known, const char *word)
{
    char with_at[256];
    snprintf(with_at, sizeof(with_at), "@%s", word);
    if (word[0] != '@') {
        fprintf(stderr,
                "mprun: --tags: '%s' is no tag, a tag begins with @: did you "
                "mean '%s'?\n",
                word, with_at);
        return;
    }
    if (is_known(known, word) || is_own_tag(word))
        return;
    const char *near = NULL; /* of a short word nearly everything is near */
    if (strlen(word) > 3)
        near = mp_nearest(word, known->list, known->count);
    fprintf(stderr, "mprun: --tags: no scenario has the tag '%s'%s%s%s\n", word,
            near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void tell_expression(const struct known_tags *known,
                            const char *expression)
{
    static const char *const operators[] = {"and", "or", "not"};
    static const char apart[] = " \t\r\n()";
    char word[200];
    for (const char *p = expression + strspn(expression, apart); *p;
         p += strspn(p, apart)) {
        size_t length = strcspn(p, apart);
        snprintf(word, sizeof(word), "%.*s",
                 (int)(length < sizeof(word) ? length : sizeof(word) - 1), p);
        bool plain = !strchr(word, '\\');
        for (size_t i = 0; i < 3; i++)
            plain = plain && strcmp(word, operators[i]) != 0;
        if (plain)
            tell_word(known, word);
        p += length;
    }
}

static void tell_tags(struct mp_setup *setup)
{
    struct known_tags known = {0};
    struct mp_errors unheard = {0};
    struct mp_options everything = *setup->options;
    const struct mp_text_list *tags = &setup->options->tags;
    everything.tags = everything.names = (struct mp_text_list){0};
    find_tags(setup, &everything, &unheard, &known);
    for (size_t i = 0; i < tags->count; i++)
        tell_expression(&known, tags->list[i]);
    gh_free(known.list);
    mp_plan_finish(&known.setup.plan);
    mp_errors_finish(&unheard);
}

bool mp_nothing_of_shard(const struct mp_plan *plan)
{
    return plan->part.total && plan->part.whole_count;
}

int mp_nothing_tell(struct mp_setup *setup)
{
    const struct mp_options *options = setup->options;
    size_t left_out = setup->plan.left_out_count;
    bool in_plan = options->command == MP_COMMAND_PLAN || options->dry_run;
    bool told = in_plan && !options->list;
    if (options->last_failed && !setup->failed.keys.count)
        fprintf(stderr,
                "mprun: --last-failed: nothing failed in the last run, %s\n",
                setup->failed.run_id);
    else if (left_out)
        fprintf(stderr,
                "mprun: nothing was selected: %zu left out by tags, names, "
                "lines or platforms%s\n",
                left_out,
                told ? "" : "; `mprun plan` with the same words tells why");
    else
        fprintf(stderr, "mprun: nothing was selected: there is no scenario "
                        "in what was given\n");
    if (left_out && options->tags.count && !options->last_failed)
        tell_tags(setup);
    return options->allow_empty ? MP_EXIT_OK : MP_EXIT_NOTHING;
}
