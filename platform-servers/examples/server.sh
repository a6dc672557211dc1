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
        result=$(jq -c '{success: true, data: ., logs: []}' <<<"$2")
    else
        result='{"success": false, "status": "undefined", "logs": []}'
    fi
}

while IFS= read -r -u 4 line || [[ $line ]]; do
    fields=$(jq -r 'select(has("id")) | @sh "method=\(.method)",
        @sh "step=\(.params.step? // "") id=\(.id | tojson)",
        @sh "argument=\(.params.argument? | tojson)"' <<<"$line") || continue
    [[ $fields ]] || continue # a notification
    eval "$fields"
    case $method in
    executeStep) run "$step" "$argument" && answer="\"result\": $result" ;;
    health) answer='"result": {"status": "ok"}' ;;
    *) answer='"error": {"code": -32601, "message": "unknown method"}' ;;
    esac
    echo "{\"jsonrpc\": \"2.0\", \"id\": $id, $answer}" >&3
done
