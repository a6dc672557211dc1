#include "runner/run/examine.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/rpc/repair.h"
#include "runner/run/launch.h"

#define OUTPUT_MAX (256u << 10)

struct mp_examination {
    struct mp_examine_options options;
    struct mp_examination *next;
    int incarnation;
    size_t step;
    struct mp_child *child; /* NULL: not started, or over */
    struct mp_timer timer;
    struct mp_nursery *nursery;
    struct mp_launch launch;
    struct gh_arena arena; /* of launch */
    struct mp_buf output;
    bool started, over;
};

/* --- what came of it --- */

static struct mp_record make_record(const struct mp_examination *examination,
                                    enum mp_record_type type)
{
    struct mp_record record =
        mp_server_record(examination->options.server, type);
    record.step = (int64_t)examination->step;
    record.incarnation = examination->incarnation;
    return record;
}

static void emit(const struct mp_examination *examination,
                 struct mp_record *record)
{
    mp_emit(examination->options.server->place.context, record);
}

/* "on_timeout (mprun.yaml:7:17): `gdb` exited with code 1" */
__attribute__((format(printf, 2, 3))) static void
warn(const struct mp_examination *examination, const char *format, ...)
{
    const struct mp_examine_options *options = &examination->options;
    struct mp_record record = make_record(examination, MP_RECORD_NOTE);
    struct mp_buf text = {0};
    va_list args;
    mp_buf_format(&text, "%s (%s): ", options->name, options->command->place);
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    record.level = "warning";
    record.text = text.data;
    emit(examination, &record);
    mp_buf_finish(&text);
}

static const char *program(const struct mp_examination *examination)
{
    return examination->options.command->argv[0];
}

static void append_command(const struct mp_examination *examination,
                           struct mp_buf *text)
{
    for (size_t i = 0; examination->launch.argv[i]; i++)
        mp_buf_format(text, "%s%s", i ? " " : "", examination->launch.argv[i]);
}

static void attach(const struct mp_examination *examination)
{
    const struct mp_examine_options *options = &examination->options;
    struct mp_record record = make_record(examination, MP_RECORD_ATTACHMENT);
    struct mp_buf name = {0}, body = {0}, command = {0};
    struct gh_str bytes = {examination->output.data, examination->output.len};
    mp_buf_format(&name, "%s %s(%s).txt", options->name,
                  options->server->member->name,
                  options->server->platform->name);
    append_command(examination, &command);
    record.name = name.data;
    record.kind = options->name;
    record.text = command.data;
    record.media_type = "text/plain";
    record.encoding = "identity";
    record.body = mp_repair_text(bytes, &body) ? body.data : bytes.ptr;
    emit(examination, &record);
    mp_buf_finish(&name);
    mp_buf_finish(&body);
    mp_buf_finish(&command);
}

/* --- its end --- */

static void on_timer(struct mp_timer *timer);

/* What is left of it is killed. The owner is told from the loop. */
static void end(struct mp_examination *examination)
{
    if (examination->over)
        return;
    examination->over = true;
    mp_child_destroy(examination->child);
    examination->child = NULL;
    if (examination->output.len)
        attach(examination);
    mp_timer_start(&examination->timer, on_timer, 0);
}

static void on_timer(struct mp_timer *timer)
{
    struct mp_examination *examination = timer->uv.data;
    const struct mp_server *server = examination->options.server;
    char duration[MP_DURATION_SIZE];
    if (examination->over) {
        examination->options.on_over(examination->options.self, examination);
        return;
    }
    mp_duration_format(server->platform->evidence_timeout_ms, duration);
    if (examination->started)
        warn(examination,
             "`%s` did not end within %s and was killed (evidence_timeout "
             "sets the time)",
             program(examination), duration);
    else
        warn(examination,
             "not run: others of this case took all of the %s "
             "(evidence_timeout sets the time)",
             duration);
    end(examination);
}

void mp_examination_cut(struct mp_examination *examination, const char *why)
{
    if (examination->over)
        return;
    warn(examination, "`%s` was ended early: %s", program(examination), why);
    end(examination);
}

/* --- the child --- */

static void on_started(void *self)
{
    mp_child_close_input(((struct mp_examination *)self)->child);
}

static void fail_start(struct mp_examination *examination, const char *why)
{
    warn(examination, "%s; install it, or repair the command", why);
    end(examination);
}

