/*
 * A feature file as Cucumber Messages, one JSON object a line.
 *
 * For a good file: source, gherkinDocument and a pickle for each scenario or
 * row; for a bad one: source and a parseError for each of its errors. Ids
 * count up from "0" through all files that share a gh_ids, in the order in
 * which the official parsers give them (rows before their step, children
 * before their parent). Nothing is kept between files, and of one file only
 * its document: lines go out as they are made.
 *
 * Rule: the schemas of cucumber/messages, and the expected data of
 * cucumber/gherkin.
 */
#ifndef GHERKIN_MESSAGES_H
#define GHERKIN_MESSAGES_H

#include "gherkin/jsonw.h"

/* Parses the bytes and writes the messages. Returns whether the file is
 * good. */
bool gh_messages_write(struct gh_jsonw *w, const char *uri, const char *bytes,
                       size_t length, const struct gh_messages_options *options,
                       struct gh_ids *ids);

/* The same for a document that is there already (its bytes are the source).
 */
void gh_messages_write_document(struct gh_jsonw *w,
                                const struct gh_document *document,
                                const struct gh_messages_options *options,
                                struct gh_ids *ids);

/* A pickle that is played several times, each time as a pickle of its own. */
struct gh_pickle_copy {
    uint64_t id;          /* of the pickle: filled in */
    uint64_t first_step;  /* id of its first step, the others follow: filled
                             in */
    struct gh_str suffix; /* of its name */
    const struct gh_str *tags; /* besides those that are written */
    size_t tag_count;
    size_t node; /* which of its scenario's nodes it is made of, from 0 */
};

/* next asks for the next copy of the pickle; false: there is no further one,
 * and the ids are not used. Called at least once for each pickle.
 *
 * Formatters show nodes of the document, so that copies which share one look
 * like one. nodes tells as how many a scenario is written (0 counts as 1), one
 * after the other, where from and to are the first line of it and its last that
 * a pickle may have; suffix what the name of each ends in. nodes is called
 * before suffixes and pickles of a scenario are asked for. */
struct gh_pickle_copies {
    bool (*next)(void *user, const struct gh_pickle *pickle,
                 struct gh_pickle_copy *copy);
    size_t (*nodes)(void *user, uint32_t from, uint32_t to);
    struct gh_str (*suffix)(void *user, size_t node);
    void *user;
};

/* source, gherkinDocument and the pickles that copies asks for. */
void gh_messages_write_copies(struct gh_jsonw *w,
                              const struct gh_document *document,
                              const struct gh_pickle_copies *copies,
                              struct gh_ids *ids);

/* One parseError message. */
void gh_messages_write_error(struct gh_jsonw *w, const char *uri,
                             const struct gh_error *error);

#endif
