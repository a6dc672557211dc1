/*
 * Functions that the product does not use, turned into compile errors. The
 * build includes this file before every source file of gherkin/ and runner/.
 *
 * Each has a safer form in libc: snprintf, memcpy with a length, strtol with
 * an end pointer. Allocation goes through gherkin/memory.c, the one place that
 * decides what happens when memory runs out; tests/tools checks that.
 */
#ifndef GHERKIN_BANNED_H
#define GHERKIN_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets
#pragma GCC poison atoi atol atoll atof system popen

#endif
