#!/bin/sh
# Sets the machine up, builds and runs; see usage below. POSIX sh, because a
# small system has nothing else. What is missing is found first, shown, and
# only then installed; nothing is fetched when nothing is missing.
set -eu
cd "$(dirname "$0")"
root=$(pwd)
logs=build/log

usage()
{
    cat <<'END'
usage: ./build.sh COMMAND

  demo          build mprun and play features/ipc with the C, the Python and,
                where node and npm are there, the Node platform server; the
                reports lie in build/demo
  check         build with gcc and clang, plain and with sanitizers, and run
                all tests but the long ones
  soak          run the long tests; MPRUN_SOAK=N makes them N times as long
  install-deps  only install what demo and check need, and build the platform
                servers for Go, Rust, Java and C#
  help          this text

Each command first installs what it needs and the machine lacks (apt, dnf,
apk, brew), with sudo unless run as root. All of it was tried on Debian 12, the
demo's set-up on Debian 13 and Ubuntu 22.04 too; the ways of dnf, apk and brew
were never run, and mprun is made for Linux.
END
}

say()
{
    printf '%s\n' "== $*"
}

# Ends the script; the last line says what happened.
fail()
{
    printf '%s\n' "$command: FAILED: $*"
    exit 1
}

# ---------------------------------------------------------------- set-up --

# probe | apt | dnf | apk | brew. Probes are the functions have_<first word>.
# "-": there is no such package; what needs it is skipped there.
needs_demo='
cc|gcc libc6-dev|gcc glibc-devel|gcc musl-dev|-
command cmake|cmake|cmake|cmake|cmake
command ninja|ninja-build|ninja-build|samurai|ninja
command pkg-config|pkg-config|pkgconf-pkg-config|pkgconf|pkg-config
module libuv|libuv1-dev|libuv-devel|libuv-dev|libuv
module libcjson|libcjson-dev|cjson-devel|cjson-dev|cjson
module libpcre2-8|libpcre2-dev|pcre2-devel|pcre2-dev|pcre2
module libutf8proc|libutf8proc-dev|utf8proc-devel|utf8proc-dev|utf8proc
module yaml-0.1|libyaml-dev|libyaml-devel|yaml-dev|libyaml
command python3|python3|python3|python3|python3
python_packages|python3-venv|python3-pip|py3-pip|-
'
needs_check='
module cmocka|libcmocka-dev|libcmocka-devel|cmocka-dev|cmocka
command clang|clang|clang|clang|llvm
command clang-tidy|clang-tidy|clang-tools-extra|clang-extra-tools|-
command clang-format|clang-format|clang-tools-extra|clang-extra-tools|-
command node|nodejs|nodejs|nodejs|node
command npm|npm|npm|npm|node
runs valgrind -q true|valgrind libc6-dbg|valgrind|valgrind|-
command xmllint|libxml2-utils|libxml2|libxml2-utils|libxml2
command patch|patch|patch|patch|gpatch
command parallel|parallel|parallel|parallel|parallel
command jq|jq|jq|jq|jq
command zstd|zstd|zstd|zstd|zstd
command groff|groff-base|groff-base|groff|groff
command zsh|zsh|zsh|zsh|zsh
command fish|fish|fish|fish|fish
jsonschema|python3-jsonschema|python3-jsonschema|py3-jsonschema|-
runs perl -MJSON::PP -e 1|perl|perl|perl|perl
runs ruby -rjson -e 1|ruby|ruby|ruby ruby-json|ruby
runs lua5.4 -l dkjson -v|lua5.4 lua-dkjson|-|-|-
command tclsh|tcl tcllib|tcl tcllib|-|-
'

# Whether the system is one of these releases of Debian or Ubuntu.
release_is()
{
    for release in "$@"; do
        ! grep -qs "^VERSION_CODENAME=$release\$" /etc/os-release || return 0
    done
    return 1
}

