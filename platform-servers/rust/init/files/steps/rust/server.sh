#!/bin/sh
# Serves the steps of this folder, compiled anew where a source is newer.
# Several processes may do so at once: cargo makes them wait for each other.
set -eu
sdk=${MPRUN_SDKS:-@SDKS@}/rust
crates=${MPRUN_RUST_CRATES:-@CRATES@}
here=$(dirname "$0")
steps=$here/.built/steps

build()
{
    command -v cargo >/dev/null || {
        echo "$0: there is no cargo in PATH: Rust 1.73 or later is needed"
        exit 1
    }
    cd "$here"
    mkdir -p .built
    # The versions that the SDK was tried with.
    [ -e Cargo.lock ] || {
        cp "$sdk/Cargo.lock" "Cargo.lock.$$"
        mv "Cargo.lock.$$" Cargo.lock
    }
    CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/.built/target}
    export CARGO_TARGET_DIR
    # What the SDK needs is there already, unless the steps need more.
    if [ -n "$crates" ] &&
        CARGO_HOME=$crates cargo tree --offline >/dev/null 2>&1
    then
        CARGO_HOME=$crates cargo build --quiet --offline
    else
        cargo build --quiet
    fi
    made=$CARGO_TARGET_DIR/debug/first-steps
    # The same is not put in the place of one that may run: that one finds its
    # lines for a stack in its file.
    if cmp -s "$made" .built/steps; then
        touch .built/steps
    else
        cp "$made" ".built/steps.$$"
        mv ".built/steps.$$" .built/steps
    fi
}

if [ ! -e "$steps" ] || [ -n "$(find "$here/src" "$here/Cargo.toml" \
    -newer "$steps")" ]
then
    (build) >&2
fi
exec "$steps"
