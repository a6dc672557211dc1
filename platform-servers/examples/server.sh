#!/usr/bin/env bash
# A bare platform server in bash, with jq for the JSON.
# The protocol has descriptors 3 and 4; what steps print goes to stderr.
exec 3>&1 1>&2 4<&0 </dev/null
total=0
passed() { result='{"success": true, "logs": []}'; }
failed() { result='{"success": false, "logs": [], "error": "'$1'"}'; }
run() # STEP ARGUMENT: sets result
{
    if [[ $1 =~ ^adds\ ([0-9]{1,9})$ ]]; then
        total=$((total + 10#${BASH_REMATCH[1]}))
        passed
    elif [[ $1 =~ ^has\ ([0-9]{1,9})$ ]]; then
        passed
        ((total == 10#${BASH_REMATCH[1]})) || failed "the total is $total"
    elif [[ $1 =~ ^prints\ (.*)$ ]]; then
        echo "${BASH_REMATCH[1]}"
        passed
    elif [[ $1 == 'shows its argument' ]]; then
        result='{"success": true, "data": '$2', "logs": []}'
    else
        result='{"success": false, "status": "undefined", "logs": []}'
    fi
}
# One jq for all requests: it makes each a line of assignments.
exec 5< <(jq -rR --unbuffered 'fromjson? |
    if type == "object" then select(has("id")) else {} end |
    [@sh "method=\(.method)", @sh "step=\(.params.step? // "")",
     @sh "argument=\(.params.argument? | tojson)", @sh "id=\(.id | tojson)"] |
    join(" ") | gsub("\n"; " ")' <&4)
trap "kill $! 2>/dev/null; exit" EXIT TERM
while IFS= read -r -u 5 fields && eval "$fields"; do
    case $method in
    executeStep) run "$step" "$argument" && answer="\"result\": $result" ;;
    health) answer='"result": {"status": "ok"}' ;;
    null) answer='"error": {"code": -32600, "message": "no request"}' ;;
    *) answer='"error": {"code": -32601, "message": "unknown method"}' ;;
    esac
    echo "{\"jsonrpc\": \"2.0\", \"id\": $id, $answer}" >&3
done