# apt's name of $1, which is not the same in all releases.
apt_name()
{
    case $1 in
    cargo) # Debian 12's is too old; its newer one has another name
        if release_is bookworm; then echo cargo-web; else echo cargo; fi
        ;;
    jdk) # Ubuntu 22.04's default is 11; later Debians have no 17
        if release_is jammy; then
            echo openjdk-17-jdk-headless
        else
            echo default-jdk-headless
        fi
        ;;
    nunit) # gone since Debian 13
        if release_is bookworm jammy noble; then
            echo nunit-console libnunit-framework2.6.3-cil
        else
            echo -
        fi
        ;;
    esac
}

# The platform servers that are built outside CMake, each by its own script
# with its language's tool; and the packages of those tools.
server_languages='go rust java csharp'
needs_servers="
command go|golang-go|golang|go|go
command javac|$(apt_name jdk)|java-17-openjdk-devel|openjdk17|openjdk@17
command mvn|maven|maven|maven|maven
command mcs|mono-mcs mono-runtime libmono-posix4.0-cil|mono-core|-|mono
nunit|$(apt_name nunit)|-|-|-
cargo 1.73|$(apt_name cargo)|cargo|cargo|rust
"

# What the Python platform server imports; from PyPI, into a folder of ours.
python_needs=platform-servers/python/requirements.txt
python_folder=build/python
python_probe='import cucumber_expressions'

# The same and what builds its package, for a test that has no network.
wheels_folder=build/wheels

# What the Node platform server imports; from npm, into a folder of ours.
node_server=platform-servers/node
node_folder=build/node

# What the test of the html report judges it with.
axe_folder=build/axe
axe_version=4.14.1

# What the test of the Node SDK's types compiles with.
typescript_folder=build/typescript
typescript_version=5.9.3

# What the server for behave's projects plays with.
behave_folder=build/behave
behave_version=1.3.3

# The same for projects of cucumber-js.
cucumber_js_folder=build/cucumber-js
cucumber_js_version=12.9.0

# Cucumber's own tools, which read our messages in a test.
formatters_folder=build/cucumber
formatters='@cucumber/html-formatter@24.2.0
@cucumber/junit-xml-formatter@0.15.0 @cucumber/messages@34.2.1 ajv@8.20.0'

have_command()
{
    command -v "$1" >/dev/null 2>&1
}

have_runs()
{
    "$@" >/dev/null 2>&1
}

# Cargo, this version or a later one.
have_cargo()
{
    version=$(cargo --version 2>/dev/null | sed 's/^cargo \([0-9.]*\).*/\1/')
    [ -n "$version" ] && [ "$(printf '%s\n%s\n' "$1" "$version" |
        sort -t. -k1,1n -k2,2n | head -n 1)" = "$1" ]
}

# Its runner and the assembly that tests are compiled with.
have_nunit()
{
    have_command nunit-console &&
        ls /usr/lib/cli/nunit.framework-*/nunit.framework.dll >/dev/null 2>&1
}

have_jsonschema()
{
    have_runs python3 -c 'import jsonschema'
}

have_browser()
{
    for browser in chromium-headless-shell chromium chromium-browser \
        google-chrome headless_shell; do
        ! have_command $browser || return 0
    done
    return 1
}

have_module()
{
    have_command pkg-config && pkg-config --exists "$1"
}

have_cc()
{
    have_command cc && mkdir -p build &&
        echo '#include <stdio.h>
int main(void) { return 0; }' |
        cc -x c -o build/probe - >/dev/null 2>&1
}

# Either they are there already, or this Python can fetch them.
have_python_packages()
{
    python_packages_ready ||
        have_runs python3 -c 'import venv, ensurepip' ||
        have_runs python3 -m pip --version
}

python_packages_ready()
{
    PYTHONPATH=$root/$python_folder have_runs python3 -c "$python_probe"
}

