#!/bin/sh
# usage: tools/packages.sh PROBE=PACKAGE...
# Sees to Debian packages. PROBE is a command, or the absolute path of a file (`*` fits any one name); PACKAGE brings it.
# Installs what is missing as root, or with sudo after asking; elsewhere prints the line to type and stops with 2.
set -eu

missing=
for entry in "$@"; do
    probe=${entry%%=*}
    case $probe in
    /*)
        for path in $probe; do # not quoted: a `*` is to find its file
            [ -e "$path" ] && continue 2
        done
        ;;
    *) command -v "$probe" >/dev/null 2>&1 && continue ;;
    esac
    missing="$missing ${entry#*=}"
done
if [ -z "$missing" ]; then
    exit 0
fi

line="apt-get install -y --no-install-recommends$missing"
echo "packages: needed and not here:$missing"
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        echo "packages: $line"
        # shellcheck disable=SC2086 # a list of names
        apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
        exit
    fi
    if command -v sudo >/dev/null 2>&1 && [ -t 0 ] && [ -z "${CI:-}" ]; then
        printf 'packages: run "sudo %s"? [y/N] ' "$line"
        read -r answer
        if [ "$answer" = y ] || [ "$answer" = Y ]; then
            # shellcheck disable=SC2086
            sudo apt-get update -q && sudo apt-get install -y -q --no-install-recommends $missing
            exit
        fi
    fi
fi
echo "packages: please type:  sudo $line" >&2
exit 2
