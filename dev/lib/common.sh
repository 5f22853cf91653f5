# shellcheck shell=bash
# Shared by the commands in dev/: words for the person at the terminal, and where things live.
# Sourced, never run.

set -Eeuo pipefail

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
MODULE=pos_lot_traceability
CACHE="${POS_LOT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/$MODULE}"
mkdir -p "$CACHE" 2>/dev/null || {
    printf '\nSTOPPED: Cannot create the folder %s: choose another with POS_LOT_CACHE=/some/folder.\n' "$CACHE" >&2
    exit 1
}
CACHE="$(cd "$CACHE" && pwd -P)"
# One short word per checkout, so that two checkouts never share a database or a log.
# DEV_NAME keeps two runs of the same checkout apart in the same way.
CHECKOUT_ID="$(printf '%s' "$REPO|${DEV_NAME:-}" | sha1sum | cut -c1-8)"
WORK="$CACHE/checkouts/$CHECKOUT_ID"

START_SECONDS=$SECONDS

say() { printf '[%4ds] %s\n' "$((SECONDS - START_SECONDS))" "$*"; }

fail() {
    printf '\nSTOPPED: %s\n' "$*" >&2
    exit 1
}

# Whatever else goes wrong says where, instead of ending in silence.
trap 'printf "\nSTOPPED: %s line %s failed: %s\n" "${BASH_SOURCE[0]}" "$LINENO" "$BASH_COMMAND" >&2' ERR

# as_root COMMAND...: run it as root, directly or with sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "'$1' needs administrator rights: run this command as root, or install sudo."
    fi
}

# addon_link: an add-on's folder must carry its technical name, whatever the checkout is called.
addon_link() {
    mkdir -p "$WORK/addons"
    ln -sfn "$REPO" "$WORK/addons/$MODULE"
}

# need_space FOLDER MEGABYTES
need_space() {
    mkdir -p "$1" 2>/dev/null || fail "Cannot create the folder $1: choose another with POS_LOT_CACHE=/some/folder."
    [ -w "$1" ] || fail "Cannot write to $1: choose another folder with POS_LOT_CACHE=/some/folder."
    local free
    free=$(free_megabytes "$1")
    [ "$free" -ge "$2" ] || fail "Only $free MB free under $1, $2 MB are needed: free some space, or set POS_LOT_CACHE to a folder on a larger disk."
}

# full_disk LOGFILE: says what to do when a full disk is why a command failed. The log may be silent:
# there may have been no room for it, and PostgreSQL just goes.
full_disk() {
    local place
    for place in "$CACHE" "${PG_DATA:-$CACHE}"; do
        if grep -q 'No space left on device' "$1" || [ "$(free_megabytes "$place")" -lt 50 ]; then
            echo "The disk of $place is full: free some space, or set POS_LOT_CACHE to a folder on a larger disk"
            return 0
        fi
    done
    return 1
}

free_megabytes() { df -Pm "$1" | awk 'NR==2 {print $4}'; }

# quietly LOGFILE WHAT-TO-DO COMMAND...: run with output in a log; on failure show its end.
quietly() {
    local log="$1" hint="$2"
    shift 2
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        fail "$(full_disk "$log" || echo "$hint") (whole log: $log)"
    fi
}

# with_progress LOGFILE WHAT-TO-DO COMMAND...: as quietly, telling now and then how far Odoo is.
with_progress() {
    local log="$1" hint="$2" pid tick=0 last="" now
    shift 2
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 &
    pid=$!
    # shellcheck disable=SC2064
    trap "kill $pid 2>/dev/null; exit 130" INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        tick=$((tick + 1))
        if [ $((tick % 15)) = 0 ]; then
            now=$(grep -o 'Loading module .* ([0-9]*/[0-9]*)' "$log" | tail -n 1 || true)
            [ "$now" = "$last" ] || say "  ${now:-still working...}"
            last="$now"
        fi
    done
    trap - INT TERM
    if ! wait "$pid"; then
        grep -E ' (ERROR|CRITICAL) |^[a-zA-Z_.]*(Error|Exception)\b' "$log" | tail -n 15 >&2 || tail -n 15 "$log" >&2
        fail "$(full_disk "$log" || echo "$hint") (whole log: $log)"
    fi
}

# one_at_a_time NAME: wait for another set-up that prepares the same shared thing.
# Long-lived children must be started with 9>&-, else they would keep the lock.
one_at_a_time() {
    mkdir -p "$CACHE/locks"
    exec 9>"$CACHE/locks/$1"
    if ! flock -n 9; then
        say "Waiting for another set-up that is running ($1)..."
        flock -w 1800 9 || fail "Another set-up has held $CACHE/locks/$1 for 30 minutes: stop it, then run this again."
    fi
}

lock_done() { flock -u 9; exec 9>&-; }

# free_port [WISH]: prints WISH when it is free on 127.0.0.1, else any free port.
free_port() {
    /usr/bin/env python3 - "${1:-0}" <<'PY'
import socket, sys
for port in (int(sys.argv[1]), 0):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(s.getsockname()[1])
        break
PY
}

# apt_install PACKAGE...: Debian packages of this machine, only those that are missing.
apt_install() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ "${#missing[@]}" = 0 ] && return 0
    command -v apt-get >/dev/null || fail "This is no Debian machine; install these yourself, then run this again: ${missing[*]}"
    say "Installing from Debian: ${missing[*]}"
    quietly "$CACHE/logs/apt.log" "Debian's package lists could not be read: check the network, then run this again" \
        as_root apt-get update -q
    # UCF_FORCE_CONFFOLD: no question about a settings file that is already there.
    quietly "$CACHE/logs/apt.log" "Debian could not install ${missing[*]}: check the network and the disk, then run this again" \
        as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# fingerprint FILE-LIST-ON-STDIN (NUL separated): one short word for names and contents.
fingerprint() { sort -z | xargs -0 -r sha1sum -- | sha1sum | cut -c1-12; }
