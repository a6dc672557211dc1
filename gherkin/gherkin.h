/*
 * libgherkin: the one header that programs include.
 *
 *     texts and memory       spans, arenas
 *     the file               bytes to a document, all its errors
 *     the document           walking the tree
 *     pickles                the scenarios that one runs, one at a time
 *     Cucumber Messages      the document and its pickles as NDJSON
 *     layout and lint        canonical text; what is doubtful
 *     tag expressions        "@a and not @b"
 *     parameter types, expressions, suggestions
 *                            step definitions, and one for a step without
 *
 * There is no global state, nothing is read or written but what is passed in,
 * and nothing here calls back later. Objects come from a create or parse and
 * go with the destroy of the same name, which accepts NULL. An object that
 * only is looked at may be shared by threads. Running out of memory ends the
 * program with a message: no caller checks for NULL. Nothing recurses, and
 * nothing takes more than linear time but where a limit is named.
 *
 * The file. gh_document_parse reads one (plain Gherkin, or Markdown with
 * Gherkin where the uri ends in ".md") in one pass and never fails: what is
 * wrong with the file is in the list of its errors, all of them, in order of
 * place, with the official parser's messages. A document with errors has no
 * pickles.
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
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* -- Texts and memory --------------------------------------------------- */

/* A span of UTF-8 text, not NUL-terminated, in memory that somebody else
 * owns. ptr may be NULL when len is 0. */
struct gh_str {
    const char *ptr;
    size_t len;
};

/* The span of a string literal or any NUL-terminated text (borrowed). */
static inline struct gh_str gh_str_of(const char *text)
{
    struct gh_str s = {text, text ? strlen(text) : 0};
    return s;
}

static inline bool gh_str_equal(struct gh_str a, struct gh_str b)
{
    return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

static inline bool gh_str_ends_with(struct gh_str text, const char *ending)
{
    size_t length = strlen(ending);
    return text.len >= length &&
           !memcmp(text.ptr + text.len - length, ending, length);
}

/* For printf: printf("%.*s", GH_STR_ARG(s)). */
#define GH_STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* Memory for what functions give; all of it is freed at once. Starts zeroed
 * ({0}). */
struct gh_arena {
    struct gh_arena_block *block; /* the newest block */
    char *next;                   /* first free byte in it */
    char *end;
    size_t total_bytes; /* asked from the system, for tests and limits */
};

/* Forgets everything but keeps the newest block for use again. */
void gh_arena_reset(struct gh_arena *arena);
/* Frees everything; the arena is zeroed and may be used again. */
void gh_arena_finish(struct gh_arena *arena);
/* Frees what a function gave without an arena. Accepts NULL. */
void gh_free(void *memory);

/* -- The file ----------------------------------------------------------- */

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

/* -- Cucumber Messages --------------------------------------------------- */

/* Of a good file: source, gherkinDocument and a pickle for each scenario or
 * row; of a bad one: source and a parseError for each of its errors. */
struct gh_messages_options {
    bool source, ast, pickles; /* which messages; errors always */
};

/* Ids count up from "0" through all files that share one (start zeroed), in
 * the order in which the official parsers give them. */
struct gh_ids {
    uint64_t next;
};

/* Takes bytes; false stops the writing. */
typedef bool gh_messages_write_bytes(void *user, const char *bytes,
                                     size_t length);

/* Hands the messages of a document on, one JSON object a line, in pieces of
 * some 64 KiB as they are made. False when write_bytes has failed. */
bool gh_messages_send(const struct gh_document *document,
                      const struct gh_messages_options *options,
                      struct gh_ids *ids, gh_messages_write_bytes *write_bytes,
                      void *user);

/* -- Layout and lint ----------------------------------------------------- */

/* The text in canonical layout, NUL-terminated; *length without the NUL. The
 * caller frees it (gh_free). NULL where the document has errors or is
 * Markdown. Keywords, names, cells, doc strings, free text and comments stay
 * what they are; formatting the text again changes nothing. */
char *gh_format_document(const struct gh_document *document, size_t *length);

/* Whether the text has no errors and the same pickles as the document: names,
 * tags, steps, arguments. For whoever overwrites a file. */
bool gh_format_keeps(const struct gh_document *document, const char *text,
                     size_t length);

enum gh_severity {
    GH_SEVERITY_ERROR,
    GH_SEVERITY_WARNING, /* somebody should act on it */
    GH_SEVERITY_NOTE,    /* free: a tool shows it and is content */
};

struct gh_finding {
    struct gh_location at;
    enum gh_severity severity;
    const char *rule; /* "duplicate-scenario"; docs/gherkin.md lists them */
    const char *text; /* one line */
};

/* Start zeroed ({0}), free with finish. Texts live in the arena. */
struct gh_findings {
    struct gh_finding *list;
    size_t count, room;
    struct gh_arena arena;
};

/* Adds what is to be said of the document, and sorts all findings: its errors
 * and nothing else, or what parses but hardly means what it says. */
void gh_lint_document(const struct gh_document *document,
                      struct gh_findings *findings);
/* Adds, unsorted, the part of it that changes what is played: lines that were
 * to be steps and became free text. gh_lint_document does so too. */
void gh_lint_lost_steps(const struct gh_document *document,
                        struct gh_findings *findings);
/* Adds one; rule is borrowed for good, text is copied. */
void gh_lint_add(struct gh_findings *findings, struct gh_location at,
                 enum gh_severity severity, const char *rule,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));
