/* What it says and hears, right or cut off. */
#include "tests/badserver/badserver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static void write_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t wrote = write(fd, bytes, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return;
        bytes += wrote;
        length -= (size_t)wrote;
    }
}

static void record(const char *bytes, size_t length)
{
    int fd = open(bad.record, O_CREAT | O_APPEND | O_WRONLY, 0600);
    write_all(fd, bytes, length);
    close(fd);
}

void put(const char *bytes, size_t length)
{
    bool cut = bad.cut && length > bad.left;
    if (cut)
        length = bad.left;
    bad.left -= bad.cut ? length : 0;
    if (bad.record)
        record(bytes, length);
    write_all(1, bytes, length);
    if (cut)
        bad.after_cut();
}

void say(const char *text)
{
    put(text, strlen(text));
}

void flood(int fd, const char *text, long times)
{
    static char block[32768];
    size_t length = strlen(text);
    long most = (long)(sizeof(block) / length);
    for (long i = 0; i < most; i++)
        memcpy(block + (size_t)i * length, text, length);
    while (times) {
        long now = times < 0 || times > most ? most : times;
        if (fd == 1)
            put(block, (size_t)now * length);
        else
            write_all(fd, block, (size_t)now * length);
        times -= times < 0 ? 0 : now;
    }
}

void send_message(const char *text)
{
    char line[16384];
    int length;
    if (bad.framed)
        length = snprintf(line, sizeof(line), "Content-Length: %zu\r\n\r\n%s",
                          strlen(text), text);
    else
        length = snprintf(line, sizeof(line), "%s\n", text);
    put(line, (size_t)length);
}

void answer_with(const char *rest)
{
    char text[8192];
    snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}", bad.id,
             rest);
    send_message(text);
    bad.answered = true;
}

void pass(void)
{
    answer_with("\"result\":{\"success\":true,\"logs\":[]}");
}

void fail(const char *message)
{
    char rest[4096];
    snprintf(rest, sizeof(rest),
             "\"result\":{\"success\":false,\"failure\":{\"kind\":"
             "\"assertion\",\"message\":\"%s\",\"expected\":\"1\","
             "\"actual\":\"2\"},\"logs\":[]}",
             message);
    answer_with(rest);
}

void for_ever(void)
{
    for (;;)
        pause();
}

void pause_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR)
        ;
}

long number(void)
{
    return strtol(bad.argument, NULL, 10);
}

/* --- reading --- */

static bool read_byte(char *c)
{
    for (;;) {
        ssize_t got = read(0, c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        return got > 0;
    }
}

static bool read_line(char *line, size_t size)
{
    size_t length = 0;
    char c;
    while (read_byte(&c)) {
        if (c == '\n') {
            line[length] = '\0';
            return true;
        }
        if (length + 1 < size)
            line[length++] = c;
    }
    return false;
}

/* Headers, an empty line, so many bytes as they say. */
static bool read_framed(char *text, size_t size)
{
    static const char header[] = "Content-Length:";
    char line[256];
    size_t length = 0;
    do {
        if (!read_line(line, sizeof(line)))
            return false;
        if (!strncasecmp(line, header, strlen(header)))
            length = strtoul(line + strlen(header), NULL, 10);
    } while (*line && *line != '\r');
    if (length >= size)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!read_byte(text + i))
            return false;
    }
    text[length] = '\0';
    return true;
}

bool read_message(char *line, size_t size)
{
    return bad.framed ? read_framed(line, size) : read_line(line, size);
}

bool member(const char *line, const char *name, const char *ends, char *value,
            size_t size)
{
    char key[64];
    snprintf(key, sizeof(key), "\"%s\":", name);
    const char *at = strstr(line, key);
    if (!at)
        return false;
    at += strlen(key);
    at += *at == '"';
    size_t length = strcspn(at, ends);
    if (length >= size)
        length = size - 1;
    memcpy(value, at, length);
    value[length] = '\0';
    return true;
}
