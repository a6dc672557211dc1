#!/bin/sh
# A platform server for the transcripts: the bare protocol in a few lines of
# sh. The step's first words say what it does; its start leaves the file
# `started` in its folder, so that a transcript can tell that nothing started.
#
#   passes, fails, is skipped, is pending, is undefined
#   waits        never answers
#   interrupts   never answers either, but sends mprun a SIGINT
#   terminates   the same with SIGTERM
#   dies         exits with 3
#   babbles      answers what is no result
#   needs FILE   fails until the file is there
#   tells NAME   fails with the variable's value, in logs and stderr too
echo "${MPRUN_PROCESS-}" >>started

answer()
{
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"
}

while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    step=${line#*'"step":"'}
    step=${step%%'"'*}
    case $line in
    *'"executeStep"'*) ;;
    *)
        answer '{"status":"ok"}'
        continue
        ;;
    esac
    case $step in
    passes*) answer '{"success":true}' ;;
    'needs '*)
        if [ -e "${step#needs }" ]; then
            answer '{"success":true}'
        else
            answer '{"success":false,"error":"it is not there"}'
        fi
        ;;
    'is skipped'*)
        answer '{"success":false,"status":"skipped","reason":"not on this one"}'
        ;;
    'is pending'*)
        answer '{"success":false,"status":"pending","reason":"half written"}'
        ;;
    'is undefined'*) answer '{"success":false,"status":"undefined"}' ;;
    'tells '*)
        value=$(printenv "${step#tells }")
        echo "stderr: $value" >&2
        answer "{\"success\":false,\"error\":\"it is $value\",\"logs\":[\"log: $value\"]}"
        ;;
    waits*) ;;
    interrupts*) kill -INT "$PPID" ;;
    terminates*) kill -TERM "$PPID" ;;
    babbles*) answer '"yes"' ;;
    dies*) exit 3 ;;
    *) answer '{"success":false,"error":"it went wrong"}' ;;
    esac
done
