# The server for step files of cucumber-js, where it cannot begin.

== a package that is made for another Node
needs node --version
file node_modules/@cucumber/cucumber/package.json <<END
{"name": "@cucumber/cucumber", "version": "99.0.0", "engines": {"node": "100 || >=102"}}
END
file mprun.yaml <<END
platforms:
  cucumber-js: {command: [node, "${SRC}/platform-servers/cucumber-js/server.js"], protocol: 1}
END
file features/a.feature <<END
Feature: a
  Scenario: s
    Given something
END
$ node "$SRC/platform-servers/cucumber-js/server.js" --check
| step definitions: 0, errors: 1
!~ @cucumber/cucumber 99\.0\.0 is made for Node 100 \|\| >=102, this is v.*: install a version of it for this Node
? 1
$ mprun -q >out; grep -q "could not be started on cucumber-js: .*made for Node 100 || >=102" out && echo told
| told
