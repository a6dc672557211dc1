#!/bin/sh
# Serves the steps of this folder, compiled anew where a source is newer.
# Several processes may do so at once: each makes a file of its own.
set -eu
server=${MPRUN_C_SERVER:-@SERVER@}
include=${MPRUN_C_INCLUDE:-@INCLUDE@}
here=$(dirname "$0")
built=$here/.built
steps=$built/steps.so
mkdir -p "$built"
if [ ! -e "$steps" ] || [ -n "$(find "$here" -name '*.[ch]' -newer "$steps")" ]
then
    ${CC:-cc} -shared -fPIC -g -Wall -I "$include" -o "$steps.$$" \
        "$here"/*.c >&2
    mv "$steps.$$" "$steps"
fi
exec "$server/mprun-server-c" --steps "$steps"
