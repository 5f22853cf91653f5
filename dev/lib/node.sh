# shellcheck shell=bash
# ESLint and Prettier, at the versions of dev/package-lock.json. Sets NODE_MODULES.

node_setup() {
    local wanted
    wanted=$(cat "$REPO/dev/package.json" "$REPO/dev/package-lock.json" | sha1sum | cut -c1-8)
    local home="$CACHE/node-$wanted"
    NODE_MODULES="$home/node_modules"
    [ -e "$home/.complete" ] && return 0
    one_at_a_time node
    if [ ! -e "$home/.complete" ]; then
        need_space "$CACHE" 300
        command -v npm >/dev/null || apt_install nodejs npm
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 18 || (a === 18 && b >= 18) ? 0 : 1)' ||
            fail "Node.js $(node -v) is too old for the linters: 18.18 or newer is needed."
        say "Fetching the linters of the browser code..."
        mkdir -p "$home"
        cp "$REPO/dev/package.json" "$REPO/dev/package-lock.json" "$REPO/dev/.npmrc" "$home/"
        quietly "$CACHE/logs/npm.log" "ESLint and Prettier could not be installed: check the network, then run this again" \
            npm ci --prefix "$home" --no-audit --no-fund
        touch "$home/.complete"
    fi
    lock_done
}
