# shellcheck shell=bash
# PostgreSQL: a person's own server (the usual PG* variables), or a private cluster on a unix
# socket. Exports PGHOST, PGPORT and PGUSER, which Odoo, pytest and psql all read.

# pg_setup KIND: `run` is durable (a person's demo data), `test` trades safety for speed.
pg_setup() {
    # Odoo would take PGDATABASE as the database to open.
    PG_OWN_DATABASE="${PGDATABASE:-}"
    unset PGDATABASE
    if [ -n "${PGHOST:-}${PGPORT:-}${PGSERVICE:-}${PGUSER:-}" ]; then
        pg_own
    else
        pg_private "$1"
    fi
}

pg_own() {
    command -v psql >/dev/null || apt_install postgresql-client
    local answer
    answer=$(psql -XAtd postgres -c "select current_user, (select rolcreatedb or rolsuper from pg_roles where rolname = current_user), current_setting('server_version_num')::int" 2>&1) ||
        fail "Your PostgreSQL server (PGHOST=${PGHOST:-}, PGPORT=${PGPORT:-}, PGUSER=${PGUSER:-}) did not answer: $answer"
    PGUSER="${answer%%|*}"
    export PGUSER
    [ "$PGUSER" != postgres ] || fail "Odoo refuses the database user 'postgres': create another with CREATEDB and set PGUSER to it."
    [ "$(cut -d'|' -f2 <<<"$answer")" = t ] || fail "The database user $PGUSER may not create databases: 'ALTER ROLE $PGUSER CREATEDB' as your server's administrator."
    [ "$(cut -d'|' -f3 <<<"$answer")" -ge 130000 ] || fail "Odoo 19 needs PostgreSQL 13 or newer."
    PG_KEY="own-${PGHOST:-}-${PGPORT:-}"
}

# pg_place KIND: where the private cluster is, or would be, and who runs it.
pg_place() {
    local kind="$1"
    pg_binaries
    # PostgreSQL refuses to run as root.
    PG_AS=()
    PG_OWNER=$(id -un)
    if [ "$(id -u)" = 0 ]; then
        PG_OWNER=postgres
        id postgres >/dev/null 2>&1 || PG_OWNER=nobody
        PG_AS=(setpriv --reuid "$PG_OWNER" --regid "$(id -gn "$PG_OWNER")" --clear-groups)
    fi
    PG_ROOT="$CACHE/pg"
    if [ "$(id -u)" = 0 ] && ! "${PG_AS[@]}" test -x "$CACHE" 2>/dev/null; then
        # Root's home is closed to other users.
        PG_ROOT="/var/lib/$MODULE-$(printf '%s' "$CACHE" | sha1sum | cut -c1-6)"
    fi
    PG_DATA="$PG_ROOT/$PG_MAJOR-$kind"
    PG_KEY="$kind-$PG_MAJOR"
    PG_SOCKET="$PG_ROOT"
    # A unix socket's path may have some 100 characters.
    if [ "${#PG_SOCKET}" -gt 80 ]; then
        PG_SOCKET="/tmp/pos_lot-$(id -u)-$(printf '%s' "$PG_ROOT" | sha1sum | cut -c1-6)"
    fi
    PG_PORT=5432
    [ "$kind" = run ] || PG_PORT=5433
}

pg_private() {
    local kind="$1"
    pg_place "$kind"
    local data="$PG_DATA" socket="$PG_SOCKET" port="$PG_PORT" owner="$PG_OWNER"
    local log="$data.log"
    if ! PGHOST="$socket" PGPORT="$port" PGUSER=odoo psql -XAtd postgres -c 'select 1' >/dev/null 2>&1; then
        one_at_a_time "pg-$kind"
        mkdir -p "$PG_ROOT" "$socket" || fail "Cannot create $PG_ROOT for the database server."
        if [ "$(id -u)" = 0 ]; then
            chown "$owner" "$PG_ROOT" "$socket"
            chmod 755 "$PG_ROOT" "$socket"
        else
            [ -O "$socket" ] || fail "$socket belongs to another user: set POS_LOT_CACHE to a shorter path of your own."
            chmod 700 "$PG_ROOT" "$socket"
        fi
        if [ ! -e "$data/.complete" ]; then
            need_space "$PG_ROOT" 1500
            say "Making a private PostgreSQL cluster ($kind)..."
            rm -rf "$data"
            (
                cd /
                quietly "$CACHE/logs/initdb.log" "The PostgreSQL cluster could not be made" \
                    "${PG_AS[@]}" "$PG_BIN/initdb" -D "$data" -U odoo -E UTF8 --locale=C --no-sync
            )
            pg_configure "$kind" "$data" "$socket" "$port" "$owner"
            touch "$data/.complete"
        fi
        (
            cd /
            # 9>&-: the server must not keep this set-up's lock.
            "${PG_AS[@]}" "$PG_BIN/pg_ctl" -D "$data" -l "$log" -w -t 60 start >/dev/null 2>&1 9>&-
        ) || {
            tail -n 5 "$log" >&2
            local hint="see $log"
            grep -q 'No space left' "$log" && hint="the disk is full: free some space and run this again"
            [ "$kind" = test ] && hint="$hint; its data is made by these scripts only, so 'rm -rf $data' and another run are safe"
            fail "The private PostgreSQL server did not start: $hint."
        }
        lock_done
    fi
    export PGHOST="$socket" PGPORT="$port" PGUSER=odoo
}

