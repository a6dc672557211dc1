/*
 * Asking the user to press Enter, on the loop (--debug).
 *
 * Prompts wait in a queue: one is shown, and an Enter is for that one, so
 * texts never mix and each process gets an Enter of its own. A line that is
 * read is an Enter, whatever stands in it, from a terminal or a pipe. Of a
 * terminal, what was typed before the prompt is dropped; a pipe's lines wait
 * until they are needed. At the end of the input all prompts go on, now and
 * later, and the user is told so once. A mprun in the background does not get
 * so far: the terminal stops it at its first prompt (SIGTTOU, SIGTTIN), until
 * the shell brings it to the foreground.
 *
 *   open -> (ask -> on_enter, or withdraw)... -> close
 *
 * A prompt is embedded in its owner, who withdraws it before going away.
 * on_enter comes from the loop, never from within ask. Opened without
 * mp_debug options there is no handle, and nothing may be asked.
 */
#ifndef RUNNER_RUN_PROMPT_H
#define RUNNER_RUN_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "runner/run/run.h"

struct mp_prompt {
    struct mp_prompt *next;
    char *text; /* owned; NULL: it is not asked */
    bool shown;
    void *self;
    void (*on_enter)(void *self);
};

struct mp_prompter {
    const struct mp_debug *debug; /* NULL: closed */
    uv_poll_t input;
    uv_timer_t turn;
    int fd;           /* of our own */
    int shared_flags; /* to be set again, -1: none */
    bool is_terminal;
    bool pollable; /* a file is not: it is read when needed */
    bool over;     /* the input is at its end */
    bool told;     /* and the user knows it */
    size_t lines;  /* read and not used yet */
    struct mp_prompt *first;
};

/* debug: NULL, or borrowed until close. */
void mp_prompter_open(struct mp_prompter *prompter, uv_loop_t *loop,
                      const struct mp_debug *debug);
/* Shows the text (copied) when its turn comes; on_enter follows, once. The
 * prompt is not asked yet. */
void mp_prompter_ask(struct mp_prompter *prompter, struct mp_prompt *prompt,
                     const char *text);
/* The Enter is not needed any more; why is told if the prompt is shown, NULL:
 * nothing is. A prompt that is not asked is left alone. */
void mp_prompter_withdraw(struct mp_prompter *prompter,
                          struct mp_prompt *prompt, const char *why);
void mp_prompter_close(struct mp_prompter *prompter);

#endif
