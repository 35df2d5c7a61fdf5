# The examples of the authors' pages are what the commands print. docs/author-commands.md: its blocks are the files.
# docs/authoring.md: each `sh` block makes files and prints nothing. In both, each `$ ` of a `console` block is a command.
. "$(dirname "$0")/check.inc"

# steps PAGE: a file a step in steps/, in the page's order (a whole `sh` block, or one command), and PAGE's console blocks in
# the file expected.
steps() {
    rm -rf steps
    mkdir steps
    awk '
        function step(kind) { file = sprintf("steps/%03d.%s", ++n, kind) }
        $0 == "```sh" && !inside { inside = "sh"; step("sh"); next }
        $0 == "```console" && !inside { inside = "console"; next }
        $0 == "```" { inside = ""; next }
        inside == "sh" { print >file }
        inside == "console" { print >"expected" }
        inside == "console" && /^\$ / { step("console"); print substr($0, 3) >file; close(file) }
    ' "$1"
}

# replay PAGE COMMANDS: PAGE has at least so many commands; each prints what the page shows.
replay() {
    local name=${1##*/}
    rm -f expected printed
    steps "$1"
    is "$name has examples" "$([ "$(find steps -name '*.console' | wc -l)" -ge "$2" ] && echo yes)" yes
    for step in steps/*; do
        [ "$step" = "${step%.console}" ] || sed 's/^/$ /' "$step" >>printed
        bash "$step" >>printed 2>&1
    done
    status=none
    cp printed "$work/out"
    diff expected printed >"$work/err"
    is "$name: each command prints what the page shows" "$?" 0
}

ln -s "$tocsin" tocsin
PATH=$work:$PATH

# ---- author-commands.md ----

page=$here/docs/author-commands.md
# block KIND: the first fenced block of that kind
block() { awk -v kind="\`\`\`$1" '$0 == kind && !done { inside = 1; next } $0 == "```" && inside { exit } inside' "$page"; }

mkdir demo
block yaml >demo/p.yaml
block json >news.jsonl
block text >corpus.txt
is "the page has the files of its examples" "$(grep -c . demo/p.yaml news.jsonl corpus.txt | grep -cv ':0$')" 3
replay "$page" 5

# ---- authoring.md, as from the root of the repository ----

generator=$(dirname "$tocsin")/generate
if [ ! -x "$generator" ]; then
    echo "skip - authoring.md: there is no $generator; make generate"
    exit 0
fi
mkdir walk walk/corpora
cd walk || exit 2
ln -s "$here/patterns" patterns
printf '#!/bin/sh\nexec "%s" --corpora "%s" "$@"\n' "$generator" "$here/corpora" >corpora/generate
chmod +x corpora/generate
replay "$here/docs/authoring.md" 20
