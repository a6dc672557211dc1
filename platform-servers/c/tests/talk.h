/*
 * For tests: a server in this process that is fed with lines and then sees the
 * end of input, and the messages that it wrote.
 *
 * talk_init, a call of talk_run with the registration function and the lines,
 * talk_next for each message in turn, talk_finish. The lines together must fit
 * into a pipe.
 */
#ifndef MPRUN_TESTS_TALK_H
#define MPRUN_TESTS_TALK_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>

#include <cmocka.h>
#include <cjson/cJSON.h>

#include "platform-servers/c/mprun/mprun.h"
#include "platform-servers/c/sdk/server.h"

struct talk {
    struct mprun_sdk_server server;
    FILE *out;
    cJSON *message; /* the one that talk_next gave */
};

void talk_init(struct talk *talk, void (*setup)(struct mprun_module *));
/* Serves input; true as mprun_sdk_server_serve. */
bool talk_run(struct talk *talk, const char *input);
/* The next message; fails the test where there is none. Borrowed until the
 * next call. */
const cJSON *talk_next(struct talk *talk);
/* Fails the test unless all messages were looked at. */
void talk_finish(struct talk *talk);

/* The member at a path of names: "result.failure.message"; NULL: none. */
const cJSON *talk_at(const cJSON *message, const char *path);
/* Fail the test unless the member is this text, this number. */
void talk_expect_text(const cJSON *message, const char *path,
                      const char *expected);
void talk_expect_number(const cJSON *message, const char *path,
                        double expected);

#endif