# The newest installed initdb, or nothing.
pg_initdb() { { find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -name initdb 2>/dev/null || true; } | sort -V | tail -n 1; }

# Finds initdb and friends; installs them without the cluster that Debian would make.
pg_binaries() {
    local conf=/etc/postgresql-common/createcluster.conf
    PG_BIN=$(pg_initdb)
    if [ -z "$PG_BIN" ]; then
        if [ ! -e "$conf" ] && ! dpkg-query -W postgresql-common >/dev/null 2>&1; then
            as_root mkdir -p "$(dirname "$conf")"
            echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
        fi
        apt_install postgresql
        PG_BIN=$(pg_initdb)
        [ -n "$PG_BIN" ] || fail "PostgreSQL is installed, yet /usr/lib/postgresql holds no initdb: reinstall the package postgresql."
    fi
    PG_BIN=$(dirname "$PG_BIN")
    PG_MAJOR=$(basename "$(dirname "$PG_BIN")")
}

pg_configure() {
    local kind="$1" data="$2" socket="$3" port="$4" owner="$5" me
    me=$(id -un)
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$socket'"
        echo "port = $port"
        echo "shared_buffers = 256MB"
        echo "max_connections = 100"
        # Odoo keeps one snapshot per request: nothing to gain from compiling its queries.
        echo "jit = off"
        echo "lc_messages = 'C'"
        if [ "$kind" = test ]; then
            echo "fsync = off"
            echo "synchronous_commit = off"
            echo "full_page_writes = off"
            echo "wal_level = minimal"
            echo "max_wal_senders = 0"
            echo "max_wal_size = 2GB"
            echo "checkpoint_timeout = 30min"
        fi
    } >>"$data/postgresql.conf"
    # Only the person who runs these scripts gets in, whoever owns the server's process.
    echo "local all all peer map=dev" >"$data/pg_hba.conf"
    printf 'dev %s odoo\n' "$me" >"$data/pg_ident.conf"
    [ "$me" = "$owner" ] || printf 'dev %s odoo\n' "$owner" >>"$data/pg_ident.conf"
}

# pg_stop: stops the private cluster of pg_place, unless another checkout uses it.
pg_stop() {
    local others
    others=$(PGHOST="$PG_SOCKET" PGPORT="$PG_PORT" PGUSER=odoo psql -XAtd postgres -c \
        "select count(*) from pg_stat_activity where datname is not null and pid <> pg_backend_pid()" 2>/dev/null) || return 0
    [ "$others" = 0 ] || return 0
    (cd / && "${PG_AS[@]}" "$PG_BIN/pg_ctl" -D "$PG_DATA" -m fast -w stop >/dev/null 2>&1) || true
}

# pg_stop_private KIND: the same, without making or installing anything.
pg_stop_private() {
    [ -d /usr/lib/postgresql ] || return 0
    pg_place "$1"
    [ ! -d "$PG_DATA" ] || pg_stop
}

sql() { psql -XAtqd "${SQL_DB:-postgres}" -v ON_ERROR_STOP=1 -c "$1"; }

db_exists() { [ "$(sql "select count(*) from pg_database where datname = '$1'")" = 1 ]; }

db_drop() {
    sql "drop database if exists \"$1\" with (force)" 2>/dev/null || fail "The database $1 cannot be dropped: somebody else owns it or is connected to it."
}

# db_copy FROM TO
db_copy() {
    db_drop "$2"
    sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = '$1'" >/dev/null
    sql "create database \"$2\" template \"$1\"" || fail "The database $1 could not be copied to $2: see the line above."
}
