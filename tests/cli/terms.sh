# -e and -f: terms at once, on lines of stdin.
. "$(dirname "$0")/check.inc"

printf '男子用ＡＩ換臉詐騙被抓\nnothing here\nface swap, Face-Swapped and faceswap\n' >lines

run scan -e 换脸 <lines
status_is "a found term is status 0" 0
is "one line is flagged" "$(lines out)" 1
has "the hit has its term" out '"lexicon":"-e","term":"换脸","field":"text"'
has "the hit is reported as its author wrote it, in characters and bytes" out \
    '"start":5,"end":7,"start_byte":15,"end_byte":21,"text":"換臉"'
has "the document is named by file and line" out '"id":"-#1","input":{"file":"-","record":1,'
lacks "a line of -e has no label" out '"label"'
has "the last line on stderr counts" err 'documents 3, flagged 1'

run scan -e 换脸 -e 'face swap' <lines
is "-e is repeatable" "$(lines out)" 2
has "a space stands for a space or hyphen, never for nothing" out '"hits_total":1'

printf 'face swap\r\n\n换脸\n' >terms
run scan -q -f terms <lines
is "-f has a term a line, empty lines and CR aside" "$(lines out)" 2
empty "-q says nothing" err

run scan -q -f- lines <terms
is "-f - reads the terms from stdin" "$(lines out)" 2

run scan -q -e 没有 <lines
status_is "nothing flagged is status 0" 0
empty "nothing flagged prints nothing" out

run scan -e '' <lines
status_is "an empty term is status 2" 2
: >none
run scan -f none <lines
status_is "a file without terms is status 2" 2
printf '换脸\n换 脸\n' >two-terms
run scan -f terms -f two-terms lines
status_is "a term that can never match is status 2" 2
has "-f tells the file and the line" err 'tocsin: two-terms:2: the term "换 脸" has a blank between Han characters'
printf '换脸\r\n诈骗\r\n' | iconv -f UTF-8 -t GBK >gbk
run scan -f gbk lines
status_is "a list of terms in GBK is status 2, not a search for nothing" 2
has "and says what to do" err 'tocsin: gbk:1: the term is not UTF-8; save or convert it as UTF-8'
run scan -e "$(printf '\273\273')" lines
status_is "so is a term of -e that is not UTF-8" 2
run scan -f - <lines
status_is "stdin cannot be terms and input" 2
has "and the message says so" err 'stdin can be read for one thing only'

printf 'Ｄｅｅｐｆａｋｅ video\nAI换脸 clip\n' >two
run scan -q -e deepfake -e AI换脸 two
is "full-width letters fold" "$(lines out)" 2
run scan -q -e 换脸 --db "$(dirname "$tocsin")/tocsin.db" two
is "with --db terms add to the database" "$(grep -c '"lexicon":"-e"' out)" 1
