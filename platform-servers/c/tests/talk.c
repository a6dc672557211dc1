#include "platform-servers/c/tests/talk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 4 * 1024 * 1024 };

void talk_init(struct talk *talk, void (*setup)(struct mprun_module *))
{
    talk->message = NULL;
    talk->out = tmpfile();
    assert_non_null(talk->out);
    mprun_sdk_server_init(&talk->server);
    setup(mprun_sdk_registry_module(&talk->server.registry));
    assert_int_equal(mprun_sdk_registry_compile(&talk->server.registry), 0);
}

bool talk_run(struct talk *talk, const char *input)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], input, strlen(input)), strlen(input));
    close(ends[1]);
    mprun_sdk_channel_init(&talk->server.channel, ends[0], fileno(talk->out));
    bool served = mprun_sdk_server_serve(&talk->server);
    close(ends[0]);
    rewind(talk->out);
    return served;
}

const cJSON *talk_next(struct talk *talk)
{
    char *line = malloc(LINE_BYTES);
    assert_non_null(line);
    if (!fgets(line, LINE_BYTES, talk->out))
        fail_msg("no further message");
    cJSON_Delete(talk->message);
    talk->message = cJSON_Parse(line);
    if (!talk->message)
        fail_msg("no JSON: %s", line);
    free(line);
    return talk->message;
}

void talk_finish(struct talk *talk)
{
    assert_int_equal(fgetc(talk->out), EOF);
    fclose(talk->out);
    cJSON_Delete(talk->message);
    mprun_sdk_server_finish(&talk->server);
}

const cJSON *talk_at(const cJSON *message, const char *path)
{
    char name[64];
    while (message && *path) {
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        message = cJSON_IsArray(message)
                      ? cJSON_GetArrayItem(message, name[0] - '0')
                      : cJSON_GetObjectItemCaseSensitive(message, name);
        path += length + (path[length] == '.');
    }
    return message;
}

void talk_expect_text(const cJSON *message, const char *path,
                      const char *expected)
{
    const cJSON *item = talk_at(message, path);
    if (!cJSON_IsString(item))
        fail_msg("%s is no string in %s", path, cJSON_Print(message));
    assert_string_equal(item->valuestring, expected);
}

void talk_expect_number(const cJSON *message, const char *path, double expected)
{
    const cJSON *item = talk_at(message, path);
    if (!cJSON_IsNumber(item))
        fail_msg("%s is no number in %s", path, cJSON_Print(message));
    assert_true(item->valuedouble == expected);
}
