/*
 * config-tree FILE: what mprun's own reader sees in a configuration, as one
 * JSON object, for test_schema.py.
 *
 *   tree     the file as JSON, scalars by YAML's core schema; null after an
 *            error of syntax
 *   places   [line, column, [key, ...]] of each key and value
 *   faults   "LINE:COLUMN: text" of each error that mp_config_load finds
 *
 * The environment has HOME only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gherkin/jsonw.h"
#include "runner/base/buf.h"
#include "runner/base/fs.h"
#include "runner/config/config.h"
#include "runner/config/options_json.h"

static char home[] = "HOME=/home/ada";
static char *const environment[] = {home, NULL};

/* Twice each "$", so that nothing is expanded. */
static struct gh_str without_variables(struct gh_str text,
                                       struct gh_arena *arena)
{
    char *out = gh_arena_alloc(arena, text.len * 2 + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[length++] = text.ptr[i];
        if (text.ptr[i] == '$')
            out[length++] = '$';
    }
    return (struct gh_str){out, length};
}

static void write_path(struct gh_jsonw *w, const struct mp_yaml_node *node)
{
    if (!node->parent)
        return;
    write_path(w, node->parent);
    if (node->key) {
        gh_jsonw_cstring(w, node->key->text);
        return;
    }
    int64_t index = 0;
    for (const struct mp_yaml_node *n = node->parent->first; n != node;
         n = n->next)
        index++;
    gh_jsonw_int(w, index);
}

static void write_place(struct gh_jsonw *w, const struct mp_yaml_node *at,
                        const struct mp_yaml_node *node)
{
    gh_jsonw_array_begin(w);
    gh_jsonw_int(w, at->line);
    gh_jsonw_int(w, at->column);
    gh_jsonw_array_begin(w);
    write_path(w, node);
    gh_jsonw_array_end(w);
    gh_jsonw_array_end(w);
}

/* The parser limits the depth. */
static void write_places(struct gh_jsonw *w, const struct mp_yaml_node *node)
{
    if (node->key)
        write_place(w, node->key, node);
    write_place(w, node, node);
    for (const struct mp_yaml_node *n = node->first; n; n = n->next)
        write_places(w, n);
}

static void write_tree(struct gh_jsonw *w, const char *path,
                       struct gh_str bytes, struct gh_arena *arena)
{
    size_t length = strlen(path);
    bool json = length > 5 && !strcmp(path + length - 5, ".json");
    struct mp_config config = {.path = path};
    struct mp_config_reader reader = {
        .config = &config, .arena = arena, .faults = {.path = path}};
    const struct mp_yaml_node *plain =
        mp_yaml_parse(bytes, json, arena, &reader.faults);
    const struct mp_yaml_node *root = mp_yaml_parse(
        without_variables(bytes, arena), json, arena, &reader.faults);
    gh_jsonw_key(w, "tree");
    if (root && plain)
        gh_jsonw_raw(w, gh_str_of(mp_options_json(&reader, root)));
    else
        gh_jsonw_null(w);
    gh_jsonw_key(w, "places");
    gh_jsonw_array_begin(w);
    if (plain)
        write_places(w, plain);
    gh_jsonw_array_end(w);
    struct mp_errors ignored = {0};
    mp_faults_flush(&reader.faults, &ignored);
    mp_errors_finish(&ignored);
}

static void write_faults(struct gh_jsonw *w, const char *path)
{
    struct mp_config config;
    struct mp_errors errors = {0};
    mp_config_load(path, environment, &config, &errors);
    gh_jsonw_key(w, "faults");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < errors.count; i++) {
        if (!errors.list[i].warning)
            gh_jsonw_cstring(w, errors.list[i].text + strlen(path) + 1);
    }
    gh_jsonw_array_end(w);
    mp_errors_finish(&errors);
    mp_config_finish(&config);
}

int main(int argc, char **argv)
{
    struct mp_buf bytes = {0};
    struct gh_arena arena = {0};
    struct gh_jsonw w;
    if (argc != 2 || !mp_fs_read(argv[1], 1 << 20, &bytes)) {
        fprintf(stderr, "usage: config-tree FILE\n");
        return 2;
    }
    gh_jsonw_init(&w);
    gh_jsonw_object_begin(&w);
    write_tree(&w, argv[1], (struct gh_str){mp_buf_text(&bytes), bytes.len},
               &arena);
    write_faults(&w, argv[1]);
    gh_jsonw_object_end(&w);
    struct gh_str text = gh_jsonw_text(&w);
    printf("%.*s\n", GH_STR_ARG(text));
    gh_jsonw_finish(&w);
    gh_arena_finish(&arena);
    mp_buf_finish(&bytes);
    return 0;
}
