# What failures have in common: tests/data/blame.txt has the patterns; here is
# where it stands.

replace (?m)(?<=in )[0-9.]+m?s$ with <time>

== a platform in one place, and a pair
file mprun.yaml <<END
platforms:
  a: {command: [sh, server.sh, a], protocol: bare}
  b: {command: [sh, server.sh, b], protocol: bare}
  c: {command: [sh, server.sh, c], protocol: bare}
END
file server.sh <<END
# On b the reader reads short; what the writer on c writes, the reader on a
# takes amiss, of which only it knows.
while IFS= read -r line; do
    id=${line##*'"id":'}
    id=${id%%[!0-9]*}
    result='{"success":true}'
    case $1:$line in
    b:*'reads'*) result='{"success":false,"error":"short read"}' ;;
    c:*'writes'*) : >$MPRUN_SHARED_DIR/odd ;;
    a:*'reads'*) test ! -e $MPRUN_SHARED_DIR/odd || result='{"success":false,"error":"byte order"}' ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
END
file features/a.feature <<END
Feature: A
  Scenario: frames
    When the 'writer' process writes
    Then the 'reader' process reads
  Scenario: more frames
    When the 'writer' process writes
    Then the 'reader' process reads
  Scenario: nothing is read
    When the 'writer' process writes
END
$ mprun -j1 -f json:out.json -f html:out.html | sed -n '/in common/,/^$/p'
| What failures have in common
|   reader=b: fails in all 6 combinations
|     features/a.feature:2 frames
|       the 'reader' process reads: short read
|     features/a.feature:5 more frames
|       the 'reader' process reads: short read
|   reader=a with writer=c: fails in both combinations
|     features/a.feature:2 frames
|       the 'reader' process reads: byte order
|     features/a.feature:5 more frames
|       the 'reader' process reads: byte order
|
$ python3 -c 'import json; [print(b["line"], b["failed"], b["combinations"], [(c["condition"], c["failed"], c.get("chance", False), c["message"][-10:]) for c in b["causes"]]) for b in json.load(open("out.json"))["blame"]]'
| 2 4 9 [('reader=b', 3, False, 'short read'), ('reader=a with writer=c', 1, True, 'byte order')]
| 5 4 9 [('reader=b', 3, False, 'short read'), ('reader=a with writer=c', 1, True, 'byte order')]
$ grep -c '"blame":' out.html
| 1
# What is known to fail is still explained; -q leaves it out.
file known.yaml <<END
known: [{scenario: frames, reason: r}, {scenario: more frames, reason: r, flaky: true}]
END
$ mprun report --baseline known.yaml | grep -c 'reader=b: fails in all 6 combinations'
| 1
$ mprun report -q | grep 'in common'
? 1
# Without the scenarios that fail on some there is nothing to say.
$ mprun -f json:out.json -n nothing | grep 'in common'
? 1
$ grep -c blame out.json
| 0
? 1
