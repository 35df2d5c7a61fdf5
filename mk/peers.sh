#!/usr/bin/env bash
# peers.sh WHO VENV REQUIREMENTS NEED...: gets what Tocsin is compared with: each NEED, COMMAND=PACKAGE or the name of a package with
# documents, by apt-get where it may, Python's libraries into a virtual environment. What cannot be had is left out, and WHO says so
# in its result; so the status is 0.
set -u
who=$1 venv=$2 requirements=$3
shift 3

missing=()
for need; do
    case $need in
    *=*) command -v "${need%%=*}" >/dev/null 2>&1 || missing+=("${need#*=}") ;;
    *) [ -d "/usr/share/doc/$need" ] || missing+=("$need") ;;
    esac
done
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
    line="apt-get install -y --no-install-recommends ${missing[*]}"
    root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    # shellcheck disable=SC2086 # a command with options
    if ! ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive $line >/dev/null 2>&1; then
        echo "$who: without ${missing[*]}; to have them too: sudo $line" >&2
    fi
fi

if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    if python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements"; then
        cp "$requirements" "$venv/requirements.txt"
    else
        echo "$who: pip could not install all of $requirements; what it lacks is left out, and the result says so" >&2
    fi
fi
exit 0