# The column of this machine's package manager; 0 if it has none we know.
manager_column()
{
    if have_command apt-get; then
        echo 2
    elif have_command dnf; then
        echo 3
    elif have_command apk; then
        echo 4
    elif have_command brew; then
        echo 5
    else
        echo 0
    fi
}

# Prints the rows of the tables that are not satisfied and could be.
missing_rows()
{
    printf '%s\n' "$@" | while IFS= read -r row; do
        probe=${row%%|*}
        [ "$column" != 0 ] &&
            [ "$(printf '%s\n' "$row" | cut -d'|' -f"$column")" = - ] &&
            continue
        # shellcheck disable=SC2086 # the words of a probe
        [ -z "$row" ] || have_$probe || printf '%s\n' "$row"
    done
}

# Prints the packages of the rows, each once, and the probes in words.
packages_of()
{
    printf '%s\n' "$1" | cut -d'|' -f"$column" | tr ' ' '\n' | sort -u |
        tr '\n' ' '
}

words_of()
{
    printf '%s\n' "$1" | cut -d'|' -f1 |
        sed 's/^command //; s/^module //; s/^runs //; s/_/ /g; $!s/$/,/' |
        tr '\n' ' '
}

# Shows the command, runs it as root with its output in a log.
run_install()
{
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    echo "   $sudo${sudo:+ }$*"
    [ -z "$sudo" ] || have_command sudo ||
        fail "packages are installed by root or through sudo; neither is here"
    $sudo env DEBIAN_FRONTEND=noninteractive "$@" \
        >>"$logs/install.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/install.log"
        fail "could not install packages; all output: $logs/install.log"
    }
}

# Installs what the tables ask for and the machine lacks.
install_missing()
{
    column=$(manager_column)
    rows=$(missing_rows "$@")
    [ -n "$rows" ] || return 0
    say "missing: $(words_of "$rows")"
    [ "$column" != 0 ] ||
        fail "no apt-get, dnf, apk or brew here: install these by hand"
    mkdir -p "$logs"
    : >"$logs/install.log"
    packages=$(packages_of "$rows")
    # shellcheck disable=SC2086 # a list of packages
    case $column in
    2)
        run_install apt-get update
        run_install apt-get install -y --no-install-recommends $packages
        ;;
    3) run_install dnf install -y $packages ;;
    4) run_install apk add $packages ;;
    5)
        echo "   brew install $packages"
        brew install $packages </dev/null || fail "brew: $packages"
        ;;
    esac
    rows=$(missing_rows "$@")
    [ -z "$rows" ] || fail "installed, but still missing: $(words_of "$rows")"
    have_cc || fail "no C compiler; on macOS: xcode-select --install"
}

# cmake 3.25 reads our presets; an older system gets one from PyPI.
need_cmake()
{
    if [ -x build/tools/bin/cmake ]; then
        PATH=$root/build/tools/bin:$PATH
        export PATH
    fi
    version=$(cmake --version | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p')
    oldest=$(printf '%s\n3.25\n' "$version" | sort -t. -k1,1n -k2,2n |
        head -n 1)
    case $oldest in
    3.25*) return 0 ;;
    esac
    say "cmake $version is older than 3.25: a newer one goes to build/tools"
    mkdir -p "$logs"
    {
        python3 -m venv build/tools &&
            build/tools/bin/python -m pip install 'cmake>=3.25,<4'
    } >"$logs/cmake.log" 2>&1 || {
        tail -n 20 "$logs/cmake.log"
        fail "cmake 3.25 or newer is needed"
    }
    PATH=$root/build/tools/bin:$PATH
    export PATH
}

# The Python packages, into $python_folder and nowhere else.
need_python_packages()
{
    python_packages_ready && return 0
    say "missing: $(tr '\n' ' ' <"$python_needs")for Python"
    echo "   pip install --target $python_folder -r $python_needs"
    mkdir -p "$logs"
    pip=python3
    {
        if ! have_runs python3 -m pip --version; then
            pip=build/pip/bin/python3
            [ -x $pip ] || python3 -m venv build/pip
        fi
        $pip -m pip install --disable-pip-version-check --upgrade \
            --target "$python_folder" -r "$python_needs"
    } >"$logs/python.log" 2>&1 </dev/null && python_packages_ready || {
        tail -n 20 "$logs/python.log"
        fail "pip could not install them; all output: $logs/python.log"
    }
}

