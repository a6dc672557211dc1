/*
 * What clang's analyzer cannot see: the library's own code. check_tidy.py
 * includes this before each source; no build does.
 *
 * cJSON's questions about a type answer no for NULL. Without knowing that, the
 * analyzer follows a NULL through each of them and reports what comes after.
 */
#ifndef TESTS_TOOLS_TIDY_MODEL_H
#define TESTS_TOOLS_TIDY_MODEL_H

#if __has_include(<cJSON.h>)
#include <cJSON.h>
#include <stddef.h>

#define cJSON_IsArray(item)  ((item) != NULL && cJSON_IsArray(item))
#define cJSON_IsBool(item)   ((item) != NULL && cJSON_IsBool(item))
#define cJSON_IsFalse(item)  ((item) != NULL && cJSON_IsFalse(item))
#define cJSON_IsNull(item)   ((item) != NULL && cJSON_IsNull(item))
#define cJSON_IsNumber(item) ((item) != NULL && cJSON_IsNumber(item))
#define cJSON_IsObject(item) ((item) != NULL && cJSON_IsObject(item))
#define cJSON_IsString(item) ((item) != NULL && cJSON_IsString(item))
#define cJSON_IsTrue(item)   ((item) != NULL && cJSON_IsTrue(item))
#endif

#endif
