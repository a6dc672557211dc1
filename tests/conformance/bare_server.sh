#!/usr/bin/env bash
# A platform server of the bare level, complete: jq reads the requests, bash
# executes the steps. What steps print goes to stderr.
exec 3>&1 1>&2
declare -A known

answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1" >&3; }
passes() { answer "\"result\":{\"success\":true,\"logs\":[$1],\"data\":$data}"; }
fails() { answer "\"result\":{\"success\":false,\"logs\":[\"$1\"]}"; }

execute() {
  local text=${step#*\"}
  text=${text%\"*}
  case $step in
  "mprun: passes" | "mprun: echoes "*) passes ;;
  "mprun: fails" | "mprun: throws") fails "on purpose" ;;
  "mprun: prints "*) printf '%s\n' "$text" && passes ;;
  "mprun: spawns "*) bash -c 'echo "$0"' "$text" && passes ;;
  "mprun: logs "*" bytes")
    passes "\"$(printf "%${step//[!0-9]/}s" "" | tr ' ' x)\"" ;;
  "mprun: remembers "*) known[$text]=1 && passes ;;
  "mprun: recalls "*) if [ "${known[$text]}" ]; then passes; else fails no; fi ;;
  *) fails "no step definition matches" ;;
  esac
}

# Four lines for each request: id, method, step, what it has to echo.
jq -Rr --unbuffered 'fromjson? | objects | select(has("id")) | .params as $p
  | (($p | objects | .step | strings) // "") as $s | (.id | tojson), .method,
    $s, (if $s | test("the argument$") then $p.argument else
    {text: ($s | sub("^[^\"]*\""; "") | sub("\"$"; "") | split("\\\"") | join("\""))}
    end | tojson)' |
  while IFS= read -r id && read -r method && IFS= read -r step && read -r data; do
    case $method in
    executeStep) execute ;;
    health) answer '"result":{"status":"ok"}' ;;
    *) answer '"error":{"code":-32601,"message":"unknown method"}' ;;
    esac
  done
