# The hooks of each SDK: the same ones, written in its language, come to the
# same. hooks.t shows what mprun does with any server's.

== Python
needs PYTHONPATH=${SRC}/build/python python3 -c 'import cucumber_expressions'
timeout 60
$ sh ${SRC}/tests/cli/hooks/play.sh python3 \
  ${SRC}/platform-servers/python/server.py --packages ${SRC}/build/python \
  --steps ${SRC}/tests/cli/hooks/steps.py >got; \
  diff ${SRC}/tests/cli/hooks/expected.txt got

== Node
needs node ${SRC}/platform-servers/node/server.js --packages ${SRC}/build/node --available
timeout 60
$ sh ${SRC}/tests/cli/hooks/play.sh node \
  ${SRC}/platform-servers/node/server.js --packages ${SRC}/build/node \
  --steps ${SRC}/tests/cli/hooks/steps.mjs >got; \
  diff ${SRC}/tests/cli/hooks/expected.txt got

== C
timeout 60
$ sh ${SRC}/tests/cli/hooks/play.sh ${BIN}/platform-servers/c/mprun-server-c \
  --steps ${BIN}/tests/cli/hook_steps.so >got; \
  diff ${SRC}/tests/cli/hooks/expected.txt got
