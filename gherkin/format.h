/*
 * The canonical layout of a feature file.
 *
 * A document becomes text again: two spaces for each level, one blank line in
 * front of each title, tables aligned by their width on a terminal. What the
 * file says stays: keywords as written, names, steps, cells with their
 * escapes, doc strings to the letter, free text (moved as a whole), comments
 * at their places, also those behind tags, and the lines that tags are on.
 * Between steps and around comments one blank line stays where there were
 * any; it decides what a comment belongs to: to the line above where it
 * touches only that one, else to what comes next.
 *
 * Line ends are those of the file's first line; there is no byte-order mark
 * and one line end at the end. Formatting a second time changes nothing, and
 * the pickles are those of the file. It takes time and memory linear in the
 * file: a table that alignment would make many times as large is not aligned.
 *
 * Markdown is not formatted: there the layout is the author's. Nothing here
 * reads or writes files.
 */
#ifndef GHERKIN_FORMAT_H
#define GHERKIN_FORMAT_H

#include "gherkin/gherkin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The text in canonical layout, NUL-terminated; *length without the NUL. The
 * caller frees it (gh_free). NULL where the document has errors or is
 * Markdown. */
char *gh_format_document(const struct gh_document *document, size_t *length);

/* Whether the text has no errors and the same pickles as the document: names,
 * tags, steps, arguments. For whoever overwrites a file. */
bool gh_format_keeps(const struct gh_document *document, const char *text,
                     size_t length);

#ifdef __cplusplus
}
#endif

#endif
