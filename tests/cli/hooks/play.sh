# Of hooks_sdk.t: plays play.feature with the hooks that COMMAND serves and
# prints what they noted and what the reports say: play.sh COMMAND...
words=$(printf '"%s", ' "$@")
printf '{"platforms": {"p": {"command": [%s], "protocol": 1}}}' \
    "${words%, }" >mprun.json
cp "$SRC/tests/cli/hooks/play.feature" .
mprun -j1 --config mprun.json play.feature -f progress \
    -f message:out.ndjson >out
echo "exit status $?"
cat order
grep -o "\(before\|after\)Scenario[^(]*\|no set-up\$\|no tidying\$\|not here\$" \
    out | sed 's/ $//' | sort -u
grep -o '"body":"[^"]* by first"' out.ndjson | sort | uniq -c
tail -1 out | sed 's/ in [0-9.]*m\{0,1\}s$//'
