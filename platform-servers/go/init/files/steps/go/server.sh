#!/bin/sh
# Serves the steps of this folder, compiled anew where a source is newer.
# Several processes may do so at once: each makes a file of its own.
set -eu
sdk=${MPRUN_SDKS:-@SDKS@}/go
modules=${MPRUN_GO_MODULES:-@MODULES@}
here=$(dirname "$0")
steps=$here/.built/steps

build()
{
    command -v go >/dev/null || {
        echo "$0: there is no go in PATH: Go 1.19 or later is needed"
        exit 1
    }
    cd "$here"
    # The sums of what the SDK needs, which is fetched where it is not at hand.
    [ -e go.sum ] || {
        cp "$sdk/go.sum" "go.sum.$$"
        mv "go.sum.$$" go.sum
    }
    grep -qF "$sdk" go.mod ||
        go mod edit -replace "mprun.internal/mprun=$sdk"
    proxies=$(go env GOPROXY)
    [ -z "$modules" ] || proxies=file://$modules/cache/download,$proxies
    GOPROXY=$proxies go build -mod=mod -o ".built/steps.$$" .
    mv ".built/steps.$$" .built/steps
}

if [ ! -e "$steps" ] || [ -n "$(find "$here" -name '*.go' -newer "$steps" -o \
    -name go.mod -newer "$steps")" ]
then
    (build) >&2
fi
exec "$steps"
