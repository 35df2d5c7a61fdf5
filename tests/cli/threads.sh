# The output, the quarantine, the numbers and the status are the same for any number of threads.
. "$(dirname "$0")/check.inc"

# Everything of the stats but time.
counts() { sed -E 's/"(inflate_|sieve_|check_|judge_|wall_)?seconds":[0-9.e+-]+//g; s/"decoded_mb_per_second":[0-9.e+-]+//' "$1"; }

# same NAME ARGUMENT...: one scan with one thread, then with 2, 3 and 8.
same() {
    local name=$1 n
    shift
    run scan --threads 1 --stats stats --quarantine lost -o lines "$@"
    mv lines lines.1 && mv lost lost.1 && mv err err.1 && counts stats >stats.1
    expected=$status
    for n in 2 3 8; do
        run scan --threads $n --stats stats --quarantine lost -o lines "$@"
        if [ "$status" = "$expected" ] && cmp -s lines lines.1 && cmp -s lost lost.1 && [ "$(counts stats)" = "$(cat stats.1)" ]; then
            ok "$name: $n threads do as one"
        else
            not_ok "$name: $n threads do as one" "status $status and $expected, or lines, losses or numbers differ"
        fi
    done
}

for sample in "$samples"/*.gz; do
    same "$(basename "$sample")" -q --emit all "$sample"
done
same "all samples" -q "$samples"

# Large enough to be split: a member for ten lines, little of which gzip can make smaller.
/usr/bin/python3 - <<'PYTHON'
import gzip, random
random.seed(1)
def words():
    return ' '.join(random.choice(['换脸', '天气', 'deepfake', '%x' % random.getrandbits(64)]) for _ in range(30))
members = [gzip.compress(''.join('{"title": "%d", "text": "%s"}\n' % (10 * i + k, words()) for k in range(10)).encode(), 1)
           for i in range(3000)]
whole = b''.join(members)
open('members.jsonl.gz', 'wb').write(whole)
open('one.jsonl.gz', 'wb').write(gzip.compress(b''.join(map(gzip.decompress, members)), 1))
damaged = bytearray(whole)
for at in random.sample(range(len(damaged)), 12):
    damaged[at] ^= 1 << random.randrange(8)
open('damaged.jsonl.gz', 'wb').write(bytes(damaged[:-1000]))
open('cut.jsonl.gz', 'wb').write(whole[:len(whole) * 2 // 3])
open('padded.jsonl.gz', 'wb').write(b''.join(m + bytes(random.randrange(3) * 512) for m in members))
open('garbage.jsonl.gz', 'wb').write(b'\0no member'.join(members[i:i + 500] and b''.join(members[i:i + 500]) for i in range(0, 3000, 500)))
PYTHON
is "the input is worth splitting" $(($(stat -c %s members.jsonl.gz) > 2 << 20)) 1
for file in members one damaged cut padded garbage; do
    same "$file" -q -e 换脸 "$file.jsonl.gz"
done
same "splitting under --as" -q -e 换脸 --as tocsin members.jsonl.gz
run scan -q --threads 8 -e 换脸 - <members.jsonl.gz
mv out lines
run scan -q --threads 1 -e 换脸 - <members.jsonl.gz
cmp -s out lines && ok "standard input too" || not_ok "standard input too" "lines differ"
