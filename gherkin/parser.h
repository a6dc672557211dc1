/*
 * From lines to a document: one pass, one state for each place of the
 * grammar, no recursion and no second look at a line, except that the first
 * of several lines of tags is read ahead to see whose tags they are.
 *
 * A line that may not stand where it stands is an error and is left out; the
 * state stays, so that every further error of the file is found too. The
 * errors come out in order of place.
 */
#ifndef GHERKIN_PARSER_H
#define GHERKIN_PARSER_H

#include "gherkin/document.h"

/* Fills the document, whose bytes, length and markdown are set, with its
 * items and errors. */
void gh_parser_run(struct gh_document *document);

#endif
