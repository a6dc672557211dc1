/* The steps that open a channel or a shared buffer. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "steps/c/peer.h"

/* ---- Names
 * ------------------------------------------------------------------- */

struct name {
    char text[sizeof((struct sockaddr_un *)0)->sun_path];
};

/* Joins two parts; false, with the reason, when one is missing or it is too
 * long for the address of a socket. */
static bool join(struct mprun_step *step, struct name *name, const char *what,
                 const char *head, const char *glue, const char *tail,
                 const char *end)
{
    if (*head == '\0') {
        mprun_error(step, "the runner gave no %s", what);
        return false;
    }
    int length = snprintf(name->text, sizeof name->text, "%s%s%s%s", head, glue,
                          tail, end);
    if (length < (int)sizeof name->text)
        return true;
    mprun_error(step, "'%s%s%s%s' is too long for an address", head, glue, tail,
                end);
    return false;
}

static bool shared_path(struct mprun_step *step, struct name *name,
                        const char *end)
{
    return join(step, name, "shared directory (run.sharedDir)",
                mprun_shared_dir(step), "/", mprun_arg_string(step, 0), end);
}

static bool prefixed(struct mprun_step *step, struct name *name)
{
    return join(step, name, "prefix (run.ipcPrefix)", mprun_ipc_prefix(step),
                "-", mprun_arg_string(step, 0), "");
}

bool ipc_name(struct mprun_step *step, struct ipc_name *name)
{
    struct name plain;
    if (!prefixed(step, &plain))
        return false;
    snprintf(name->text, sizeof name->text, "/%s", plain.text);
    return true;
}

static struct sockaddr_un unix_address(const struct name *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name->text, strlen(name->text));
    return address;
}

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

/* The address of an abstract socket, and its length. */
static socklen_t abstract_address(const struct name *name,
                                  struct sockaddr_un *address)
{
    size_t length = strlen(name->text);
    if (length > sizeof address->sun_path - 1)
        length = sizeof address->sun_path - 1;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path + 1, name->text, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

/* ---- Opening
 * ------------------------------------------------------------------ */

/* The stream, closed, to be opened anew. */
static struct stream *fresh_stream(struct mprun_step *step)
{
    struct peer *peer = mprun_state(step);
    stream_close(step, &peer->stream);
    return &peer->stream;
}

static void creates_pipe(struct mprun_step *step)
{
    struct name path;
    if (shared_path(step, &path, ".fifo"))
        stream_create_pipe(step, fresh_stream(step), path.text);
}

static void opens_pipe(struct mprun_step *step)
{
    struct name path;
    if (shared_path(step, &path, ".fifo"))
        stream_open_pipe(step, fresh_stream(step), path.text);
}

static void listens_at_socket(struct mprun_step *step)
{
    struct name path;
    if (!shared_path(step, &path, ".sock"))
        return;
    struct stream *stream = fresh_stream(step);
    struct sockaddr_un address = unix_address(&path);
    if (stream_listen(step, stream, (struct sockaddr *)&address,
                      sizeof address))
        stream_own_path(stream, path.text);
}

static void connects_to_socket(struct mprun_step *step)
{
    struct name path;
    if (!shared_path(step, &path, ".sock"))
        return;
    struct sockaddr_un address = unix_address(&path);
    stream_connect(step, fresh_stream(step), (struct sockaddr *)&address,
                   sizeof address);
}

static void listens_at_abstract_socket(struct mprun_step *step)
{
    struct name name;
    struct sockaddr_un address;
    if (!prefixed(step, &name))
        return;
    socklen_t size = abstract_address(&name, &address);
    stream_listen(step, fresh_stream(step), (struct sockaddr *)&address, size);
}

static void connects_to_abstract_socket(struct mprun_step *step)
{
    struct name name;
    struct sockaddr_un address;
    if (!prefixed(step, &name))
        return;
    socklen_t size = abstract_address(&name, &address);
    stream_connect(step, fresh_stream(step), (struct sockaddr *)&address, size);
}

static void listens_on_tcp(struct mprun_step *step)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    struct stream *stream = fresh_stream(step);
    if (!stream_listen(step, stream, (struct sockaddr *)&address, size))
        return;
    getsockname(stream->listen_fd, (struct sockaddr *)&address, &size);
    unsigned port = ntohs(address.sin_port);
    mprun_log(step, MPRUN_INFO, "listening on port %u", port);
    mprun_export(step, "port", "%u", port);
}

bool exported_number(struct mprun_step *step, const char *key, uint32_t max,
                     uint32_t *number)
{
    const char *process = mprun_arg_string(step, 0);
    const char *text = mprun_exported(step, process, key);
    char *end = NULL;
    unsigned long value = text ? strtoul(text, &end, 10) : 0;
    if (!text || end == text || *end != '\0' || value > max) {
        mprun_error(step, "the '%s' process exported no usable '%s'%s%s",
                    process, key, text ? ": " : "", text ? text : "");
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

static void connects_to_tcp(struct mprun_step *step)
{
    uint32_t port = 0;
    if (!exported_number(step, "port", 65535, &port))
        return;
    struct sockaddr_in address = loopback((uint16_t)port);
    mprun_log(step, MPRUN_INFO, "connecting to port %u", port);
    stream_connect(step, fresh_stream(step), (struct sockaddr *)&address,
                   sizeof address);
}

static void open_buffer(struct mprun_step *step, bool create)
{
    struct peer *peer = mprun_state(step);
    struct ipc_name name;
    int64_t size = mprun_arg_int(step, 1);
    if (!is_frame_size(step, size) || !ipc_name(step, &name))
        return;
    shared_buffer_close(step, &peer->buffer);
    shared_buffer_open(step, &peer->buffer, name.text, (size_t)size, create);
}

static void creates_buffer(struct mprun_step *step)
{
    open_buffer(step, true);
}

static void attaches_to_buffer(struct mprun_step *step)
{
    open_buffer(step, false);
}

void register_opening(struct mprun_module *m)
{
    mprun_given(m, "creates the pipe {string}", creates_pipe);
    mprun_given(m, "opens the pipe {string} for writing", opens_pipe);
    mprun_given(m, "listens at the socket {string}", listens_at_socket);
    mprun_given(m, "connects to the socket {string}", connects_to_socket);
    mprun_given(m, "listens at the abstract socket {string}",
                listens_at_abstract_socket);
    mprun_given(m, "connects to the abstract socket {string}",
                connects_to_abstract_socket);
    mprun_given(m, "listens on a free TCP port", listens_on_tcp);
    mprun_given(m, "connects to the TCP port of the {string} process",
                connects_to_tcp);
    mprun_given(m, "creates the shared buffer {string} of {int} bytes",
                creates_buffer);
    mprun_given(m, "attaches to the shared buffer {string} of {int} bytes",
                attaches_to_buffer);
}
