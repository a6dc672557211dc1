/* The program around the server: options, shared objects, exit status. */
#include <dlfcn.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform-servers/c/sdk/server.h"

enum { EXIT_OK = 0, EXIT_USAGE = 2 };

static const char usage_text[] =
    "Usage: %s [--steps FILE.so]...\n"
    "Serves step definitions to mprun: JSON-RPC 2.0, one message a line, on\n"
    "standard input and output, until the end of input.\n"
    "\n"
    "  --steps FILE.so  load a shared object with MPRUN_STEPS; repeatable\n"
    "  --list           print the step definitions and hooks and exit\n"
    "  --version        print the version and exit\n"
    "  --help           print this and exit\n";

struct options {
    bool list;
    bool done; /* --help or --version: answered already */
};

/* A name without a slash means the working directory, not the libraries'. */
static void *open_object(const char *path)
{
    char *local = NULL;
    if (!strchr(path, '/')) {
        size_t size = strlen(path) + 3;
        local = gh_alloc(size);
        snprintf(local, size, "./%s", path);
    }
    void *object = dlopen(local ? local : path, RTLD_NOW | RTLD_LOCAL);
    gh_free(local);
    return object;
}

/* The object stays loaded: its functions are used until the process ends. */
static bool load(struct mprun_sdk_registry *registry, const char *path)
{
    void *object = open_object(path);
    if (!object) {
        fprintf(stderr, "--steps %s: %s\n", path, dlerror());
        return false;
    }
    void (*setup)(struct mprun_module *) = NULL;
    void *symbol = dlsym(object, "mprun_register");
    if (!symbol) {
        fprintf(stderr,
                "--steps %s: it registers no steps; open a function with "
                "MPRUN_STEPS(m)\n",
                path);
        return false;
    }
    memcpy(&setup, &symbol, sizeof setup);
    setup(mprun_sdk_registry_module(registry));
    return true;
}

/* Reads the options and loads what they name; false when one is faulty. */
static bool read_options(struct mprun_sdk_server *server, int argc, char **argv,
                         struct options *options)
{
    static const struct option known[] = {
        {"steps", required_argument, NULL, 's'},
        {"list", no_argument, NULL, 'l'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    bool good = true;
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0) {
        switch (option) {
        case 's':
            good &= load(&server->registry, optarg);
            break;
        case 'l':
            options->list = true;
            break;
        case 'v':
            dprintf(server->channel.out_fd, "mprun-c %s\n", MPRUN_SDK_VERSION);
            options->done = true;
            break;
        case 'h':
            dprintf(server->channel.out_fd, usage_text, argv[0]);
            options->done = true;
            break;
        default:
            good = false;
        }
    }
    for (int i = optind; i < argc; i++) {
        fprintf(stderr, "%s: '%s' is no option; did you mean --steps %s?\n",
                argv[0], argv[i], argv[i]);
        good = false;
    }
    return good;
}

static void list_definitions(const struct mprun_sdk_server *server)
{
    for (size_t i = 0; i < server->registry.definition_count; i++) {
        const struct mprun_sdk_definition *d = &server->registry.definitions[i];
        dprintf(server->channel.out_fd, "%s:%d: %s\n", d->file, d->line,
                d->source);
    }
    for (size_t i = 0; i < server->registry.hook_count; i++) {
        const struct mprun_sdk_hook *hook = &server->registry.hooks[i];
        dprintf(server->channel.out_fd, "%s:%d: %s\n", hook->file, hook->line,
                mprun_sdk_hook_title(hook));
    }
}

static int serve(struct mprun_sdk_server *server, int argc, char **argv,
                 void (*setup)(struct mprun_module *module))
{
    struct options options = {0};
    if (setup)
        setup(mprun_sdk_registry_module(&server->registry));
    bool good = read_options(server, argc, argv, &options);
    if (options.done)
        return EXIT_OK;
    if (good && server->registry.definition_count == 0 &&
        server->registry.hook_count == 0)
        fprintf(stderr,
                "%s: no steps are defined; load some with --steps "
                "FILE.so\n",
                argv[0]);
    if (mprun_sdk_registry_compile(&server->registry) > 0 || !good)
        return EXIT_USAGE;
    if (options.list) {
        list_definitions(server);
        return EXIT_OK;
    }
    if (isatty(server->channel.in_fd) && !getenv("MPRUN"))
        fprintf(stderr,
                "%s is started by mprun and reads JSON-RPC requests "
                "here, one a line; Ctrl-D ends it. See --help.\n",
                argv[0]);
    mprun_sdk_server_serve(server); /* that nobody reads is an end, too */
    return EXIT_OK;
}

int mprun_serve(int argc, char **argv,
                void (*setup)(struct mprun_module *module))
{
    struct mprun_sdk_server server;
    mprun_sdk_server_init(&server);
    int status = EXIT_USAGE;
    if (mprun_sdk_channel_protect(&server.channel))
        status = serve(&server, argc, argv, setup);
    else
        dprintf(STDERR_FILENO, "standard input and output are needed: %s\n",
                strerror(errno));
    mprun_sdk_server_finish(&server);
    return status;
}
