/*
 * parse-bench MODE LIST: the cost of parsing each file that LIST names (one a
 * line), in the same terms as the floor program of the benchmark data:
 * bytes, lines read as a check, seconds of CPU time, MB/s.
 *
 * MODE: ast, pickles, or ndjson (documents and pickles to /dev/null).
 * Resident memory at its peak is printed too (Linux).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gherkin/messages.h"

struct totals {
    size_t bytes, nodes, pickles, steps, bad;
    size_t written;
};

static int null_device = -1;

static bool drop(void *user, const char *bytes, size_t len)
{
    struct totals *totals = user;
    totals->written += len;
    return write(null_device, bytes, len) == (ssize_t)len;
}

static double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* Of this program alone: the peak in rusage is inherited from who ran it. */
static long peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long peak = 0;
    while (status && fgets(line, sizeof(line), status)) {
        if (!strncmp(line, "VmHWM:", 6))
            peak = strtol(line + 6, NULL, 10);
    }
    if (status)
        fclose(status);
    return peak;
}

static void count_pickles(const struct gh_document *document,
                          struct totals *totals)
{
    struct gh_pickles *pickles = gh_pickles_create(document);
    struct gh_pickle pickle;
    while (gh_pickles_next(pickles, &pickle)) {
        totals->pickles++;
        totals->steps += pickle.step_count;
    }
    gh_pickles_destroy(pickles);
}

static char *read_file(const char *path, char *text, size_t *room, size_t *size)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0) {
        perror(path);
        exit(1);
    }
    size_t wanted = (size_t)status.st_size;
    if (wanted + 1 > *room)
        text = gh_realloc(text, *room = wanted + 1);
    *size = 0;
    while (*size < wanted) {
        ssize_t got = read(fd, text + *size, wanted - *size);
        if (got <= 0)
            break;
        *size += (size_t)got;
    }
    close(fd);
    return text;
}

int main(int argc, char **argv)
{
    FILE *list = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (!list) {
        fprintf(stderr, "usage: parse-bench ast|pickles|ndjson LIST\n");
        return 2;
    }
    bool to_pickles = !strcmp(argv[1], "pickles");
    bool to_ndjson = !strcmp(argv[1], "ndjson");
    struct totals totals = {0};
    struct gh_messages_options options = {.ast = true, .pickles = true};
    struct gh_ids ids = {0};
    struct gh_jsonw writer;
    gh_jsonw_init_stream(&writer, drop, &totals);
    null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
    char path[4096], *text = NULL;
    size_t room = 0, size;
    double start = cpu_seconds();
    while (fgets(path, sizeof(path), list)) {
        path[strcspn(path, "\n")] = '\0';
        text = read_file(path, text, &room, &size);
        totals.bytes += size;
        struct gh_document *document = gh_document_parse(path, text, size);
        const struct gh_error *errors;
        totals.bad += gh_document_errors(document, &errors) > 0;
        totals.nodes += gh_document_node_count(document);
        if (to_pickles)
            count_pickles(document, &totals);
        else if (to_ndjson)
            gh_messages_write_document(&writer, document, &options, &ids);
        gh_document_destroy(document);
    }
    gh_jsonw_flush(&writer);
    double took = cpu_seconds() - start;
    printf("%zu bytes, %zu nodes, %zu pickles, %zu steps, %zu bad, "
           "%zu written, %ld KiB, %.6f s, %.0f MB/s\n",
           totals.bytes, totals.nodes, totals.pickles, totals.steps, totals.bad,
           totals.written, peak_kib(), took, (double)totals.bytes / 1e6 / took);
    gh_jsonw_finish(&writer);
    gh_free(text);
    fclose(list);
    return 0;
}
