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

# Who reads or writes the other end of a pipe may never do so: one signal ends the run all the same.
for i in $(seq 1 3000); do echo "换脸 $i 一段文字，长到管道装不下这么多行"; done >much
ended() { # NAME: TERM to $scanner, which must end within two seconds
    local name=$1 i
    sleep 1
    kill -TERM "$scanner"
    for i in $(seq 1 40); do
        kill -0 "$scanner" 2>/dev/null || break
        sleep 0.05
    done
    kill -KILL "$scanner" 2>/dev/null
    wait "$scanner" 2>/dev/null
    status=$?
    status_is "$name" 143
}
mkfifo stalled unwritten unread
sleep 20 <stalled &
reader=$!
for threads in 1 2; do
    "$tocsin" scan -q -e 换脸 --threads $threads much much >stalled 2>err &
    scanner=$!
    ended "SIGTERM ends a scan whose output nobody reads, $threads thread(s)"
done
kill $reader
"$tocsin" scan -q -e 换脸 unwritten >out 2>err &
scanner=$!
ended "and one of a pipe that nobody writes"
"$tocsin" scan -q -e 换脸 much -o unread 2>err &
scanner=$!
ended "and one into a pipe that nobody opens"
"$tocsin" scan -q -e 换脸 much -o unread &
scanner=$!
sleep 0.3
is "a reader that comes late gets everything" "$(cat unread | wc -l)" 3000
wait $scanner
"$tocsin" scan -q -e 换脸 unwritten >out &
scanner=$!
sleep 0.3
cat much >unwritten
wait $scanner
is "and a writer that comes late is read" "$(lines out)" 3000

# A wrong path must not cost what an earlier run found.
echo found >good
run scan -q -e 换脸 typo.gz -o good
status_is "no input that can be read is status 2" 2
has "with its name" err 'typo.gz: cannot be read'
is "and the output is left as it was" "$(cat good)" found
run scan -q -e 换脸 typo.gz input
status_is "one of several is status 1" 1
printf 'input\r\nmuch\r\n' >list
run scan -q -e 换脸 --files-from list
is "a list with CRLF is read" "$status $(lines out)" "0 3001"

# Under --emit all every document comes out or is told.
printf '{"id":1,"title":"a"}\n{"id":2,"title":"b"\n{"id":3,"title":"c"}\n' >three.jsonl
for emit in all fields; do
    run scan -q -e 换脸 --emit $emit --quarantine lost three.jsonl
    is "--emit $emit: a document that cannot be read is a loss" "$status $(lines out) $(lines lost)" "1 2 1"
done
printf 'id,title\n1,a\n2,b,c\n3,d\n' >three.csv
run scan -q -e 换脸 --emit all --as tocsin --quarantine lost three.csv
is "and of CSV" "$status $(lines out) $(lines lost)" "1 3 1"
