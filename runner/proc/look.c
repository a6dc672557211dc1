#include "runner/proc/look.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/proc/contain.h"

#define WCHAN_MAX 4096

static const char *word_of(char letter)
{
    switch (letter) {
    case 'R':
        return "running";
    case 'S':
    case 'D':
    case 'I':
        return "waiting";
    case 'T':
    case 't':
        return "stopped";
    case 'E':
    case 'X':
    case 'Z':
        return "ended";
    default:
        return "unknown";
    }
}

/* The name of a function of the kernel; "0" where it keeps that to itself. */
static void read_wait(pid_t pid, char wait[MP_LOOK_WAIT_SIZE])
{
    char path[64];
    struct mp_buf name = {0};
    size_t length = 0;
    snprintf(path, sizeof(path), "/proc/%ld/wchan", (long)pid);
    if (mp_fs_read(path, WCHAN_MAX, &name)) {
        const char *text = mp_buf_text(&name);
        while (length + 1 < MP_LOOK_WAIT_SIZE &&
               (isalnum((unsigned char)text[length]) || text[length] == '_'))
            length++;
        if (!isdigit((unsigned char)*text))
            memcpy(wait, text, length);
    }
    mp_buf_finish(&name);
}

void mp_look_at(pid_t pid, struct mp_look *look)
{
    memset(look, 0, sizeof(*look));
    look->letter = mp_contain_state(pid);
    look->word = word_of(look->letter);
    if (!strcmp(look->word, "waiting"))
        read_wait(pid, look->wait);
}

void mp_look_append(const struct mp_look *look, struct mp_buf *text)
{
    mp_buf_append_text(
        text, strcmp(look->word, "unknown") ? look->word : "in no known state");
    if (*look->wait)
        mp_buf_format(text, " in %s", look->wait);
    if (look->letter == 'D')
        mp_buf_append_text(text, ", which no signal ends");
    else if (look->letter == 't')
        mp_buf_append_text(text, " by a debugger");
}
