/*
 * A good feature file and its canonical layout: it means the same, keeps its
 * comments, and formatting it again changes nothing. The first byte: bit 1
 * lenient, as in parser.c.
 */
#include "gherkin/gherkin.h"
#include "tests/fuzz/fuzz.h"

static void format_again(const char *text, size_t length,
                         const struct gh_parse_options *options)
{
    size_t again_length;
    struct gh_document *document =
        gh_document_parse_with("f.feature", text, length, options);
    char *again = gh_format_document(document, &again_length);
    MUST(again && again_length == length && !memcmp(again, text, length));
    gh_free(again);
    gh_document_destroy(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t length;
    if (!size)
        return 0;
    const struct gh_parse_options options = {.lenient = data[0] & 2};
    struct gh_document *document = gh_document_parse_with(
        "f.feature", (const char *)data + 1, size - 1, &options);
    char *text = gh_format_document(document, &length);
    if (text) {
        MUST(gh_format_keeps(document, text, length));
        format_again(text, length, &options);
    }
    gh_free(text);
    gh_document_destroy(document);
    return 0;
}
