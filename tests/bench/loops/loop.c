/* What a server costs that does nothing: a line in, JSON read, a line out. */
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        cJSON *request = cJSON_Parse(line);
        cJSON *answer = cJSON_CreateObject();
        cJSON_AddStringToObject(answer, "jsonrpc", "2.0");
        cJSON_AddItemToObject(
            answer, "id",
            cJSON_DetachItemFromObjectCaseSensitive(request, "id"));
        cJSON *result = cJSON_AddObjectToObject(answer, "result");
        cJSON_AddTrueToObject(result, "success");
        cJSON_AddArrayToObject(result, "logs");
        char *text = cJSON_PrintUnformatted(answer);
        puts(text);
        fflush(stdout);
        cJSON_free(text);
        cJSON_Delete(answer);
        cJSON_Delete(request);
    }
    free(line);
    return 0;
}
