# The means of containment that a run may use: docs/architecture.md.

== a tier that there is not
file mprun.yaml <<END
version: 1
platforms: {c: {command: [touch, started]}}
END
file features/a.feature <<END
Feature: a
  Scenario: s
    * the 'a' process works
END
$ MPRUN_CONTAINMENT=Cgroup mprun features
! mprun: MPRUN_CONTAINMENT is 'Cgroup': it must be cgroup, subreaper or group
? 2
$ test ! -e started

== the tier and why it is no better are told with -v
file mprun.yaml <<END
version: 1
platforms: {c: {command: [cat]}}
END
file features/a.feature <<END
Feature: a
  Scenario: s
    * '0' seconds pass
END
$ MPRUN_CONTAINMENT=group mprun -v features 2>/dev/null | grep contained
| contained  by group (cgroup: not asked for)
$ mprun features | grep -c contained
| 0
? 1
