#!/bin/sh
# Serves the steps of this folder, compiled anew where a source is newer.
# Several processes may do so at once: each makes a file of its own.
set -eu
server=${MPRUN_CSHARP_SERVER:-@SERVER@}
here=$(dirname "$0")
built=$here/.built
steps=$built/steps.dll

build()
{
    for tool in mcs mono "$server/mprun-server-csharp"; do
        command -v "$tool" >/dev/null || {
            echo "$0: there is no $tool: Mono 6 or later with mcs is needed," \
                "and what platform-servers/csharp/build makes in the folder" \
                "$server"
            exit 1
        }
    done
    trap 'rm -rf "${built:?}/$$"' EXIT
    mkdir -p "$built/$$"
    mcs -nologo -langversion:7 -debug -target:library "-r:$server/Mprun.dll" \
        "-out:$built/$$/steps.dll" "-recurse:$here/*.cs"
    mv "$built/$$/steps.dll.mdb" "$built/$$/steps.dll" "$built"
}

if [ ! -e "$steps" ] || [ -n "$(find "$here" -name '*.cs' -newer "$steps")" ]
then
    (build) >&2
fi
exec "$server/mprun-server-csharp" --steps "$steps"
