#include "runner/run/prompt.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "runner/base/text.h"

#define READ_BYTES 4096

/* --- the input --- */

/* A description of our own where there can be one: the loop makes it
 * non-blocking, which the shell that shares the other would feel. A file's is
 * shared, for its place in the file is the user's. */
static void open_input(struct mp_prompter *prompter, int fd)
{
    char path[64];
    struct stat st;
    bool is_file = !fstat(fd, &st) && S_ISREG(st.st_mode);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    prompter->shared_flags = -1;
    prompter->fd = -1;
    if (!is_file)
        prompter->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (prompter->fd < 0) {
        prompter->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        prompter->shared_flags = fcntl(fd, F_GETFL);
    }
    prompter->is_terminal = isatty(prompter->fd);
}

static void read_input(struct mp_prompter *prompter)
{
    char bytes[READ_BYTES];
    ssize_t got = read(prompter->fd, bytes, sizeof(bytes));
    for (ssize_t i = 0; i < got; i++)
        prompter->lines += bytes[i] == '\n';
    if (prompter->is_terminal && prompter->lines)
        prompter->lines = 1;
    if (!got || (got < 0 && errno != EAGAIN && errno != EINTR))
        prompter->over = true;
}

/* --- turns --- */

static void take_turn(struct mp_prompter *prompter);

static void on_turn(uv_timer_t *timer)
{
    take_turn(timer->data);
}

static void take_turn_soon(struct mp_prompter *prompter)
{
    uv_timer_start(&prompter->turn, on_turn, 0, 0);
}

static void on_input(uv_poll_t *input, int status, int events)
{
    struct mp_prompter *prompter = input->data;
    (void)events;
    if (status < 0)
        prompter->over = true;
    else
        read_input(prompter);
    uv_poll_stop(input);
    take_turn_soon(prompter);
}

static void tell(const struct mp_prompter *prompter, const char *text)
{
    prompter->debug->tell(prompter->debug->self, text);
}

static void show(struct mp_prompter *prompter, struct mp_prompt *prompt)
{
    if (prompter->is_terminal)
        tcflush(prompter->fd, TCIFLUSH);
    prompt->shown = true;
    tell(prompter, prompt->text);
}

static void forget(struct mp_prompter *prompter, struct mp_prompt *prompt)
{
    struct mp_prompt **at = &prompter->first;
    while (*at != prompt)
        at = &(*at)->next;
    *at = prompt->next;
    gh_free(prompt->text);
    prompt->text = NULL;
    prompt->next = NULL;
    prompt->shown = false;
}

static void go_on(struct mp_prompter *prompter)
{
    struct mp_prompt *prompt = prompter->first;
    if (!prompter->lines && !prompter->told)
        tell(prompter, "standard input is at its end: this goes on without an "
                       "Enter, and so does all that follows");
    prompter->told = prompter->told || !prompter->lines;
    prompter->lines -= prompter->lines > 0;
    forget(prompter, prompt);
    prompt->on_enter(prompt->self);
    if (prompter->first)
        take_turn_soon(prompter);
}

static void take_turn(struct mp_prompter *prompter)
{
    struct mp_prompt *prompt = prompter->first;
    if (!prompt)
        return;
    if (!prompt->shown)
        show(prompter, prompt);
    if (!prompter->pollable && !prompter->lines && !prompter->over)
        read_input(prompter);
    if (prompter->lines || prompter->over)
        go_on(prompter);
    else if (prompter->pollable)
        uv_poll_start(&prompter->input, UV_READABLE, on_input);
    else
        take_turn_soon(prompter);
}

/* --- calls --- */

void mp_prompter_open(struct mp_prompter *prompter, uv_loop_t *loop,
                      const struct mp_debug *debug)
{
    memset(prompter, 0, sizeof(*prompter));
    prompter->debug = debug;
    if (!debug)
        return;
    open_input(prompter, debug->input_fd);
    prompter->pollable = prompter->fd >= 0 &&
                         !uv_poll_init(loop, &prompter->input, prompter->fd);
    prompter->over = prompter->fd < 0;
    prompter->input.data = prompter;
    uv_timer_init(loop, &prompter->turn);
    prompter->turn.data = prompter;
}

void mp_prompter_ask(struct mp_prompter *prompter, struct mp_prompt *prompt,
                     const char *text)
{
    struct mp_prompt **at = &prompter->first;
    assert(!prompt->text);
    while (*at)
        at = &(*at)->next;
    *at = prompt;
    prompt->next = NULL;
    prompt->text = mp_text_copy(text);
    take_turn_soon(prompter);
}

void mp_prompter_withdraw(struct mp_prompter *prompter,
                          struct mp_prompt *prompt, const char *why)
{
    if (!prompt->text)
        return;
    if (prompt->shown && why)
        tell(prompter, why);
    if (prompt->shown && prompter->pollable)
        uv_poll_stop(&prompter->input);
    forget(prompter, prompt);
    if (prompter->first)
        take_turn_soon(prompter);
}

void mp_prompter_close(struct mp_prompter *prompter)
{
    if (!prompter->debug)
        return;
    uv_close((uv_handle_t *)&prompter->turn, NULL);
    if (prompter->pollable)
        uv_close((uv_handle_t *)&prompter->input, NULL);
    if (prompter->shared_flags >= 0)
        fcntl(prompter->fd, F_SETFL, prompter->shared_flags);
    if (prompter->fd >= 0)
        close(prompter->fd);
    prompter->debug = NULL;
}
