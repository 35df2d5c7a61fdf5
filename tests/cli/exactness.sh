# Every row of docs/exactness.md with some of its terms: Tocsin finds what docs/matching.md says, and nothing else; the
# page has the rows that the program has.
. "$(dirname "$0")/check.inc"
python=/usr/bin/python3
if $python -c 'import icu, yaml' 2>/dev/null && command -v opencc >/dev/null; then
    $python "$here/tests/exactness/exactness.py" check --tocsin "$tocsin" --work "$work" --page "$here/docs/exactness.md"
    status=$?
    case $status in
    0 | 1) ;;
    *) not_ok "exactness.py check runs" "status $status" ;;
    esac
else
    echo "skip - the rows of docs/exactness.md: python3-icu, python3-yaml or opencc is missing"
fi