# Wheels, for the test that follows the way into the Python SDK without a
# network. Without them it is skipped.
need_wheels()
{
    ! ls $wheels_folder/flit_core-*.whl >/dev/null 2>&1 || return 0
    say "missing: wheels for the test of the Python package"
    echo "   pip download -d $wheels_folder -r $python_needs flit_core"
    mkdir -p "$logs" $wheels_folder
    pip=python3
    have_runs python3 -m pip --version || pip=build/pip/bin/python3
    {
        [ $pip = python3 ] || [ -x $pip ] || python3 -m venv build/pip
        $pip -m pip download --disable-pip-version-check \
            --dest $wheels_folder -r "$python_needs" 'flit_core>=3.4,<4'
    } >"$logs/wheels.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/wheels.log"
        say "pip could not fetch them; all output: $logs/wheels.log"
    }
}

node_packages_ready()
{
    have_runs node $node_server/server.js --packages "$node_folder" --available
}

# The npm packages, into $node_folder. What needs them is skipped where the
# Node of the system is too old.
need_node_packages()
{
    node_packages_ready && return 0
    node $node_server/server.js --packages "$node_folder" --available 2>&1 |
        grep -q 'later is needed' && {
        say "NOT USED: Node $(node --version) is too old for its server"
        return 0
    }
    say "missing: @cucumber/cucumber-expressions for Node"
    echo "   npm ci --prefix $node_folder"
    mkdir -p "$logs" "$node_folder"
    cp $node_server/package.json $node_server/package-lock.json "$node_folder"
    npm ci --prefix "$node_folder" --ignore-scripts --no-audit --no-fund \
        >"$logs/node.log" 2>&1 </dev/null && node_packages_ready || {
        tail -n 20 "$logs/node.log"
        say "npm could not install them; all output: $logs/node.log"
        return 1
    }
}

# Builds the platform servers of $server_languages, each into build/LANGUAGE.
# Where the toolchain is missing or too old its tests are skipped; a server
# that does not build fails the check when $1 is "must".
need_servers()
{
    for language in $server_languages; do
        script=platform-servers/$language/build
        [ -x $script ] || continue
        log=$logs/server-$language.log
        mkdir -p "$logs"
        say "build the platform server for $language (log: $log)"
        status=0
        $script "build/$language" >"$log" 2>&1 </dev/null || status=$?
        case $status in
        0) ;;
        77) say "NOT BUILT: $(tail -n 1 "$log")" ;;
        *)
            tail -n 20 "$log"
            [ "${1:-}" != must ] ||
                fail "the server for $language; all output: $log"
            say "going on without $language"
            ;;
        esac
    done
}

# A browser for the page of a run. Without it the page's tests are skipped, so
# what goes wrong here is told and no more. Ubuntu's is a snap, which nothing
# installs in a container.
need_browser()
{
    ! have_browser || return 0
    case $(manager_column) in
    2)
        ! have_runs grep -q '^ID=ubuntu' /etc/os-release || return 0
        set -- apt-get install -y --no-install-recommends \
            chromium-headless-shell fonts-dejavu-core
        ;;
    3) set -- dnf install -y chromium-headless ;;
    4) set -- apk add chromium ;;
    *) return 0 ;;
    esac
    say "missing: a browser for the tests of the page"
    mkdir -p "$logs"
    (run_install "$@") || say "no browser: the tests of the page are skipped"
}

