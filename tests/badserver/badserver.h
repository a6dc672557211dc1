/*
 * A platform server that misbehaves to order, for the tests of the runner.
 *
 * What it does wrong at its start, its end and on a cancel is said by words
 * on its command line (options.c); what it does wrong in a step is the step's
 * text, with a number or a word behind it (`exits with 3`): the tables of
 * answers.c, ends.c, family.c and runner.c. Everything else it does right, so
 * that exactly one fault is seen at a time.
 *
 * It knows only as much JSON as mprun writes: members are found by text.
 * Nothing here is an example of how to write a server.
 */
#ifndef TESTS_BADSERVER_BADSERVER_H
#define TESTS_BADSERVER_BADSERVER_H

#include <stdbool.h>
#include <stddef.h>

/* All that it is at: one request, and what the command line asked for. */
struct bad {
    const char *id; /* of the request being worked at */
    char step[4096];
    const char *argument; /* behind the words of the step */
    bool answered;        /* the step answered by itself */

    bool bare, framed, knows_cancel, ignores_eof;
    bool unshutting, segfaults_at_end, exits_at_shutdown;
    const char *hello_answer, *shutdown_answer, *health_answer;
    int exit_code;

    const char *record; /* a file for all that it says */
    bool cut;           /* says only so many bytes, then does after_cut */
    size_t left;
    void (*after_cut)(void);
};

extern struct bad bad;

/* A step's text begins with the words; the longest ones count. */
struct step {
    const char *words;
    void (*run)(void);
};

/* Each ends with words that are NULL. */
extern const struct step answer_steps[], end_steps[], family_steps[],
    runner_steps[];

/* --- talk.c --- */

/* Bytes to stdout, as far as cut lets them. */
void put(const char *bytes, size_t length);
void say(const char *text);
/* The text so many times, in large pieces. */
#define FOR_EVER (-1L)
void flood(int fd, const char *text, long times);
/* A message without its end: a line, or behind a header. */
void send_message(const char *text);
/* {"jsonrpc":"2.0","id":N, and the rest. */
void answer_with(const char *rest);
void pass(void);
void fail(const char *message);
void for_ever(void);
void pause_ms(long ms);
/* The number in the step's text. */
long number(void);

/* A message of the runner; false: its input is at its end. */
bool read_message(char *line, size_t size);
/* Copies the text behind "name": up to one of the ends. */
bool member(const char *line, const char *name, const char *ends, char *value,
            size_t size);

/* --- options.c --- */

/* False: there is no such word. */
bool set_option(const char *word);

/* --- family.c --- */

void with_daemon(void);
/* The standard streams become /dev/null. */
void close_outputs(void);
/* Borrowed until the next call. */
const char *in_shared_dir(const char *name);

#endif
