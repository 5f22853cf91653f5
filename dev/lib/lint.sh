# shellcheck shell=bash
# The linters, each by its name: `lint_NAME`.

LINTERS=(ruff pylint eslint prettier shellcheck)

# lint [NAME...]: run these linters, all unless told, so that one pass shows everything.
lint() {
    local name bad=0
    [ $# -gt 0 ] || set -- "${LINTERS[@]}"
    for name in "$@"; do
        [[ " ${LINTERS[*]} " == *" $name "* ]] || fail "There is no linter $name, only: ${LINTERS[*]}"
    done
    cd "$REPO"
    for name in "$@"; do
        say "$name"
        "lint_$name" || bad=1
    done
    return "$bad"
}

lint_ruff() {
    local bad=0
    "$VENV/bin/ruff" check --no-cache . || bad=1
    "$VENV/bin/ruff" format --no-cache --check . || bad=1
    return "$bad"
}

# With Odoo's plugin, by the linked folder: its name is the add-on's.
lint_pylint() {
    addon_link
    "$VENV/bin/pylint" --rcfile="$REPO/.pylintrc" "$WORK/addons/$MODULE"
}

lint_eslint() {
    node_setup
    POS_LOT_NODE_MODULES="$NODE_MODULES" node "$NODE_MODULES/eslint/bin/eslint.js" --max-warnings 0 .
}

lint_prettier() {
    node_setup
    node "$NODE_MODULES/prettier/bin/prettier.cjs" --check --log-level warn .
}

# Only where it is installed.
lint_shellcheck() {
    command -v shellcheck >/dev/null || return 0
    shellcheck -x dev/run dev/test dev/bench dev/load dev/fix dev/soak dev/read-code dev/lib/*.sh .ci/run
}
