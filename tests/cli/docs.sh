# The examples of docs/author-commands.md are what the commands print: its blocks are the files, each `$ ` a command.
. "$(dirname "$0")/check.inc"

page=$here/docs/author-commands.md
# block KIND: the first fenced block of that kind
block() { awk -v kind="\`\`\`$1" '$0 == kind && !done { inside = 1; next } $0 == "```" && inside { exit } inside' "$page"; }

mkdir demo
block yaml >demo/p.yaml
block json >news.jsonl
block text >corpus.txt
is "the page has the files of its examples" "$(grep -c . demo/p.yaml news.jsonl corpus.txt | grep -cv ':0$')" 3
ln -s "$tocsin" tocsin
PATH=$work:$PATH
awk '$0 == "```console" { inside = 1; next } $0 == "```" { inside = 0 } inside' "$page" >expected
grep '^\$ ' expected | cut -c3- >commands
is "the page has examples" "$([ "$(lines commands)" -ge 5 ] && echo yes)" yes
while IFS= read -r command; do
    printf '$ %s\n' "$command" >>printed
    bash -c "$command" >>printed 2>&1
done <commands
status=none
cp printed out
diff expected printed >err
is "each command prints what the page shows" "$?" 0
