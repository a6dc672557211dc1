/*
 * Gherkin: from the bytes of a feature file to its document and its pickles.
 *
 * gh_document_parse reads one file (plain Gherkin, or Markdown with Gherkin
 * where the uri ends in ".md") in one pass and never fails: what is wrong
 * with the file is in the list of its errors, all of them, in order of place,
 * with the official parser's messages. A document with errors has no pickles.
 *
 * The document keeps places in the bytes, not copies of them: the bytes are
 * borrowed until gh_document_destroy. A text is made when it is asked for,
 * in an arena of the caller, and often it is a part of the bytes themselves.
 * A document does not change after parsing, so that any number of readers
 * may walk it.
 *
 * Its nodes stand in one list in the order of the file (a feature, then what
 * is in it, and so on): node.end is the index after the last one inside, so
 * that a loop walks the tree and skips branches without recursion. Pickles
 * are the scenarios that one runs, as the Gherkin reference makes them
 * (backgrounds in front, outlines one row at a time, tags inherited).
 *
 * Lines and columns count from 1, columns in code points.
 */
#ifndef GHERKIN_GHERKIN_H
#define GHERKIN_GHERKIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gherkin/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gh_location {
    uint32_t line;   /* 1-based */
    uint32_t column; /* 1-based, in code points; 0 = the whole line */
};

/* One located error of a file. message is the official parser's text without
 * its "(line:column): "; remedy is NULL or a sentence that helps. */
struct gh_error {
    struct gh_location at;
    const char *message;
    const char *remedy;
};

struct gh_document; /* opaque: one parsed file, its tree and errors */

/* Parses; never NULL. bytes are borrowed until destroy; uri is copied. */
struct gh_document *gh_document_parse(const char *uri, const char *bytes,
                                      size_t length);

struct gh_parse_options {
    /* A "# language: de-DE" is read as the language that was meant, with a
     * warning, and English keywords are understood in any language. */
    bool lenient;
};

/* The same with options, borrowed during the call. */
struct gh_document *
gh_document_parse_with(const char *uri, const char *bytes, size_t length,
                       const struct gh_parse_options *options);
/* What a lenient parser let pass, in order of place. Borrowed. */
size_t gh_document_warnings(const struct gh_document *document,
                            const struct gh_error **warnings);
/* All errors in order of place; 0 when the file is good. Borrowed. */
size_t gh_document_errors(const struct gh_document *document,
                          const struct gh_error **errors);
/* Accepts NULL. */
void gh_document_destroy(struct gh_document *document);

/* -- The document ------------------------------------------------------- */

enum gh_node_kind {
    GH_NODE_FEATURE,
    GH_NODE_RULE,
    GH_NODE_BACKGROUND,
    GH_NODE_SCENARIO,
    GH_NODE_EXAMPLES,
    GH_NODE_STEP,
};

enum gh_keyword_type { /* of a step's keyword, And and But not resolved */
                       GH_KEYWORD_NONE,
                       GH_KEYWORD_UNKNOWN,
                       GH_KEYWORD_CONTEXT,
                       GH_KEYWORD_ACTION,
                       GH_KEYWORD_OUTCOME,
                       GH_KEYWORD_CONJUNCTION,
};

/* A node as one looks at it; the texts are parts of the document's bytes. */
struct gh_node {
    enum gh_node_kind kind;
    enum gh_keyword_type keyword_type; /* NONE for anything but a step */
    struct gh_location at;
    struct gh_str keyword; /* "Scenario Outline", "Given " */
    struct gh_str text;    /* the name, or the text of a step */
    uint32_t end;          /* index after the last node inside */
    uint32_t row_count;    /* of a step's or an Examples' table */
    uint32_t tag_count;
    bool has_description;
    bool has_doc_string;
    bool doc_string_first; /* where a step has a table too */
};

struct gh_tag {
    struct gh_str name; /* with its @ */
    struct gh_location at;
};

struct gh_cell {
    struct gh_str value; /* unescaped */
    struct gh_location at;
};

struct gh_row {
    struct gh_location at;
    const struct gh_cell *cells;
    size_t cell_count;
};

struct gh_doc_node { /* a doc string as the document has it */
    struct gh_location at;
    struct gh_str delimiter;
    struct gh_str media_type; /* len 0: none */
    struct gh_str content;    /* unindented and unescaped */
};

struct gh_comment {
    struct gh_str text; /* the whole line with its indentation */
    struct gh_location at;
};

