# What does not decode: counted in the line, warned of once an input, never a loss.
. "$(dirname "$0")/check.inc"

for i in 1 2 3 4 5 6 7 8 9; do printf '{"id":"%s","title":"男子用换脸视频诈骗，警方提醒市民"}\n' $i; done >utf8.jsonl
iconv -f utf-8 -t gb18030 utf8.jsonl >gbk.jsonl
run scan -e 换脸 gbk.jsonl utf8.jsonl
status_is "undeclared GB18030 in JSONL is no loss" 0
is "what is UTF-8 beside it is found" "$(lines out)" 9
is "one warning" "$(grep -c 'beyond ASCII' err)" 1
has "which names the input" err 'gbk.jsonl: '
has "and what to do" err '--charset LABEL'
run scan -e 换脸 --charset gbk gbk.jsonl
is "with it all is found" "$(lines out)" 9
lacks "without a warning" err 'beyond ASCII'
lacks "and without errors" out charset_errors
iconv -f utf-8 -t utf-16le utf8.jsonl >utf16.jsonl
run scan -q -e 换脸 --charset utf-16le utf16.jsonl
is "--charset tells that UTF-16 without a mark is JSONL" "$(grep -c '"id":"[1-9]",' out)" 9
printf '{"id":"1","title":"\x95\x5c\x93\x7b \xbb\xbb\xc1\xb3"}\n' >slash.jsonl # a second byte that is a backslash
run scan -q -e 换脸 --charset gbk slash.jsonl
has "and that GBK is, where its bytes are no JSON" out '"id":"1",'
run scan -q -e 换脸 gbk.jsonl
empty "-q does not warn" err
printf '换脸\xff\n换脸\n' >bad.txt
run scan -e 换脸 bad.txt
is "errors are counted a document" "$(grep -o '"charset_errors":[0-9]*' out)" '"charset_errors":1'
has "lines are warned of too" err '1 of 5 characters beyond ASCII'

# A page in UTF-16 shows its charset before its format: it is converted once, on the way in.
page='<html><head><title>换脸诈骗</title></head><body><p>警方通报</p></body></html>'
{ printf '\xff\xfe' && printf '%s' "$page" | iconv -f utf-8 -t utf-16le; } >marked.html
printf '%s' "$page" | iconv -f utf-8 -t utf-16le >unmarked.html
run scan -q -e 换脸 marked.html
has "a page with a UTF-16 mark is a page, and says its charset" out '"charset":"utf-16le","charset_from":"bom","title":"换脸诈骗"'
run scan -q -e 换脸 --charset utf-16le marked.html
has "--charset that says the same changes nothing but the reason" out '"charset":"utf-16le","charset_from":"option","title":"换脸诈骗"'
run scan -q -e 换脸 --charset utf-16le unmarked.html
has "and without a mark it tells that it is a page" out '"charset":"utf-16le","charset_from":"option","title":"换脸诈骗"'
