# mprun conformance: what is asked for, what is answered, how it ends. What each
# check finds is proved in tests/conformance.
replace in [0-9.]+m?s\b with in <time>
replace in [0-9]+ ms with in <time>

== what is wrong is told at once
$ mprun conformance
! mprun: conformance needs a command: mprun conformance -- COMMAND (mprun conformance --help)
? 2
$ mprun conformance --only 61,x --step sing=la --level 2 -- cat
! mprun: --only takes numbers of checks, from 1 to 60, not '61'
! mprun: --only takes numbers of checks, from 1 to 60, not 'x'
! mprun: --step takes KIND=TEXT with a KIND of docs/conformance.md, not 'sing=la'
! mprun: --level takes auto, bare or 1, not '2'
? 2
$ mprun conformance --language cobol -f html:x --timeout 0 -- cat
! mprun: --language takes bash, c, csharp, go, java, lua, node, perl, python, ruby, rust, not 'cobol' (mprun conformance --help)
! mprun: --format takes table, json or junit, and :PATH behind it, not 'html:x'
! mprun: --timeout takes the time for an answer, such as 5s, not 0: an examination needs one
? 2
$ mprun conformance -f help -- cat
! mprun: --format takes table, json or junit, and :PATH behind it, not 'help'
? 2
$ mprun conformance --help | grep -e --timeout -e --format -e --json
| Run         --timeout T                of an answer: 500ms, 5s, 2m; 5s is usual
|             --json                     the table as JSON
|         -f, --format TYPE[:PATH]       table, json or junit; several at once
$ mprun conformance --only 8 -- ./nonesuch
! mprun: cannot execute './nonesuch': No such file or directory (in $DIR)
? 5

== where nothing is said, nothing of it is good
$ mprun conformance --level bare --only 1,3,4,10 -- true
| mprun 0.1.0 · conformance · level bare · true
|
| Transport
|      1  not tested  each message is one line that ends in LF (it has said nothing that could be looked at)
|      3  not tested  no byte-order mark (it has said nothing that could be looked at)
|      4  not tested  no CR before LF (it has said nothing that could be looked at)
|     10  not tested  no member twice in an object (it has said nothing that could be looked at)
|
| 4 checks: 4 not tested in <time>

== a check and what it needs
file server.sh <<END
while read -r line; do
  id=${line#*'"id":'} id=${id%%[,\}]*}
  echo '{"jsonrpc":"2.0","id":'$id',"result":{"status":"ok"}}'
done
END
$ mprun conformance --level bare --only 19 -- sh server.sh
| mprun 0.1.0 · conformance · level bare · sh server.sh
|
| Transport
|      8  pass        answers while stdin stays open
|     19  pass        takes a request that ends in CR LF
|
| 2 checks: 2 pass in <time>

== a server starts where the environment has nothing of what is set for it
file server.sh <<END
while read -r line; do
  id=${line#*'"id":'} id=${id%%[,\}]*}
  echo '{"jsonrpc":"2.0","id":'$id',"result":{"status":"ok"}}'
done
END
$ env -i A=1 PATH="$PATH" mprun conformance --level bare --only 8,19 -- sh server.sh
| mprun 0.1.0 · conformance · level bare · sh server.sh
|
| Transport
|      8  pass        answers while stdin stays open
|     19  pass        takes a request that ends in CR LF
|
| 2 checks: 2 pass in <time>

== a failure has the bytes and a hint for the language
file server.sh <<END
while read -r line; do
  echo "hello"
  echo '{"jsonrpc":"2.0","id":1,"result":{"status":"ok"}}'
done
END
$ mprun conformance --level bare --only 2 -q -f table -f json:out/a.json -f junit:out/a.xml -- sh server.sh
| mprun 0.1.0 · conformance · level bare · sh server.sh
|
| Transport
|      2  FAIL        nothing but messages is on stdout, no banner
|          found     text that is no message
|          received  hello
|          mend      write banners and prints to stderr
|
| 1 check: 1 FAIL in <time>
? 1
$ grep -o '"result":"[a-z]*","why":"[^"]*","received":"[^"]*"' out/a.json
| "result":"fail","why":"text that is no message","received":"hello"
$ grep -c '<failure message="text that is no message">' out/a.xml
| 1
$ printf '#!/bin/sh\n. ./server.sh\n' >server; chmod +x server
$ mprun conformance --level bare --only 2 -q -- ./server | tail -2
| 1 check: 1 FAIL in <time>
| --language NAME tells how to mend it in that one: bash, c, csharp, go, java, lua, node, perl, python, ruby, rust
$ mprun conformance --level bare --only 2 -q --language node -- ./server | tail -3
|          mend      console.error instead of console.log
|
| 1 check: 1 FAIL in <time>

== a server that dies is told with what it said
$ mprun conformance --level bare --only 8 -q -- sh -c 'echo no such file >&2; exit 3'
| mprun 0.1.0 · conformance · level bare · sh -c 'echo no such file >&2; exit 3'
|
| Transport
|      8  FAIL        answers while stdin stays open
|          found     no answer to health in <time>: it exited with 3; its stderr ends: no such file
|          sent      {"jsonrpc":"2.0","id":1,"method":"health"}
|          mend      read requests from stdin, line by line, until it ends; see what it writes to stderr
|
| 1 check: 1 FAIL in <time>
? 1

== without --level it is seen which one it is, and why
$ mprun conformance --only 3 -- true
| mprun 0.1.0 · conformance · level bare · true
| bare, because no answer to initialize: it exited with 0
|
| Transport
|      3  not tested  no byte-order mark (it has said nothing that could be looked at)
|
| 1 check: 1 not tested in <time>

== what it cannot write is an error
$ mprun conformance --level bare --only 3 --json -- true > /dev/full
! mprun: standard output: No space left on device
? 3
$ mkdir folder && mprun conformance --level bare --only 3 -f junit:folder -- true
! folder: no report can be written there: Is a directory
? 2
$ mkfifo unread && mprun conformance --level bare --only 3 -f junit:unread -- true >out
! mprun: unread: the report was not written: nobody reads from it
? 3
$ mprun conformance --level bare --only 3 -f json:- -- true | cut -c1-36
| {"version":"0.1.0","level":"bare","l
$ test ! -e ./-
