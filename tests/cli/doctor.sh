# doctor: a line a check, in order; each thing that can be made wrong from outside is told, with what to do.
. "$(dirname "$0")/check.inc"
mkdir patterns
printf 'lexicon: a\nterms: {zh: [换脸], en: [deepfak*]}\n---\nrule: r\nwhen: a\n' >patterns/p.yaml
"$tocsin" compile -q patterns -o p.db

# checks FILE: the names of its lines
checks() { sed -E 's/^(ok|look) +([a-z-]+): .*/\2/' "$1" | tr '\n' ' '; }
run doctor --db p.db
status_is "a sound machine is status 0" 0
is "every check, in order" "$(checks out)" "libraries cpu long-literals inflate database terms limits locale "
is "all sound" "$(grep -c '^ok ' out)" 8
has "the library's versions" out "$("$tocsin" --version | sed -n 's/^  ICU *//p')"
has "the database's engine" out "made with engine $("$tocsin" --version | sed -n 's/^  hs *//p' | cut -d' ' -f1)"
has "the limit of literals" out 'intel/hyperscan #303'
has "each term" out 'each of 2 is found in its own text'
run doctor
has "the default database" out 'tocsin.db, '

# look NAME CHECK TEXT: that check alone is a finding, and says so
look() {
    status_is "$1: status 1" 1
    is "$1: the one finding" "$(grep '^look' out >look; checks look)" "$2 "
    has "$1: what is wrong" look "$3"
}
cp p.db open.db
chmod 666 open.db
run doctor --db open.db
look "a database that others may write" database 'has mode 666'
has "and what to do" look 'chmod go-w'
cp p.db damaged.db
printf 'x' | dd of=damaged.db bs=1 seek=$(($(stat -c %s p.db) / 2)) conv=notrunc status=none
run doctor --db damaged.db
look "a damaged database" database 'checksum is wrong'
is "its terms cannot be tried" "$(grep -c terms: out)" 0
cp p.db other.db
printf '9.9.9' | dd of=other.db bs=1 seek=16 conv=notrunc status=none
run doctor --db other.db
look "a database of another engine" database 'compiled anew each time'
has "whose terms are tried all the same" out 'each of 2 is found'
run doctor --db patterns/p.yaml
look "what is no database" database 'no Tocsin database'
(
    ulimit -S -s 128
    ulimit -S -n 32
    exec "$tocsin" doctor --db p.db
) >out 2>err
status=$?
look "low limits" limits 'stack 128 KiB (too low: at least 256 KiB), open files 32 (too low: at least 64)'
LC_ALL=C run doctor --db p.db
has "a locale that is not UTF-8 is said" out 'C is not UTF-8'
status_is "and matters on a terminal only" 0

run doctor --db missing.db
status_is "a database that cannot be opened is status 2" 2
has "and named" err 'missing.db: cannot open'
run doctor p.db
status_is "an argument is status 2" 2
has "and the message says what to do" err '--db'
"$tocsin" doctor --db p.db >/dev/full 2>err
is "a full disk is status 2" "$?" 2
run doctor --json --db open.db
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    /usr/bin/python3 "$here/tests/validate.py" doctor <out >valid 2>err
    is "--json obeys its schema" "$? $(cat valid)" "0 8 lines valid"
else
    echo "skip - --json obeys its schema: python3-jsonschema is missing"
fi
is "--json: what is no finding is sound" "$(grep -c '"is_sound":true' out)" 7
