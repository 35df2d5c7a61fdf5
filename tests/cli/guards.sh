# What a first-time user did by accident: outputs over inputs and links, signals while a pipe is idle, input that is no text.
. "$(dirname "$0")/check.inc"

printf '换脸\n' >input
cp input copy
run scan -q -e 换脸 input --quarantine input
status_is "a quarantine over an input is refused" 2
run scan -q -e 换脸 input --stats input
status_is "so are statistics" 2
run scan -q -e 换脸 input -o input
status_is "so is the output" 2
is "and the input is whole" "$(cmp input copy 2>&1)" ""
run scan -q -e 换脸 input -o same --stats same
status_is "one file for two outputs is refused" 2
run scan -q -e 换脸 input --stats nofolder/stats
status_is "statistics that cannot be written are status 2" 2
empty "before any work is done" out

echo old >target
chmod 600 target
ln -s target link
run scan -q -e 换脸 input -o link
is "a link's target is replaced, not the link" "$(readlink link) $(lines target)" "target 1"
is "and keeps its mode" "$(stat -c %a target)" 600
ln -s /proc/self/fd/1 stream
"$tocsin" scan -q -e 换脸 input -o stream >through
is "a link to stdout is written to as it is" "$(readlink stream) $(lines through)" "/proc/self/fd/1 1"

for signal in INT TERM; do
    mkfifo "pipe.$signal"
    sleep 20 >"pipe.$signal" &
    writer=$!
    "$tocsin" scan -q -e 换脸 -o "late.$signal" - <"pipe.$signal" 2>err &
    scanner=$!
    sleep 1
    # a background process of a shell ignores SIGINT unless it catches it itself, as tocsin does
    kill -$signal $scanner
    wait $scanner
    status=$?
    kill $writer 2>/dev/null
    status_is "SIG$signal ends a scan that waits for a pipe" $([ $signal = INT ] && echo 130 || echo 143)
    is "and leaves no output behind" "$(ls late.$signal* 2>/dev/null)" ""
done

gzip -c input | gzip -c >twice.gz
run scan -e 换脸 twice.gz
status_is "what was compressed twice is status 1" 1
has "and said to be no text" err 'no text'
printf '[{"title":"换脸"}]\n' >array.json
run scan -e 换脸 array.json
status_is "a JSON array is status 1" 1
has "with what to do" err "jq -c '.[]'"
run scan -q -e 换脸 --format lines array.json
status_is "--format lines searches it" 0
printf '{"title":"换脸"}\n' | iconv -f utf-8 -t gbk >gbk.jsonl
run scan -q -e 换脸 --charset gbk gbk.jsonl
has "--charset is about JSONL too" out '"charset":"gb18030"'
