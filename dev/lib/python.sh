# shellcheck shell=bash
# The virtual environment with what Odoo, the tests and the linters import. Sets VENV and PY.

python_setup() {
    local wanted
    wanted=$(sha1sum "$REPO/dev/requirements.txt" | cut -c1-8)
    # A folder per requirement list: another checkout with other pins keeps its own.
    VENV="$CACHE/venv-$wanted"
    PY="$VENV/bin/python"
    [ -e "$VENV/.complete" ] && return 0
    one_at_a_time venv
    if [ ! -e "$VENV/.complete" ]; then
        need_space "$CACHE" 800
        apt_install python3 python3-venv
        local base="${PYTHON:-/usr/bin/python3}"
        "$base" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' ||
            fail "$base is $("$base" -V), Odoo 19 needs Python 3.10 to 3.13: set PYTHON=/path/to/such/a/python3."
        say "Preparing the Python environment (about 80 packages, a minute or less)..."
        quietly "$CACHE/logs/venv.log" "The virtual environment could not be made" "$base" -m venv --clear "$VENV"
        quietly "$CACHE/logs/pip.log" "The Python packages could not be installed: check the network, then run this again" \
            "$PY" -m pip install --disable-pip-version-check -q -r "$REPO/dev/requirements.txt"
        touch "$VENV/.complete"
    fi
    lock_done
}
