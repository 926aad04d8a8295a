#!/bin/sh
# Pins every package with its hashes, without addresses: requirements/runtime.txt, requirements/dev.txt.
# Keeps the versions that are pinned already; with `--upgrade` takes the newest that fit together.
set -eu
cd "$(dirname "$0")/.."
if ! command -v uv >/dev/null 2>&1; then
    echo "lock: needs uv (python3 -m pip install uv)" >&2
    exit 2
fi
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-header --no-annotate "$@"
}
mkdir -p requirements
compile ${1:+"$1"} pyproject.toml --group install -o requirements/runtime.txt
compile ${1:+"$1"} pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
echo "lock: wrote requirements/runtime.txt and requirements/dev.txt"
