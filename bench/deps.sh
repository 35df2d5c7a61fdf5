#!/usr/bin/env bash
# deps.sh VENV REQUIREMENTS: gets what Tocsin is measured beside: rg, ugrep and zstd and the packages with real pages by
# apt-get where it may, Python's libraries into a virtual environment. What cannot be had is left out, and its row says
# so; so the status is 0.
set -u
venv=$1
requirements=$2

packages=()
command -v rg >/dev/null 2>&1 || packages+=(ripgrep)
command -v ugrep >/dev/null 2>&1 || packages+=(ugrep)
command -v zstd >/dev/null 2>&1 || packages+=(zstd)
for package in libreoffice-help-zh-cn libreoffice-help-zh-tw libreoffice-help-en-us debian-handbook; do
    [ -d "/usr/share/doc/$package" ] || packages+=("$package")
done
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
if [ ${#packages[@]} -gt 0 ]; then
    line="apt-get install -y --no-install-recommends ${packages[*]}"
    root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    # shellcheck disable=SC2086 # a command with options
    if ! ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive $line >/dev/null 2>&1; then
        echo "bench: without ${packages[*]}; to have them too: sudo $line" >&2
    fi
fi

if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    if python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements"; then
        cp "$requirements" "$venv/requirements.txt"
    else
        echo "bench: pip could not install all of $requirements; the rows of what it lacks say so" >&2
    fi
fi
exit 0
