/*
 * Inside mp_plan_make: what its files share. A planner goes through the files
 * one by one and through the pickles of each:
 *
 *   plan.c       flags, files, documents, their errors
 *   places.c     which lines and combinations of a file were asked for
 *   scenario.c   a pickle's head, tags and times; is it selected?
 *   platforms.c  which platforms may play a process: config, flags, tags
 *   bound.c      tags bound to one process or to one member
 *   cases.c      combinations, ids, keys, skipped and left out ones
 *
 * Members below `file` are of the file at hand and begin anew with each.
 * `errors` are those of the document at hand: plan.c hands them on, sorted by
 * place and without those that several pickles share. What stays is in the
 * plan's arena. Nothing here is used outside of runner/plan.
 */
#ifndef RUNNER_PLAN_PLANNER_H
#define RUNNER_PLAN_PLANNER_H

#include "runner/plan/collect.h"
#include "runner/plan/plan.h"
#include "runner/plan/route.h"
#include "runner/plan/select.h"
#include "runner/plan/tags.h"

/* --process writer=python,c */
struct mp_process_filter {
    struct gh_str process; /* len 0: could not be read */
    const struct mp_platform **platforms;
    size_t platform_count;
    bool used;
};

/* A line of a target, or the whole file where it has none (line 0). */
struct mp_place_asked {
    uint32_t line;
    size_t target; /* of the file */
    bool found;
};

struct mp_places {
    struct mp_place_asked *list; /* sorted by line */
    size_t count;
    struct {           /* of each target */
        bool reached;  /* a pickle of it is selected */
        bool has_case; /* with its combination */
    } * targets;
    size_t *leading; /* targets that ask for the pickle at hand */
    size_t leading_count;
    bool any_combination; /* one of them asks for all combinations */
};

/* A @platform: tag that is bound to a process, seen in this file. */
struct mp_bound_tag {
    struct gh_location at;
    const char *text;    /* as written */
    const char *process; /* as in the tag */
    const char *near;    /* the nearest name in its scenarios */
    bool used;
};

/* Scenarios of one file with the same rule and name get ordinals. */
struct mp_same_name {
    uint64_t hash; /* of rule and name, 0: free slot */
    uint32_t line; /* of the last such scenario */
    uint32_t count;
};

struct mp_planner {
    const struct mp_plan_request *request;
    const struct mp_config *config;
    struct mp_plan *plan;
    struct gh_arena *arena;
    struct mp_errors *errors;
    struct mp_patterns patterns;
    struct mp_filter filter;
    struct mp_targets targets;
    struct mp_feature_files files;
    struct mp_process_filter *process_filters;
    const struct mp_platform **allowed; /* of --platform, NULL: all */
    size_t allowed_count;
    struct mp_case *cases;
    struct mp_left_out *left_out;
    size_t case_capacity, scenario_capacity, left_capacity;
    uint64_t *stems; /* hashes of those given out, 0: free slot */
    size_t stem_capacity, stem_count;

    const struct mp_feature_file *file;
    const struct gh_document *document;
    const char *stem; /* of scenario ids */
    const char *key;  /* the path in keys of cases */
    struct mp_places places;
    struct mp_same_name *same_names;
    size_t same_capacity, same_count;
    struct mp_bound_tag *bound;
    size_t bound_count, bound_capacity;
    uint32_t *scenario_lines; /* ascending */
    size_t line_count, line_capacity;
};

/* places.c */
void mp_places_begin(struct mp_planner *planner);
/* The reason why the pickle was not asked for, NULL: it was. */
const char *mp_places_reason(struct mp_planner *planner,
                             const struct gh_pickle *pickle);
/* Was the combination asked for, for the pickle at hand? */
bool mp_places_wants(struct mp_planner *planner, const char *combination);
/* The pickle at hand was selected. */
void mp_places_reached(struct mp_planner *planner);
/* Lines and combinations that were asked for and are not there. */
void mp_places_check(struct mp_planner *planner);
void mp_places_finish(struct mp_planner *planner);

/* scenario.c */
void mp_scenario_plan(struct mp_planner *planner,
                      const struct gh_pickle *pickle);

/* platforms.c */
void mp_platforms_read_flags(struct mp_planner *planner);
/* Fills the platforms of each process of the scenario; NULL, or the reason
 * why nobody can play one of them. */
const char *mp_platforms_find(struct mp_planner *planner,
                              const struct mp_tag_demands *demands,
                              const struct mp_scenario *scenario,
                              struct mp_process *processes);
/* Flags that no scenario took up. */
void mp_platforms_check_flags(struct mp_planner *planner);

/* bound.c: members with a tag of their own become processes of their own. */
void mp_bound_split(struct mp_planner *planner,
                    const struct mp_tag_demands *demands,
                    struct mp_scenario *scenario);
/* Does the tag speak of that process of the scenario? */
bool mp_bound_applies(const struct mp_platform_tag *tag,
                      const struct mp_scenario *scenario, size_t process);
void mp_bound_note(struct mp_planner *planner,
                   const struct mp_tag_demands *demands,
                   const struct mp_scenario *scenario);
/* Names of tags that no scenario below them has. */
void mp_bound_check(struct mp_planner *planner);

/* cases.c */
void mp_cases_add(struct mp_planner *planner, struct mp_scenario *scenario,
                  const struct mp_tag_demands *demands, const char *skip);
void mp_cases_leave_out(struct mp_planner *planner, const char *id,
                        const char *reason);

#endif
