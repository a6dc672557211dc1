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

/* One parseError message. */
void gh_messages_write_error(struct gh_jsonw *w, const char *uri,
                             const struct gh_error *error);

#endif
