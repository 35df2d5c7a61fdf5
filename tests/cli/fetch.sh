# corpora/fetch against a host on loopback that cuts connections, ignores ranges, changes files and refuses.
. "$(dirname "$0")/check.inc"
python=/usr/bin/python3
if [ ! -x $python ]; then
    echo "skip - fetch: no $python"
    exit 0
fi
$python "$here/tests/cli/fetch_server.py" serve "$work/log" "$work/port" 2>"$work/server" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
    [ -s port ] && break
    sleep 0.1
done
host=http://127.0.0.1:$(cat port)

fetch() {
    $python "$here/corpora/fetch" --host "$host" --wait 0.01 --retries 3 -o got "$@" >out 2>err
    status=$?
}
# What the server has as file NUMBER in VERSION.
original() { $python "$here/tests/cli/fetch_server.py" content "$1" "${2:-0}"; }
same() { # NAME NUMBER [VERSION]
    original "$2" "${3:-0}" >original
    is "$1" "$(cmp original "got/2026/04/CC-NEWS-20260401000000-0000$2.warc.gz" 2>&1)" ""
}

fetch --month 2026/04 --dry-run --limit 2
status_is "--dry-run is status 0" 0
is "and names as many files as --limit says" "$(lines out)" 2
has "by their whole address" out "$host/crawl-data/CC-NEWS/2026/04/CC-NEWS-20260401000000-00002.warc.gz"
is "and asks for nothing but the list" "$(grep -c 'warc.gz' log)" 0
is "nor writes anything" "$(ls got 2>/dev/null)" ""

fetch --month 2026/04 --limit 4
status_is "what is cut off is fetched in the end" 0
is "stdout names every file" "$(lines out)" 4
same "a file that comes at once is whole" 1
same "a file that is cut and refused many times is identical byte for byte" 2
same "a host that ignores ranges gives the whole file" 3
same "a file that changed on the host is begun anew" 4 1
has "the second was resumed where it was cut" log "00002.warc.gz bytes=100000-"
is "no part stays behind" "$(find got -name '*.part*')" ""

: >log
fetch --month 2026/04 --limit 4
status_is "another run is status 0" 0
is "and fetches nothing but the list" "$(lines log)" 1
is "and names every file again" "$(lines out)" 4

: >log
original 1 | head -c 1000 >got/2026/04/CC-NEWS-20260401000000-00001.warc.gz.part
rm got/2026/04/CC-NEWS-20260401000000-00001.warc.gz
fetch --month 2026/04 --limit 1
same "a part without its etag is not trusted" 1
has "but fetched from the start" log "00001.warc.gz -"

: >log
first=got/2026/04/CC-NEWS-20260401000000-00001.warc.gz
mv $first $first.part
printf '"%s"' "$(sha1sum <$first.part | cut -d' ' -f1)" >$first.part.etag
fetch --month 2026/04 --limit 1
same "a part that lacks nothing is the file" 1
has "which the host confirmed" log "00001.warc.gz bytes=450002-"
mv $first $first.part
printf x >>$first.part
printf '"%s"' "$(original 1 | sha1sum | cut -d' ' -f1)" >$first.part.etag
fetch --month 2026/04 --limit 1
same "a part that is too long is begun anew" 1

fetch --month 2026/04
status_is "files that cannot be had are status 1" 1
has "a missing one is told" err "00005.warc.gz: the host says 404"
has "one that is no gzip is told" err "00006.warc.gz: what came is not gzip"
has "a host that refuses is left alone in the end" err "00007.warc.gz: the host says 503; given up after 4 tries"
is "the others are there" "$(lines out)" 4
is "and no wrong file is" "$(find got -name '*0000[567]*' | grep -cv part)" 0

fetch --month 2026/05
status_is "a list that leads elsewhere is status 1" 1
has "and is told" err "something else than WARC files"
fetch --month 2026/06
status_is "a month without a list is status 1" 1
fetch --month 2026/07 --dry-run
status_is "a list that is cut off is asked for again" 0
is "and read" "$(lines out)" 1

for wrong in "--month 2026-04" "--month 2026/13" "" "--month 2026/04 --limit 0" \
    "--month 2026/04 --host ftp://x" "--nonsense"; do
    # shellcheck disable=SC2086 # words
    $python "$here/corpora/fetch" $wrong >out 2>err
    status=$?
    status_is "wrong use is status 2: $wrong" 2
done
empty "the server met no error of its own" "$work/server"