static void on_start_failed(void *self, const char *why)
{
    fail_start(self, why);
}

static void on_output(void *self, enum mp_child_stream stream,
                      const char *bytes, size_t length)
{
    struct mp_examination *examination = self;
    size_t room = OUTPUT_MAX - examination->output.len;
    (void)stream; /* both, as they come */
    mp_buf_append(&examination->output, bytes, length < room ? length : room);
    if (length <= room)
        return;
    warn(examination,
         "`%s` printed more than %u KiB: it was killed and the rest is left "
         "out",
         program(examination), OUTPUT_MAX >> 10);
    end(examination);
}

static void on_input_broken(void *self)
{
    (void)self; /* it need not read */
}

static void on_exited(void *self, int exit_code, int number)
{
    const struct mp_examination *examination = self;
    struct mp_session_end how = {
        .signalled = number != 0, .exit_code = exit_code, .signal = number};
    char text[MP_HOW_SIZE];
    if (exit_code || number)
        warn(examination, "`%s` %s", program(examination),
             mp_session_end_text(&how, text));
}

static void on_ended(void *self, bool held_open)
{
    struct mp_examination *examination = self;
    (void)held_open; /* what holds it is killed, or swept */
    if (!examination->output.len)
        warn(examination, "`%s` printed nothing", program(examination));
    end(examination);
}

/* --- calls --- */

static int64_t rest_ms(const struct mp_examination *examination)
{
    const struct mp_examine_options *options = &examination->options;
    uint64_t now_ms = mp_clock_now(examination->nursery->clock);
    return options->server->platform->evidence_timeout_ms -
           (int64_t)(now_ms - options->begun_ms);
}

struct mp_examination *
mp_examination_create(const struct mp_examine_options *options)
{
    struct mp_examination *examination = gh_alloc(sizeof(*examination));
    const struct mp_server *server = options->server;
    examination->options = *options;
    examination->incarnation = server->incarnation;
    examination->step = server->step;
    examination->nursery = &server->place.context->nursery;
    if (options->core)
        examination->options.core =
            gh_arena_copy(&examination->arena, gh_str_of(options->core));
    mp_timer_init(&examination->timer, examination->nursery->clock);
    examination->timer.uv.data = examination;
    examination->nursery->open_children++; /* our timer holds the loop too */
    mp_timer_start(&examination->timer, on_timer, rest_ms(examination));
    return examination;
}

void mp_examination_start(struct mp_examination *examination)
{
    struct mp_examine_options *options = &examination->options;
    struct mp_child_events events = {.self = examination,
                                     .on_started = on_started,
                                     .on_start_failed = on_start_failed,
                                     .on_output = on_output,
                                     .on_input_broken = on_input_broken,
                                     .on_exited = on_exited,
                                     .on_ended = on_ended};
    struct mp_buf fault = {0};
    char *why = NULL;
    examination->started = true;
    if (!mp_launch_examine(options->server, options->command, options->pid,
                           options->core, &examination->arena,
                           &examination->launch, &fault)) {
        warn(examination, "not run: %s", fault.data);
        end(examination);
    } else {
        examination->child = mp_child_create(examination->nursery, &events);
        if (mp_child_start(examination->child, &examination->launch, &why))
            fail_start(examination, why);
    }
    gh_free(why);
    mp_buf_finish(&fault);
}

const struct mp_examine_options *
mp_examination_options(const struct mp_examination *examination)
{
    return &examination->options;
}

int mp_examination_incarnation(const struct mp_examination *examination)
{
    return examination->incarnation;
}

bool mp_examination_is_started(const struct mp_examination *examination)
{
    return examination->started;
}

bool mp_examination_is_due(const struct mp_examination *examination)
{
    return rest_ms(examination) <= 0;
}

struct mp_examination **mp_examination_next(struct mp_examination *examination)
{
    return &examination->next;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct mp_examination *examination = handle->data;
    examination->nursery->open_children--;
    gh_arena_finish(&examination->arena);
    mp_buf_finish(&examination->output);
    gh_free(examination);
}

void mp_examination_destroy(struct mp_examination *examination)
{
    mp_child_destroy(examination->child);
    examination->child = NULL;
    examination->over = true;
    uv_close((uv_handle_t *)&examination->timer.uv, on_timer_closed);
}
