# shellcheck shell=bash
# Test databases. Odoo with the add-on's dependencies takes minutes to install, so that is done
# once per Odoo build (the base, shared by all checkouts), and copied.

# What the add-on depends on, and what it only works with when it is there.
BASE_MODULES=pos_sale,sale_stock,product_expiry,barcodes_gs1_nomenclature,mrp,pos_mrp,pos_restaurant,pos_hr,pos_loyalty,pos_discount,pos_repair,pos_self_order

base_setup() {
    local key
    key=$(printf '%s|%s|%s|%s' "$ODOO_KEY" "$BASE_MODULES" "$PG_KEY" "$(basename "$VENV")" | sha1sum | cut -c1-8)
    BASE_DB="pos_lot_base_$key"
    BASE_DATA="$CACHE/base/$key"
    db_exists "$BASE_DB" && [ -e "$BASE_DATA/.complete" ] && return 0
    one_at_a_time base
    if ! db_exists "$BASE_DB" || [ ! -e "$BASE_DATA/.complete" ]; then
        need_space "$CACHE" 1500
        say "Installing Odoo with the modules the add-on works with (once, some minutes)..."
        db_drop "$BASE_DB"
        db_drop "${BASE_DB}_new"
        rm -rf "$BASE_DATA"
        odoo_conf "$BASE_DATA/odoo.conf" "$BASE_DATA"
        with_progress "$CACHE/logs/base.log" "Odoo's own modules could not be installed" \
            odoo "$BASE_DATA/odoo.conf" -d "${BASE_DB}_new" -i "$BASE_MODULES" --stop-after-init --no-http
        mv "$BASE_DATA/filestore/${BASE_DB}_new" "$BASE_DATA/filestore/$BASE_DB"
        sql "alter database \"${BASE_DB}_new\" rename to \"$BASE_DB\""
        touch "$BASE_DATA/.complete"
    fi
    lock_done
}

# addon_fingerprint [demo]: what makes an installed add-on out of date. Browser files and tests are
# read anew without an update, and so is demo data where there is none.
addon_fingerprint() {
    (
        cd "$REPO"
        local skip=(-name .git -o -path ./static -o -path ./tests -o -path ./dev -o -path ./.ci -o -path ./docs
            -o -name __pycache__ -o -name node_modules -o -name '.*_cache')
        [ "${1:-}" = demo ] || skip+=(-o -path ./demo)
        find . \( "${skip[@]}" \) -prune -o -type f \
            \( -name '*.py' -o -name '*.xml' -o -name '*.csv' -o -name '*.po' -o -name '*.sql' \) -print0 |
            fingerprint
    )
}

# test_db NAME [MODULE]: a copy of the base for this checkout, with MODULE installed when given,
# made anew when anything in it is out of date.
test_db() {
    local name="$1" module="${2:-}" stamp="$WORK/$1.stamp" wanted
    wanted="$BASE_DB"
    [ -z "$module" ] || wanted="$BASE_DB $(addon_fingerprint)"
    if db_exists "$name" && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    rm -f "$stamp"
    db_copy "$BASE_DB" "$name"
    filestore_copy "$BASE_DATA/filestore/$BASE_DB" "$WORK/data/filestore/$name"
    if [ -n "$module" ]; then
        say "Installing the add-on in a copy of the base..."
        with_progress "$WORK/logs/install.log" "The add-on could not be installed" \
            odoo "$WORK/test.conf" -d "$name" -i "$module" --stop-after-init --no-http
        # Odoo goes on after some faults in data files and only logs them.
        if grep -E ' (ERROR|CRITICAL) ' "$WORK/logs/install.log" >&2; then
            fail "The add-on was installed with errors, see above (whole log: $WORK/logs/install.log)"
        fi
    fi
    echo "$wanted" >"$stamp"
}