# axe-core, which judges whether all can use the page of a run. Without it
# that part of its test is skipped.
need_axe()
{
    [ ! -f $axe_folder/node_modules/axe-core/axe.min.js ] || return 0
    say "missing: axe-core for the tests of the page"
    echo "   npm install --prefix $axe_folder axe-core@$axe_version"
    mkdir -p "$logs" $axe_folder
    npm install --prefix $axe_folder --ignore-scripts --no-audit --no-fund \
        "axe-core@$axe_version" >"$logs/axe.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/axe.log"
        say "npm could not install it; all output: $logs/axe.log"
    }
}

# TypeScript, for the test of the Node SDK's types. Without it that is skipped.
need_typescript()
{
    [ ! -f $typescript_folder/node_modules/typescript/bin/tsc ] || return 0
    say "missing: TypeScript for the test of the Node SDK's types"
    echo "   npm install --prefix $typescript_folder" \
        "typescript@$typescript_version"
    mkdir -p "$logs" $typescript_folder
    npm install --prefix $typescript_folder --ignore-scripts --no-audit \
        --no-fund "typescript@$typescript_version" \
        >"$logs/typescript.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/typescript.log"
        say "npm could not install it; all output: $logs/typescript.log"
    }
}

# behave, for the test of the server that plays its projects. Without it that
# is skipped.
need_behave()
{
    [ ! -d $behave_folder/behave ] || return 0
    say "missing: behave for the test of its server"
    echo "   pip install --target $behave_folder behave==$behave_version"
    mkdir -p "$logs"
    pip=python3
    have_runs python3 -m pip --version || pip=build/pip/bin/python3
    {
        [ $pip = python3 ] || [ -x $pip ] || python3 -m venv build/pip
        $pip -m pip install --disable-pip-version-check \
            --target $behave_folder "behave==$behave_version"
    } >"$logs/behave.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/behave.log"
        say "pip could not install it; all output: $logs/behave.log"
    }
}

# The same with cucumber-js.
need_cucumber_js()
{
    [ ! -d $cucumber_js_folder/node_modules/@cucumber/cucumber ] || return 0
    say "missing: cucumber-js for the test of its server"
    echo "   npm install --prefix $cucumber_js_folder" \
        "@cucumber/cucumber@$cucumber_js_version"
    mkdir -p "$logs" $cucumber_js_folder
    npm install --prefix $cucumber_js_folder --ignore-scripts --no-audit \
        --no-fund "@cucumber/cucumber@$cucumber_js_version" \
        >"$logs/cucumber-js.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/cucumber-js.log"
        say "npm could not install it; all output: $logs/cucumber-js.log"
    }
}

# Cucumber's formatters and the schema of its messages. Without them their test
# is skipped.
need_formatters()
{
    [ ! -d $formatters_folder/node_modules/@cucumber/html-formatter ] ||
        return 0
    say "missing: Cucumber's formatters for the test of the messages"
    echo "   npm install --prefix $formatters_folder" $formatters
    mkdir -p "$logs" $formatters_folder
    # shellcheck disable=SC2086 # several words
    npm install --prefix $formatters_folder --ignore-scripts --no-audit \
        --no-fund $formatters >"$logs/formatters.log" 2>&1 </dev/null || {
        tail -n 20 "$logs/formatters.log"
        say "npm could not install them; all output: $logs/formatters.log"
    }
}

# ----------------------------------------------------------------- build --

