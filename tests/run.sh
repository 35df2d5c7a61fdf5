#!/usr/bin/env bash
# run.sh SUITE...: runs suites of tests against $BUILD (default build): unit, points, fuzz-regress, cli, oracle, patterns,
# invariant, rules, lint. A suite prints what failed or was skipped and one line of counts; the last line is the total, which
# is added to the file $TOTALS, too. Status 1 if any failed.
set -u
cd "$(dirname "$0")/.."
build=${BUILD:-build}
under=${UNDER:-}
TOCSIN=$PWD/$build/tocsin
export TOCSIN LC_ALL=C.UTF-8
python=/usr/bin/python3
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# count NAME STATUS: takes $log apart, whose lines begin with ok, not ok, or skip (cmocka's TAP marks one by # SKIP,
# whatever stands before it). A run that fails without saying where is one failure.
count() {
    local good bad skip
    awk '/^skipped: / { reason = substr($0, 10); next }
         /^(not )?ok [0-9]+ # SKIP / { sub(/^.*# SKIP /, "skip - "); if (reason != "") $0 = $0 ": " reason }
         /^(not )?ok |^skip - / { reason = "" }
         { print }' "$log" >"$log.sorted" && mv "$log.sorted" "$log"
    skip=$(grep -cE '^skip ' "$log")
    good=$(grep -cE '^ok' "$log")
    bad=$(grep -cE '^not ok' "$log")
    if [ "$bad" -gt 0 ]; then
        sed "s|^|$1: |" "$log" | grep -vE "^$1: (ok|1\.\.)"
    elif [ "$2" -ne 0 ] || [ $((good + skip)) -eq 0 ]; then
        bad=1
        echo "$1: not ok - ended with status $2 after $good tests"
        tail -n 20 "$log"
    else
        grep -E '^skip ' "$log" | sed "s|^|$1: |"
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
    echo "$1: $good passed, $bad failed, $skip skipped"
}

skip_suite() {
    skipped=$((skipped + 1))
    echo "$1: skip - $2"
}

# cmocka NAME: runs a program of $build/unit.
cmocka() {
    # shellcheck disable=SC2086 # UNDER is a command with options
    CMOCKA_MESSAGE_OUTPUT=TAP $under "$build/unit/$1" >"$log" 2>&1
    count "$1" $?
}

unit() {
    local source
    for source in tests/unit/test_*.c; do
        cmocka "$(basename "$source" .c)"
    done
}

# All code points, where unit takes some.
points() {
    POINTS=all cmocka test_code_points
}

cli() {
    local script status
    for script in tests/cli/*.sh; do
        bash "$script" >"$log" 2>&1
        status=$?
        count "cli/$(basename "$script" .sh)" "$status"
    done
}

# unittest's verdict as lines of ours.
oracle() {
    local script
    if ! $python -c 'import icu, yaml' 2>/dev/null; then
        skip_suite oracle "python3-icu and python3-yaml are missing"
        return
    fi
    for script in tests/oracle/test_*.py; do
        $python "$script" -v 2>&1 | sed -E \
            -e 's/^(.*) \.\.\. ok$/ok - \1/' -e 's/^(.*) \.\.\. skipped (.*)$/skip - \1: \2/' \
            -e 's/^(FAIL|ERROR): (.*)$/not ok - \2/' >"$log"
        count "oracle/$(basename "$script" .py)" "${PIPESTATUS[0]}"
    done
}

patterns() {
    local status line
    "$TOCSIN" test patterns >"$log.patterns" 2>&1
    status=$?
    line=$(tail -n 1 "$log.patterns")
    {
        [ "$status" -gt 1 ] || for ((i = 0; i < ${line%% *}; i++)); do echo ok; done
        if [ "$status" -eq 1 ]; then sed -e '$d' -e 's/^/not ok - /' "$log.patterns"; else tail -n 5 "$log.patterns"; fi
    } >"$log"
    rm -f "$log.patterns"
    count patterns "$status"
    "$TOCSIN" lint -q patterns 2>&1 | sed 's/^/not ok - /' >"$log"
    status=${PIPESTATUS[0]}
    [ "$status" -ne 0 ] || echo "ok - tocsin lint patterns finds nothing" >"$log"
    count patterns/lint "$status"
    if ! $python -c 'import yaml' 2>/dev/null; then
        skip_suite patterns/examples "python3-yaml is missing"
        return
    fi
    $python tests/examples.py "$TOCSIN" patterns >"$log" 2>&1
    count patterns/examples $?
}

# The inputs written by hand, and those that hours of fuzzing found worth keeping.
fuzz-regress() {
    local status inputs
    inputs=$(mktemp -d)
    cp tests/fuzz/corpus/* "$inputs" && tar -C "$inputs" -xzf tests/fuzz/found.tar.gz
    # shellcheck disable=SC2086 # UNDER is a command with options
    find "$inputs" -type f -print0 | xargs -0 $under "$build/unit/replay_fuzz_sieve" >"$log.replay" 2>&1
    status=$?
    if [ "$status" -eq 0 ]; then
        find "$inputs" -type f -printf 'ok\n' >"$log"
    else
        { echo "not ok - a saved input fails"; tail -n 20 "$log.replay"; } >"$log"
    fi
    rm -rf "$inputs"
    rm -f "$log.replay"
    count fuzz-regress "$status"
}

invariant() {
    bash tests/invariant.sh >"$log" 2>&1
    count invariant $?
}

# Random sets of rules: N of them (3000; under 300 some operator may be missing, which fails), another SEED for others,
# KEEP for the files of those with differences.
rules() {
    $python tests/oracle/invariant.py --tocsin "$TOCSIN" --rules "${N:-3000}" --seed "${SEED:-1}" \
        ${KEEP:+--keep "$KEEP"} >"$log" 2>&1
    count rules $?
}

lint() {
    BUILD=$build bash tests/lint.sh >"$log" 2>&1
    count lint $?
}

for suite in "$@"; do
    "$suite"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ -z "${TOTALS:-}" ] || echo "$passed $failed $skipped" >>"$TOTALS"
[ "$failed" -eq 0 ]
