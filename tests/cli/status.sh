# Exit statuses: 0 done, 1 done but look, 2 not done; --damage-ok, --exit-flagged; signals.
. "$(dirname "$0")/check.inc"

printf '换脸\nplain\n' >good
printf 'plain\n' >plain

run scan -e 换脸 good missing good
status_is "a missing file among good ones is status 1" 1
is "the good ones are searched" "$(lines out)" 2
has "the message names the missing one" err 'missing'
run scan -q -e 换脸 --quarantine lost good missing
has "it stands in the quarantine" lost '"file":"missing"'
has "as unreadable" lost '"kind":"unreadable"'
run scan -e 换脸 --damage-ok good missing
status_is "--damage-ok turns 1 into 0" 0

run scan -e 换脸 --exit-flagged good
status_is "--exit-flagged: something is 0" 0
run scan -e 换脸 --exit-flagged plain
status_is "--exit-flagged: nothing is 1" 1
run scan -e 换脸 --exit-flagged plain missing
status_is "--exit-flagged: nothing in what could be searched is 2" 2
run scan -e 换脸 --exit-flagged --damage-ok plain missing
status_is "--exit-flagged --damage-ok: nothing is 1" 1
run scan --exit-flagged --db missing plain
status_is "--exit-flagged: a failure is 2" 2

run scan --nosuch good
status_is "an unknown option is status 2" 2
run scan --thread 2 -e x good
has "the nearest option is suggested" err 'did you mean --threads?'
has "messages begin with the program's name" err 'tocsin: '
run scan --threads
status_is "a missing value is status 2" 2
run scan --threads 0 -e x good
status_is "a value out of range is status 2" 2
run scan --record-limit 16MB -e x good
status_is "a size that is none is status 2" 2
run scan --charset nosuch -e x good
status_is "an unknown charset is status 2" 2
run scan -q --record-limit=16Mi --threads=2 -e 换脸 good
status_is "--long=value and sizes with i" 0
run scan -q -e 换脸 -- good
status_is "-- ends the options" 0
printf '换脸\n' >./-odd
run scan -q -e 换脸 -- -odd
is "and what follows is a file" "$(lines out)" 1
run nosuch
status_is "an unknown command is status 2" 2
run scann
has "the nearest command is suggested" err "did you mean 'scan'?"
run
status_is "no command is status 2" 2
has "and shows the commands" err 'compile'
empty "but prints nothing on stdout" out

run --help
status_is "--help is status 0" 0
for entry in '  0    done' '  1    done, but look' '  2    not done' '  130  ' '  143  '; do
    has "--help has the status table: $entry" out "$entry"
done
run scan --help
has "scan --help has it too" out '  1    done, but look'
has "scan --help has the options by group" out 'Output:'
run --version
has "--version: ours" out 'tocsin 0.1.0'
has "--version: ICU" out 'ICU'
has "--version: fold" out 'fold'
"$tocsin" --help >/dev/full 2>err
status=$?
[ -e /dev/full ] && status_is "a full disk behind --help is status 2" 2

if command -v script >/dev/null; then
    status=$(script -qec "$tocsin scan -e x; echo \"status \$?\"" /dev/null </dev/null | tr -d '\r' | sed -n 's/^status //p')
    status_is "stdin that is a terminal is status 2" 2
else
    echo "skip - a terminal as stdin: script(1) is missing"
fi

yes 'plain line without anything' | head -c 300000000 >large
for signal in INT TERM; do
    # so many that no machine is through with them when the signal comes
    # shellcheck disable=SC2046 # a path a word
    "$tocsin" scan -q -e 换脸 -o stopped $(printf 'large %.0s' {1..1000}) 2>err &
    child=$!
    sleep 0.4
    kill -$signal $child
    wait $child
    status=$?
    case $signal in
    INT) status_is "SIGINT is status 130" 130 ;;
    TERM) status_is "SIGTERM is status 143" 143 ;;
    esac
    is "SIG$signal: no output file is left" "$(ls | grep -c stopped)" 0
done