cores()
{
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# build_preset PRESET [CMAKE-ARGUMENT...]: configures once, then builds.
build_preset()
{
    preset=$1
    shift
    log=$logs/build-$preset.log
    mkdir -p "$logs"
    say "build $preset (log: $log)"
    {
        [ -f "build/$preset/build.ninja" ] ||
            cmake --preset "$preset" "$@"
    } >"$log" 2>&1 </dev/null &&
        cmake --build "build/$preset" -j "$(cores)" >>"$log" 2>&1 || {
        # The compiler's own words if there are any, else how it ended.
        grep -E -A 5 '(error|Error|FAILED)[: ]' "$log" | head -n 60 |
            grep . || tail -n 30 "$log"
        fail "the $preset build; all output: $log"
    }
}

# A sanitized program must link and start (musl has no such library).
sanitizers_work()
{
    mkdir -p build && echo 'int main(void) { return 0; }' |
        cc -fsanitize=address,undefined -x c -o build/probe - \
            >/dev/null 2>&1 && build/probe
}

# -------------------------------------------------------------- commands --

install_demo()
{
    install_missing "$needs_demo"
    need_cmake
    need_python_packages
    # A third platform where it costs nothing; its cases are skipped elsewhere.
    if have_command node && have_command npm; then
        need_node_packages || say "going on without Node"
    fi
}

install_check()
{
    install_missing "$needs_demo" "$needs_check" "$needs_servers"
    need_cmake
    need_python_packages
    need_wheels
    need_behave
    need_node_packages || fail "the packages for Node are missing"
    need_servers must
    need_browser
    need_axe
    need_formatters
    need_typescript
    need_cucumber_js
}

# Prints the counts of a JUnit file as words; fails unless it is good.
junit_counts()
{
    python3 - "$1" <<'END'
import sys
import xml.etree.ElementTree as tree

cases = list(tree.parse(sys.argv[1]).getroot().iter("testcase"))
kinds = {"failed": ("failure", "error"), "skipped": ("skipped",)}
counts = {kind: sum(any(case.find(tag) is not None for tag in tags)
                    for case in cases) for kind, tags in kinds.items()}
passed = len(cases) - counts["failed"] - counts["skipped"]
print(f"{len(cases)} cases, {passed} passed, {counts['skipped']} skipped, "
      f"{counts['failed']} failed")
sys.exit(0 if passed and not counts["failed"] else 1)
END
}

run_demo()
{
    install_demo
    build_preset release -D MPRUN_TESTS=OFF
    mkdir -p build/demo
    rm -f build/demo/junit.xml
    say "build/release/mprun features/ipc"
    status=0
    MPRUN_BUILD=$root/build/release MPRUN_PYTHON_PACKAGES=$root/$python_folder \
        MPRUN_NODE_PACKAGES=$root/$node_folder \
        build/release/mprun features/ipc --format progress \
        --format junit:build/demo/junit.xml </dev/null || status=$?
    [ -f build/demo/junit.xml ] ||
        fail "mprun ended with status $status and wrote no JUnit file"
    good=yes
    counts=$(junit_counts build/demo/junit.xml) || good=no
    [ $status = 0 ] && [ $good = yes ] ||
        fail "exit status $status; $counts. JUnit: build/demo/junit.xml"
    echo "demo: passed. $counts. JUnit: build/demo/junit.xml"
}

# Two runs of ctest: the sanitized build first, then the plain one, which also
# has the checks of the tree, clang's and valgrind's. ctest has the last word.
run_check()
{
    install_check
    build_preset debug
    if sanitizers_work; then
        build_preset asan
        say "ctest --preset asan"
        ctest --preset asan -j "$(cores)" </dev/null || exit 1
    else
        say "NOT RUN: the sanitized build; cc has no sanitizers here"
    fi
    say "ctest --preset debug"
    exec ctest --preset debug -j "$(cores)" </dev/null
}

run_soak()
{
    install_check
    sanitizers_work || fail "the long tests run with sanitizers; cc has none"
    build_preset asan
    say "ctest --preset soak, MPRUN_SOAK=${MPRUN_SOAK:-1}"
    MPRUN_SOAK=${MPRUN_SOAK:-1}
    export MPRUN_SOAK
    exec ctest --preset soak </dev/null
}

command=${1:-}
[ $# -le 1 ] || {
    usage >&2
    exit 2
}
case $command in
demo) run_demo ;;
check) run_check ;;
soak) run_soak ;;
install-deps)
    install_check
    echo "install-deps: done."
    ;;
help | -h | --help) usage ;;
*)
    [ -z "$command" ] || echo "build.sh: unknown command '$command'" >&2
    usage >&2
    exit 2
    ;;
esac
