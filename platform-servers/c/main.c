/* A server without steps of its own: they come with --steps. */
#include <stddef.h>

#include "platform-servers/c/mprun/mprun.h"

int main(int argc, char **argv)
{
    return mprun_serve(argc, argv, NULL);
}