/* In order of place; at the same place in the order of adding. */
void gh_lint_sort(struct gh_findings *findings);
/* "error", "warning", "note". */
const char *gh_lint_severity_name(enum gh_severity severity);
void gh_lint_finish(struct gh_findings *findings);

/* -- Tag expressions ----------------------------------------------------- */

/* Words are and, or, not, parentheses and tags, apart by white space or by a
 * parenthesis; not binds tightest, then and, then or; equal ones group to the
 * left. A backslash before a white space, a parenthesis or a backslash makes
 * it part of a tag; before anything else, and at the very end, it is an error.
 * A tag is compared as text, with its @. */
struct gh_tagexpr;

/* Parses; the caller frees with destroy; text is not kept. Empty or blank text
 * matches everything. NULL when text is wrong: error then holds the official
 * sentence, cut off at error_size. error may be NULL when error_size is 0. */
struct gh_tagexpr *gh_tagexpr_parse(const char *text, char *error,
                                    size_t error_size);
/* Does a scenario with these tags (each with its @) fulfil the expression? */
bool gh_tagexpr_matches(const struct gh_tagexpr *expr,
                        const struct gh_str *tags, size_t count);
/* The expression with every group in parentheses, "( @a and not ( @b ) )"; ""
 * for one that matches everything. Parses to the same again. In the arena. */
char *gh_tagexpr_to_text(const struct gh_tagexpr *expr, struct gh_arena *arena);
void gh_tagexpr_destroy(struct gh_tagexpr *expr);

/* -- Parameter types ------------------------------------------------------ */

/* What {int} or {colour} in a Cucumber Expression stands for. */
struct gh_parameter_type {
    const char *name;           /* "" is the anonymous {} */
    const char *const *regexps; /* PCRE2 syntax, matched inside a group */
    size_t regexp_count;        /* any of them */
    /* A group of a regular expression that is written exactly like one of
     * regexps gets this type, where several types share it. */
    bool prefer_for_regexp_match;
    bool use_for_snippets;
    void *user; /* the caller's, such as a function that makes a value */
};

/* A registry. It owns its types, which never move; expressions borrow them. */
struct gh_parameter_types;

/* Returns a new registry with the built-in types int, float, word, string, ""
 * (the anonymous {}), double, byte, short, long, bigdecimal, biginteger. */
struct gh_parameter_types *gh_parameter_type_registry_create(void);
/* Adds a copy of type (user is taken over as it is). False when the name has a
 * character that it may not have or is taken, when a regular expression is
 * missing or bad, or when another type is preferred for it already: error then
 * says which; nothing was added. error may be NULL when error_size is 0. */
bool gh_parameter_type_add(struct gh_parameter_types *types,
                           const struct gh_parameter_type *type, char *error,
                           size_t error_size);
/* The type of that name, NULL when there is none. Borrowed. */
const struct gh_parameter_type *
gh_parameter_type_find(const struct gh_parameter_types *types,
                       struct gh_str name);
