#!/usr/bin/env bash
# exactness.sh VENV REQUIREMENTS: gets the tools that Tocsin is compared with: rg and ugrep by apt-get where it may, the
# libraries into a virtual environment. What cannot be had is left out, and the page says so; so the status is 0.
set -u
venv=$1
requirements=$2

missing=()
command -v rg >/dev/null 2>&1 || missing+=(ripgrep)
command -v ugrep >/dev/null 2>&1 || missing+=(ugrep)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
    line="apt-get install -y --no-install-recommends ${missing[*]}"
    root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    # shellcheck disable=SC2086 # a command with options
    if ! ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive $line >/dev/null 2>&1; then
        echo "exactness: without ${missing[*]}; to have them too: sudo $line" >&2
    fi
fi

if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    if python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements"; then
        cp "$requirements" "$venv/requirements.txt"
    else
        echo "exactness: pip could not install all of $requirements; what it lacks is left out" >&2
    fi
fi
exit 0
