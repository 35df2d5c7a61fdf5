#!/usr/bin/env bash
# deps.sh check|install [build|test]: looks for what Tocsin needs. `check` says in one line what is missing for a build
# (status 1); `install` gets it by apt-get where it may (root, or sudo without a password), else prints the line to run.
# Does nothing and prints nothing where all is there.
set -u
mode=${1:-check}
scope=${2:-build}
cc=${CC:-cc}
hyperscan=libhyperscan-dev
case $(uname -m) in
aarch64 | arm64 | ppc64le) hyperscan=libvectorscan-dev ;;
esac

needed=() # packages without which there is no build, or no test
wanted=() # packages that only make it faster, or read more kinds of input
need() { needed+=("$@"); }

has_command() { command -v "$1" >/dev/null 2>&1; }
has_header() { [ -e "/usr/include/$1" ] || echo "#include <$1>" | $cc -E -x c - >/dev/null 2>&1; }
has_module() { has_command pkg-config && pkg-config --exists "$1"; }

has_command "${cc%% *}" || need gcc libc6-dev
has_command pkg-config || need pkg-config
has_command opencc_dict && [ -e "${OPENCC_DATA:-/usr/share/opencc}/TSCharacters.ocd2" ] || need opencc libopencc-data
if ! has_module "libhs icu-uc icu-i18n zlib libzstd yaml-0.1 libxxhash"; then
    has_module libhs || need "$hyperscan"
    has_module "icu-uc icu-i18n" || need libicu-dev
    has_module zlib || need zlib1g-dev
    has_module libzstd || need libzstd-dev
    has_module yaml-0.1 || need libyaml-dev
    has_module libxxhash || need libxxhash-dev
fi
has_header isa-l.h || wanted+=(libisal-dev)
has_header libdeflate.h || wanted+=(libdeflate-dev)
has_header bzlib.h || wanted+=(libbz2-dev)
has_header lzma.h || wanted+=(liblzma-dev)
has_header lz4frame.h || wanted+=(liblz4-dev)
has_header brotli/decode.h || wanted+=(libbrotli-dev)
if [ "$scope" = test ]; then
    has_module cmocka || need libcmocka-dev
    has_command zstd || need zstd
    has_command lz4 || need lz4
    /usr/bin/python3 -c 'import icu, yaml, jsonschema' 2>/dev/null || need python3 python3-icu python3-yaml python3-jsonschema
fi

line="apt-get install -y --no-install-recommends ${needed[*]:-} ${wanted[*]:-}"
if [ "$mode" = check ]; then
    [ ${#needed[@]} -eq 0 ] && exit 0
    echo "missing: ${needed[*]}; run \`make deps\`, or: sudo $line"
    exit 1
fi
[ ${#needed[@]} -eq 0 ] && [ ${#wanted[@]} -eq 0 ] && exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
    if has_command sudo && sudo -n true 2>/dev/null; then
        root=(sudo -n)
    fi
fi
if ! has_command apt-get || { [ "$(id -u)" -ne 0 ] && [ ${#root[@]} -eq 0 ]; }; then
    [ ${#needed[@]} -eq 0 ] && exit 0 # without the wanted ones it is slower and reads less
    echo "tocsin: something is missing and cannot be installed from here; run: sudo $line" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
get() {
    ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1
}
echo "tocsin: installing ${needed[*]:-} ${wanted[*]:-}" >&2
# The lists may be there and current: asking the mirrors comes second.
if ! get install -y --no-install-recommends ${needed[@]+"${needed[@]}"} ${wanted[@]+"${wanted[@]}"}; then
    get update
    if ! get install -y --no-install-recommends ${needed[@]+"${needed[@]}"} ${wanted[@]+"${wanted[@]}"}; then
        if [ ${#needed[@]} -gt 0 ] && ! get install -y --no-install-recommends "${needed[@]}"; then
            tail -n 5 "$log" >&2
            echo "tocsin: apt-get failed; run: sudo apt-get update && sudo $line" >&2
            exit 1
        fi
    fi
fi
