# shellcheck shell=bash
# Gets Odoo 19.0's source: a person's own (ODOO_PATH), or Debian's odoo-19 package.
# Sets ODOO_HOME (the folder that holds the Python package `odoo`), ODOO_ADDONS (comma separated)
# and ODOO_KEY (one short word for this build).

# Debian's suite for each package: Odoo's relative symlinks need these file layouts.
ODOO_UNSTABLE_PACKAGES="odoo-19 libjs-jquery libjs-jquery-form libjs-underscore fonts-montserrat fonts-roboto-unhinted fonts-ocr-b"
ODOO_STABLE_PACKAGES="fonts-font-awesome fonts-inconsolata"

# A private apt: own lists and state, this machine's mirror and keys; nothing is installed.
odoo_private_apt() {
    local apt="$CACHE/apt" mirror keyring
    # shellcheck disable=SC2016
    mirror=$( (apt-get indextargets --format '$(SITE)' && apt-get indextargets --format '$(REPO_URI)') 2>/dev/null |
        grep -m 1 -E '/debian/?$' || true)
    [ -n "$mirror" ] || fail "apt names no Debian mirror on this machine: run 'apt-get update' once, or set ODOO_PATH to your own Odoo 19 source."
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -r "$keyring" ] || fail "Debian's keys are missing: 'apt-get install debian-archive-keyring', then run this again."
    mkdir -p "$apt"/{lists/partial,archives/partial,parts,debs,etc/preferences.d}
    : >"$apt/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" unstable "$keyring" "$mirror" stable >"$apt/etc/sources.list"
    cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
Dir::Etc::sourcelist "$apt/etc/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::Etc::preferencesparts "$apt/etc/preferences.d";
APT::Architecture "amd64";
APT::Get::List-Cleanup "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "";
CONF
}

# In a subshell: the folder it works in is deleted later.
odoo_fetch() (
    # shellcheck disable=SC2046,SC2086
    cd "$CACHE/apt/debs" && env APT_CONFIG="$CACHE/apt/apt.conf" apt-get download -q \
        $(printf '%s/unstable ' $ODOO_UNSTABLE_PACKAGES) $(printf '%s/stable ' $ODOO_STABLE_PACKAGES)
)

odoo_download() {
    local apt="$CACHE/apt"
    command -v apt-get >/dev/null || fail "This is no Debian machine: set ODOO_PATH to your own Odoo 19 source."
    say "Fetching Odoo 19 from Debian (about 125 MB; a few minutes on a slow line)..."
    odoo_private_apt
    local log="$CACHE/logs/odoo-apt-update.log"
    mkdir -p "$CACHE/logs"
    if ! APT_CONFIG="$apt/apt.conf" apt-get update -q >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        grep -qE 'is (expired|not valid yet)' "$log" &&
            fail "Debian's unstable suite is out of date at this machine's mirror, or the machine's clock is wrong: mend that, then run this again."
        fail "Debian's unstable suite could not be read: check the network, then run this again (whole log: $log)."
    fi
    # What an interrupted run has fetched already is kept; apt checks it against the signed lists.
    quietly "$CACHE/logs/odoo-download.log" "Odoo could not be downloaded: check the network, then run this again" odoo_fetch
    say "Unpacking Odoo..."
    local new="$CACHE/odoo-unpacking" deb
    rm -rf "$new"
    mkdir -p "$new"
    for deb in "$apt"/debs/*.deb; do
        dpkg-deb -x "$deb" "$new" 2>"$CACHE/logs/odoo-unpack.log" ||
            fail "$deb could not be unpacked: free some space if the disk is full, else delete that file; then run this again. $(tail -n 1 "$CACHE/logs/odoo-unpack.log")"
    done
    # Left out by the package, asked for by the back office's asset bundle.
    local selfie="$new/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    mkdir -p "$(dirname "$selfie")"
    : >"$selfie"
    rm -rf "$CACHE/odoo"
    mv "$new" "$CACHE/odoo"
    rm -rf "$apt/debs" "$apt/archives"
}

odoo_setup() {
    if [ -n "${ODOO_PATH:-}" ]; then
        [ -r "$ODOO_PATH/odoo/release.py" ] || fail "ODOO_PATH=$ODOO_PATH holds no Odoo: it must be the folder with odoo/release.py in it."
        ODOO_HOME="$(cd "$ODOO_PATH" && pwd -P)"
    else
        ODOO_HOME="$CACHE/odoo/usr/lib/python3/dist-packages"
        if [ ! -r "$ODOO_HOME/odoo/release.py" ]; then
            one_at_a_time odoo
            if [ ! -r "$ODOO_HOME/odoo/release.py" ]; then
                need_space "$CACHE" 2500
                odoo_download
            fi
            lock_done
        fi
    fi
    grep -qE '^version_info = \(19, 0,' "$ODOO_HOME/odoo/release.py" ||
        fail "The Odoo at $ODOO_HOME is not version 19.0: this add-on is for Odoo 19.0 only."
    # The package keeps all add-ons in odoo/addons/ (its addons/ is an incomplete left-over),
    # a source checkout keeps most in addons/.
    ODOO_ADDONS="$ODOO_HOME/odoo/addons"
    if [ ! -d "$ODOO_ADDONS/point_of_sale" ]; then
        [ -d "$ODOO_HOME/addons/point_of_sale" ] || fail "The Odoo at $ODOO_HOME has no point_of_sale: it is incomplete."
        ODOO_ADDONS="$ODOO_HOME/addons,$ODOO_ADDONS"
    fi
    ODOO_KEY=$( (
        echo "$ODOO_HOME"
        cd "$ODOO_HOME" && find . -name '*.py' -printf '%P %s\n' | sort
        git -C "$ODOO_HOME" rev-parse HEAD 2>/dev/null || true
    ) | sha1sum | cut -c1-8)
    addon_link
}

# odoo CONFIG-FILE ARGUMENT...
odoo() {
    local conf="$1"
    shift
    PYTHONPATH="$ODOO_HOME" PYTHONUNBUFFERED=1 "$PY" -m odoo server -c "$conf" "$@" 9>&-
}

# odoo_conf FILE DATA-FOLDER LINE...: a configuration file. The add-on's folder is on the path only
# in runs that know it.
odoo_conf() {
    local file="$1" data="$2"
    shift 2
    mkdir -p "$(dirname "$file")" "$data"
    {
        echo "[options]"
        echo "addons_path = $WORK/addons,$ODOO_ADDONS"
        echo "data_dir = $data"
        echo "http_interface = 127.0.0.1"
        echo "list_db = False"
        # No cron in the middle of a test; dev/run turns it on.
        echo "max_cron_threads = 0"
        printf '%s\n' "$@"
    } >"$file"
}

# filestore_copy FROM TO: attachments never change once written, so hard links are enough.
filestore_copy() {
    rm -rf "$2"
    mkdir -p "$(dirname "$2")"
    [ ! -d "$1" ] || cp -al "$1" "$2" 2>/dev/null || { rm -rf "$2"; cp -a "$1" "$2"; }
}
