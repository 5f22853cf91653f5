# shellcheck shell=bash
# The linters. All of them run, so that one pass shows everything.

lint() {
    local bad=0 addon="$WORK/addons/$MODULE"
    cd "$REPO"
    say "ruff"
    "$VENV/bin/ruff" check --no-cache . || bad=1
    "$VENV/bin/ruff" format --no-cache --check . || bad=1
    say "pylint-odoo"
    # By the linked folder: its name is the add-on's.
    "$VENV/bin/pylint" --rcfile="$REPO/.pylintrc" "$addon" || bad=1
    say "eslint"
    POS_LOT_NODE_MODULES="$NODE_MODULES" node "$NODE_MODULES/eslint/bin/eslint.js" --max-warnings 0 . || bad=1
    say "prettier"
    node "$NODE_MODULES/prettier/bin/prettier.cjs" --check --log-level warn . || bad=1
    if command -v shellcheck >/dev/null; then
        say "shellcheck"
        shellcheck -x dev/run dev/test dev/lib/*.sh .ci/run || bad=1
    fi
    return "$bad"
}
