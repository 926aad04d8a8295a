#!/bin/sh
# usage: tools/in_memory.sh COMMAND...   COMMAND with its temporary files in memory, where there is room; gone afterwards
# Tests make tens of thousands of small files and wait for each to be on the disk, which costs more than all they
# compute. No test asks whether a file outlives a power failure: they kill processes, and let writes and syncs fail.
# IN_MEMORY=no leaves them where TMPDIR says.
set -u
room=$(df -Pk /dev/shm 2>/dev/null | awk 'END {print $4}')
if [ "${IN_MEMORY:-}" = no ] || [ "${room:-0}" -lt 6000000 ] || [ ! -w /dev/shm ]; then
    exec "$@"
fi
folder=$(mktemp -d /dev/shm/yidian-tests.XXXXXX) || exec "$@"
chmod 755 "$folder" # the PostgreSQL server of the tests runs as another account
if [ -n "${PYTHONDONTWRITEBYTECODE:-}" ]; then # nothing beside the sources; but compiled once, not by each of 600 processes
    export PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$folder/bytecode"
fi
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
TMPDIR=$folder "$@"
