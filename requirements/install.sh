#!/bin/sh
# Makes .venv and installs the locked list into it, only when the list changed.
# PYTHON=/path/to/python3.12 chooses another interpreter than the first one that fits.
set -eu
cd "$(dirname "$0")/.."

LOCK=requirements/development.txt
INSTALLED=.venv/installed.txt # a copy of the list that the environment was made from

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    incomplete=
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        path=$(command -v "$name" 2>/dev/null) || continue
        fits "$path" || continue
        if has_venv "$path"; then
            printf '%s\n' "$path"
            return
        fi
        incomplete=$path
    done
    if [ -n "$incomplete" ]; then
        say "$incomplete cannot make virtual environments: its venv module is not installed."
        say "On Debian and Ubuntu: apt-get install python3-venv"
    else
        found=$(command -v "${PYTHON:-python3}" 2>/dev/null) || found=
        say "Fraud Review needs Python 3.11 or newer; found ${found:-none}${found:+ ($("$found" -V 2>&1))}."
        say "Install one, or name one: make PYTHON=/path/to/python3.12"
    fi
    exit 1
}

# Two makes at once: the second waits for the first. Without flock they have to take turns.
if command -v flock >/dev/null 2>&1; then
    exec 9<"$LOCK"
    flock 9
fi

if .venv/bin/python -c pass 2>/dev/null && cmp -s "$LOCK" "$INSTALLED"; then
    exit 0
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! fits .venv/bin/python; then
    python=$(find_python)
    say "Making .venv with $("$python" -V)"
    "$python" -m venv --clear .venv
fi

say "Installing $(grep -c '==' "$LOCK") packages"
# The list is complete and hashed, so nothing is left to resolve; compiling in parallel is faster.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --no-deps --require-hashes --no-compile --requirement "$LOCK"
.venv/bin/python -m compileall -q -j 0 -x '/(tests?|testing)/' .venv/lib >/dev/null || true
cp "$LOCK" "$INSTALLED"
