# tocsin.h stands alone, as C and as C++, and is all that a program of another author needs; --as refuses a key that exists.
. "$(dirname "$0")/check.inc"

cat >use.c <<'END'
#include <tocsin.h>
int main(void)
{
    struct tocsin_error err = {TOCSIN_OK, 0, 0, "", ""};
    struct tocsin_hit hit = {0, 0, 0, 0, 0, 0, 0};
    return err.status == TOCSIN_OK && !hit.start && tocsin_version()[0] ? 0 : 1;
}
END
cp use.c use.cc
for language in "${CC:-cc} -std=c99 -pedantic-errors -Wstrict-prototypes use.c" "${CXX:-c++} -std=c++11 -pedantic-errors use.cc"; do
    if ! command -v "${language%% *}" >/dev/null; then
        echo "skip - tocsin.h with ${language%% *}: it is not installed"
        continue
    fi
    # shellcheck disable=SC2086 # a command with options
    $language -Wall -Wextra -Werror -I"$here/engine/include" -c -o use.o >out 2>err
    status=$?
    status_is "tocsin.h compiles alone: $language" 0
done

printf '{"title":"换脸","x":1}\n{"title":"换脸"}\n' >keys.jsonl
run scan -q -e 换脸 --as x keys.jsonl
status_is "--as with a key that exists is status 2" 2
has "and names it" err 'a key "x" already'
run scan -q -e 换脸 --as y keys.jsonl
status_is "--as with another is 0" 0
{
    for _ in $(seq 1 1500); do echo '{"title":"天气"}'; done
    echo '{"title":"天气","x":1}'
} >far.jsonl
run scan -q -e 换脸 --as x far.jsonl
status_is "a key of what is not written is of no concern" 0
run scan -q -e 换脸 --as x --no-sieve far.jsonl
status_is "nor without the sieve" 0
