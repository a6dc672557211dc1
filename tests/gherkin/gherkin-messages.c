/*
 * gherkin-messages FILE...: Cucumber Messages of feature files, for the
 * checks against the official data and for the benchmark.
 *
 * Options: --no-source --no-ast --no-pickles, --remedies (to stderr), and
 * --list FILE for names that stand in a file, one a line.
 * Exit status: 0 all files are good, 1 some are not, 2 wrong usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gherkin/messages.h"

struct run {
    struct gh_jsonw writer;
    struct gh_messages_options options;
    struct gh_ids ids;
    bool remedies;
    bool good;
    char *bytes;
    size_t room;
};

static bool write_all(void *user, const char *bytes, size_t len)
{
    (void)user;
    while (len) {
        ssize_t written = write(STDOUT_FILENO, bytes, len);
        if (written < 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

static bool read_file(struct run *run, const char *path, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    bool read_it = fd >= 0 && !fstat(fd, &status);
    size_t size = read_it ? (size_t)status.st_size : 0;
    if (size > run->room)
        run->bytes = gh_realloc(run->bytes, run->room = size);
    *len = 0;
    while (read_it && *len < size) {
        ssize_t got = read(fd, run->bytes + *len, size - *len);
        if (got <= 0) {
            read_it = got == 0;
            break;
        }
        *len += (size_t)got;
    }
    if (!read_it)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return read_it;
}

static void show_remedies(const struct gh_document *document)
{
    const struct gh_error *errors;
    size_t count = gh_document_errors(document, &errors);
    for (size_t i = 0; i < count; i++) {
        if (errors[i].remedy)
            fprintf(stderr, "%s:%u:%u: %s\n", gh_document_uri(document),
                    errors[i].at.line, errors[i].at.column, errors[i].remedy);
    }
}

static void print_file(struct run *run, const char *path)
{
    size_t len;
    if (!read_file(run, path, &len)) {
        run->good = false;
        return;
    }
    struct gh_document *document = gh_document_parse(path, run->bytes, len);
    const struct gh_error *errors;
    if (gh_document_errors(document, &errors))
        run->good = false;
    gh_messages_write_document(&run->writer, document, &run->options,
                               &run->ids);
    if (run->remedies)
        show_remedies(document);
    gh_document_destroy(document);
}

static bool print_list(struct run *run, const char *path)
{
    FILE *list = fopen(path, "r");
    char name[4096];
    if (!list)
        return false;
    while (fgets(name, sizeof(name), list)) {
        name[strcspn(name, "\n")] = '\0';
        print_file(run, name);
    }
    fclose(list);
    return true;
}

int main(int argc, char **argv)
{
    struct run run = {.options = {true, true, true}, .good = true};
    gh_jsonw_init_stream(&run.writer, write_all, NULL);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--no-source"))
            run.options.source = false;
        else if (!strcmp(argv[i], "--no-ast"))
            run.options.ast = false;
        else if (!strcmp(argv[i], "--no-pickles"))
            run.options.pickles = false;
        else if (!strcmp(argv[i], "--remedies"))
            run.remedies = true;
        else if (!strcmp(argv[i], "--list") && i + 1 < argc)
            run.good &= print_list(&run, argv[++i]);
        else if (!strncmp(argv[i], "--", 2))
            return 2;
        else
            print_file(&run, argv[i]);
    }
    run.good &= gh_jsonw_flush(&run.writer);
    gh_jsonw_finish(&run.writer);
    gh_free(run.bytes);
    return run.good ? 0 : 1;
}