/* The uri as it was given. Borrowed. */
const char *gh_document_uri(const struct gh_document *document);
/* The language of the feature, such as "en". Borrowed. */
struct gh_str gh_document_language(const struct gh_document *document);
/* Whether it was read as Markdown. */
bool gh_document_is_markdown(const struct gh_document *document);
/* The bytes without a byte-order mark. Borrowed. */
struct gh_str gh_document_source(const struct gh_document *document);
/* The number of nodes; 0 where the file has no feature. The first one is the
 * feature. */
uint32_t gh_document_node_count(const struct gh_document *document);
/* The node of that index (less than the count). */
struct gh_node gh_document_node(const struct gh_document *document,
                                uint32_t index);
/* The free text under a title line; len 0 where there is none. */
struct gh_str gh_document_description(const struct gh_document *document,
                                      uint32_t index, struct gh_arena *arena);
/* The tags of a node, in the arena; NULL where there are none. */
const struct gh_tag *gh_document_tags(const struct gh_document *document,
                                      uint32_t index, struct gh_arena *arena);
/* Row number 0 to row_count - 1 of the node's table, in the arena. */
struct gh_row gh_document_row(const struct gh_document *document,
                              uint32_t index, uint32_t number,
                              struct gh_arena *arena);
/* The doc string of a step that has one; contents in the arena. */
struct gh_doc_node gh_document_doc_string(const struct gh_document *document,
                                          uint32_t index,
                                          struct gh_arena *arena);
/* The comments of the file. */
uint32_t gh_document_comment_count(const struct gh_document *document);
struct gh_comment gh_document_comment(const struct gh_document *document,
                                      uint32_t index);

/* -- Pickles ------------------------------------------------------------ */

enum gh_step_type { /* of a pickle's step: And and But resolved */
                    GH_STEP_UNKNOWN,
                    GH_STEP_CONTEXT,
                    GH_STEP_ACTION,
                    GH_STEP_OUTCOME,
};

enum gh_level {
    GH_LEVEL_FEATURE,
    GH_LEVEL_RULE,
    GH_LEVEL_SCENARIO,
    GH_LEVEL_EXAMPLES,
};

struct gh_pickle_tag {
    struct gh_str name; /* with its @ */
    struct gh_location at;
    enum gh_level level; /* where it was written */
};

struct gh_table {
    uint32_t rows, columns;
    const struct gh_str *cells; /* row by row */
};

struct gh_doc_string {
    struct gh_str content;
    struct gh_str media_type; /* len 0: none */
};

struct gh_pickle_step {
    struct gh_str text;
    struct gh_str keyword; /* as written, with its space: "Given " */
    enum gh_step_type type;
    struct gh_location at;
    bool background;
    const struct gh_table *table;           /* NULL: none */
    const struct gh_doc_string *doc_string; /* NULL: none */
    bool doc_string_first;                  /* order where both are there */
    uint32_t node;                          /* index in the document */
};

/* A scenario, or one row of an outline. All spans and arrays are borrowed and
 * valid until the next call of gh_pickles_next or gh_pickles_destroy. */
struct gh_pickle {
    struct gh_str name;
    struct gh_str language;
    struct gh_str feature_name;
    struct gh_str rule_name;     /* len 0: none */
    struct gh_str scenario_name; /* as written, placeholders kept */
    struct gh_location at;       /* of the row for an outline */
    struct gh_location scenario_at;
    uint32_t ordinal;         /* 1-based in the document */
    uint32_t examples_number; /* 1-based in the outline, 0: no outline */
    uint32_t row_number;      /* 1-based in the Examples, 0: no outline */
    const struct gh_pickle_tag *tags; /* inherited ones first */
    size_t tag_count;
    const struct gh_pickle_step *steps; /* background steps first */
    size_t step_count;
    uint32_t rule_node; /* indexes in the document; 0: none */
    uint32_t scenario_node;
    uint32_t examples_node;
};

struct gh_pickles; /* an iterator: outline rows are expanded one at a time */

/* The document must outlive the iterator. */
struct gh_pickles *gh_pickles_create(const struct gh_document *document);
/* Fills the next pickle; false when there are no more. */
bool gh_pickles_next(struct gh_pickles *pickles, struct gh_pickle *pickle);
/* Accepts NULL. */
void gh_pickles_destroy(struct gh_pickles *pickles);

#ifdef __cplusplus
}
#endif

#endif