/* All types in order of adding, the built-in ones first, counted from 0; NULL
 * behind the last. Borrowed. */
const struct gh_parameter_type *
gh_parameter_type_at(const struct gh_parameter_types *types, size_t index);
/* Expressions made with the registry may not be used after. */
void gh_parameter_type_registry_destroy(struct gh_parameter_types *types);

/* -- Expressions ---------------------------------------------------------- */

/* The longest source of a Cucumber Expression. */
#define GH_EXPRESSION_MAX_BYTES 65536u

/* A Cucumber Expression ("I have {int} cucumber(s)/gherkin(s)") fits a whole
 * step text; a regular expression is searched for as it is written, so it
 * needs its own ^ and $. Either gives arguments: one for each parameter, or
 * one for each capturing group that is not inside another. The groups inside
 * are children. Matching changes nothing and has limits of steps, memory and
 * length (regex.h). Values are not converted here. */
struct gh_expression;

/* A capturing group of a match. Offsets are half-open. */
struct gh_group {
    struct gh_str text;              /* as it stands in the step; ptr NULL: the
                                        group took no part (then all else is 0) */
    size_t start, end;               /* in code points of the step */
    size_t start_byte, end_byte;     /* in bytes of the step */
    const struct gh_group *children; /* in order of their opening parenthesis */
    size_t child_count;
};

struct gh_argument {
    struct gh_group group; /* the whole matched text, quotes of a string too */
    /* The text that a step function wants: group.text, for the type string
     * without its quotes and with \" and \' undone. ptr NULL: no part. */
    struct gh_str value;
    const char *type_name; /* type->name; "" when anonymous or without type */
    const struct gh_parameter_type *type; /* NULL: group without a type */
};

struct gh_match {
    const struct gh_argument *arguments; /* in the arena */
    size_t count;
};

/* Compiles a Cucumber Expression; source is copied, types is borrowed until
 * destroy of the expression. NULL when source is wrong: error then holds the
 * official message, several lines long with the column pointed at; it is cut
 * off at error_size. error may be NULL when error_size is 0. */
struct gh_expression *
gh_expression_create(const char *source, const struct gh_parameter_types *types,
                     char *error, size_t error_size);
/* The same for a regular expression (source without slashes around it). */
struct gh_expression *
gh_expression_create_regex(const char *source,
                           const struct gh_parameter_types *types, char *error,
                           size_t error_size);
/* Matches a step text. 1: it fits and match is filled, with spans of text and
 * what the arena holds; 0: it does not; -1: a limit was reached or text is not
 * UTF-8, where its beginning had not told already. match is zeroed unless it
 * fits. */
int gh_expression_match(const struct gh_expression *expression,
                        struct gh_str text, struct gh_arena *arena,
                        struct gh_match *match);
/* How many arguments a match gives. */
size_t gh_expression_argument_count(const struct gh_expression *expression);
/* As it was given to create. Borrowed. */
const char *gh_expression_source(const struct gh_expression *expression);
/* The regular expression that it became. Borrowed. */
const char *gh_expression_regex_source(const struct gh_expression *expression);
bool gh_expression_is_regex(const struct gh_expression *expression);
void gh_expression_destroy(struct gh_expression *expression);

/* -- Suggestions ---------------------------------------------------------- */

/* At most so many are made for a text. */
#define GH_SUGGESTIONS_MAX 256u

/* A Cucumber Expression that fits a step text which has no definition, for
 * the snippet that somebody pastes. */
struct gh_suggestion {
    const char *source;                           /* "I have {int} cucumbers" */
    size_t count;                                 /* its parameters */
    const struct gh_parameter_type *const *types; /* one for each parameter */
    const char *const *names; /* for arguments: "int", "int2", "string" */
};

/* Makes the suggestions for a text (any UTF-8 without NUL), the likeliest
 * first, in the arena: several where types share a regular expression. Returns
 * their count, at least 1 and at most max. Only types with use_for_snippets
 * take part, and parameters begin in the first 2,000 bytes of the text. */
size_t gh_suggestion_make(const struct gh_parameter_types *types,
                          struct gh_str text, size_t max,
                          struct gh_arena *arena,
                          const struct gh_suggestion **list);

#ifdef __cplusplus
}
#endif

#endif
