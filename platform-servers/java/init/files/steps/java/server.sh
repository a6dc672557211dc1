#!/bin/sh
# Serves the steps of this folder, compiled anew where a source is newer.
# Several processes may do so at once: each makes a file of its own.
set -eu
server=${MPRUN_JAVA_SERVER:-@SERVER@}
here=$(dirname "$0")
built=$here/.built
steps=$built/steps.jar
jdk=${JAVA_HOME:+$JAVA_HOME/bin/}

build()
{
    for tool in "${jdk}javac" "${jdk}jar" "$server/mprun-server-java"; do
        command -v "$tool" >/dev/null || {
            echo "$0: there is no $tool: a JDK 17 or later is needed, and what" \
                "platform-servers/java/build makes in the folder $server"
            exit 1
        }
    done
    trap 'rm -rf "$built/$$" "$built/$$.files" "$steps.$$"' EXIT
    find "$here" -name '*.java' | sed 's/.*/"&"/' >"$built/$$.files"
    "${jdk}javac" -g -parameters -Xlint:all -cp "$server/lib/*" \
        -d "$built/$$" "@$built/$$.files"
    "${jdk}jar" -c -f "$steps.$$" -C "$built/$$" .
    mv "$steps.$$" "$steps"
}

mkdir -p "$built"
if [ ! -e "$steps" ] || [ -n "$(find "$here" -name '*.java' -newer "$steps")" ]
then
    (build) >&2
fi
exec "$server/mprun-server-java" --steps "$steps" --sources "$here"
