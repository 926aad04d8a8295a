#!/bin/sh
# usage: tools/install.sh runtime|dev
# Makes .venv from the hashed requirements and puts Yidian into it. Quick when nothing changed; never uses sudo
# (`dev` may ask for it, through tools/packages.sh). Exit 2: the machine lacks something, and the line to type is printed.
set -eu
cd "$(dirname "$0")/.."
kind=${1:?usage: tools/install.sh runtime|dev}
venv=.venv
stamp=$venv/yidian-installed

say() { echo "install: $*"; }
refuse() {
    for line in "$@"; do echo "install: $line" >&2; done
    exit 2
}

# --- a Python from 3.11 to 3.14: the one named by PYTHON, else python3, else the newest that fits
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; }
python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if fits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(${PYTHON:-python3} --version 2>&1 || echo "no python3")
    refuse "Yidian needs Python 3.11 to 3.14; here is: $found" \
        "Debian 12 and Ubuntu 24.04 bring one:  sudo apt-get install -y python3 python3-venv" \
        "elsewhere install one and name it:     make PYTHON=/path/to/python3.12 ..."
fi

warm() { # only for who runs it: tests compile it themselves, with its bounds checked
    if [ "$kind" = runtime ] && [ -f src/yidian/runs/warm.py ] && [ ! -f $venv/yidian-warmed ]; then
        say "compiling the kernel once, so that the first run is quick"
        $venv/bin/python -m yidian.runs.warm
        touch $venv/yidian-warmed
    fi
}

# --- nothing to do when the same lists were installed here by the same Python
digest=$("$python" - "$kind" <<'PYTHON'
import hashlib, os, sys
lists = ["pyproject.toml", "requirements/runtime.txt", "requirements/dev.txt"]
parts = [open(name, "rb").read() for name in lists] + [os.getcwd().encode(), sys.version.encode()]
print(hashlib.sha256(b"\0".join(parts)).hexdigest())
PYTHON
)
if [ -x $venv/bin/yidian ] && [ -f $stamp ]; then
    if grep -qx "dev $digest" $stamp || grep -qx "$kind $digest" $stamp; then
        say "up to date"
        warm
        exit 0
    fi
fi

# --- an installer: uv, else pip
if [ -z "${NO_UV:-}" ] && command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    with=uv
elif "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    with=venv
elif "$python" -m pip --version >/dev/null 2>&1; then
    with=pip
elif [ "$kind" = dev ]; then
    minor=$("$python" -c 'import sys; print(sys.version_info[1])')
    tools/packages.sh "/usr/lib/python3.$minor/ensurepip/__init__.py=python3-venv"
    with=venv
else
    refuse "this Python can make no environment (no ensurepip, no pip) and there is no uv. Please type:" \
        "    sudo apt-get install -y python3-venv"
fi

say "$("$python" --version 2>&1), environment $venv, by $with"
rm -f $stamp $venv/yidian-warmed
same='import sys; print(sys.version, sys.base_prefix)'
if [ "$($venv/bin/python -c "$same" 2>/dev/null)" != "$("$python" -c "$same")" ] ||
    { [ $with = venv ] && ! $venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    case $with in
    uv) uv venv --quiet --clear --python "$("$python" -c 'import sys; print(sys.executable)')" $venv ;;
    venv) "$python" -m venv --clear $venv ;;
    pip) "$python" -m venv --clear --without-pip $venv ;;
    esac
fi
pip_install() {
    case $with in
    uv)
        uv pip install --quiet --python $venv/bin/python "$@" && return
        say "uv failed; once more with this machine's own certificates"
        UV_SYSTEM_CERTS=true uv pip install --quiet --python $venv/bin/python "$@"
        ;;
    venv) $venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" ;;
    pip) "$python" -m pip --python $venv/bin/python install --quiet --disable-pip-version-check "$@" ;;
    esac
}

say "packages of requirements/$kind.txt, each checked against its hash"
pip_install --require-hashes -r "requirements/$kind.txt"
say "Yidian itself"
pip_install --no-deps --no-build-isolation --editable .
echo "$kind $digest" >$stamp
warm
say "done"
