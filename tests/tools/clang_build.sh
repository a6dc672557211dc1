#!/bin/sh
# Builds everything with clang, warnings as errors, in a folder of its own.
#   clang_build.sh SOURCE BUILD
set -eu
if ! command -v clang >/dev/null; then
    echo "skipped: clang is not here"
    exit 77
fi
if [ ! -f "$2/build.ninja" ]; then
    cmake -S "$1" -B "$2" -G Ninja -D CMAKE_C_COMPILER=clang \
        -D CMAKE_BUILD_TYPE=Debug -D MPRUN_WERROR=ON -D MPRUN_TESTS=ON
fi
cmake --build "$2"
