from odoo.tools import SQL, split_every

from .number.name import fold_name


def pre_init_hook(env):
    """Add the columns of big tables by SQL.

    The ORM would compute or default every old row one by one; a default of `uuid4` would even
    give all of them the same value. What all old rows have in common is a default for a moment:
    PostgreSQL then writes no row.
    """
    env.cr.execute(
        SQL(
            """
            ALTER TABLE pos_pack_operation_lot
                ADD COLUMN IF NOT EXISTS uuid varchar DEFAULT gen_random_uuid()::text,
                ADD COLUMN IF NOT EXISTS quantity double precision,
                ADD COLUMN IF NOT EXISTS holds boolean,
                ADD COLUMN IF NOT EXISTS needs_review boolean,
                ADD COLUMN IF NOT EXISTS awaits_linking boolean DEFAULT TRUE
            """
        )
    )
    # What was sold before is history: its numbers are as protected as those of a sale of today.
    env.cr.execute(
        SQL(
            """
            ALTER TABLE pos_order_line
                ADD COLUMN IF NOT EXISTS missing_number_qty double precision,
                ADD COLUMN IF NOT EXISTS waiting_number_qty double precision,
                ADD COLUMN IF NOT EXISTS closed_number_qty double precision,
                ADD COLUMN IF NOT EXISTS numbers_locked boolean DEFAULT TRUE
            """
        )
    )
    env.cr.execute(
        SQL(
            """
            UPDATE pos_order_line line
               SET numbers_locked = FALSE
              FROM pos_order
             WHERE pos_order.id = line.order_id
               AND pos_order.state IN ('draft', 'cancel')
            """
        )
    )
    for table, column in (
        ("pos_pack_operation_lot", "uuid"),
        ("pos_pack_operation_lot", "awaits_linking"),
        ("pos_order_line", "numbers_locked"),
    ):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                SQL.identifier(table),
                SQL.identifier(column),
            )
        )
    env.cr.execute(
        SQL("ALTER TABLE pos_order ADD COLUMN IF NOT EXISTS waiting_number_qty double precision")
    )
    _fold_names_of_lots(env)


def _fold_names_of_lots(env):
    """Fill `pos_folded_name` where the name in lower case is not it: of few lots, see there."""
    env.cr.execute(SQL("ALTER TABLE stock_lot ADD COLUMN IF NOT EXISTS pos_folded_name varchar"))
    # Names of letters, digits and signs of ASCII, with single blanks between them, need nothing.
    rows = env.execute_query(
        SQL(
            """
            SELECT id, name
              FROM stock_lot
             WHERE octet_length(name) <> char_length(name)
                OR name ~ %s
                OR name LIKE ANY(ARRAY['%%  %%', ' %%', '%% '])
            """,
            "[\x01-\x1f\x7f]",
        )
    )
    folded = ((lot_id, fold_name(name), name.encode().lower()) for lot_id, name in rows)
    wanted = ((lot_id, name) for lot_id, name, lower in folded if name.encode() != lower)
    for batch in split_every(10_000, wanted):
        ids, names = zip(*batch, strict=True)
        env.cr.execute(
            SQL(
                """
                UPDATE stock_lot lot
                   SET pos_folded_name = folded.name
                  FROM unnest(%s::integer[], %s::varchar[]) AS folded(id, name)
                 WHERE lot.id = folded.id
                """,
                list(ids),
                list(names),
            )
        )


def post_init_hook(env):
    """Switch on what traceability needs: once, an administrator may switch it off again."""
    internal_users = env.ref("base.group_user")
    for group in ("stock.group_production_lot", "stock_account.group_lot_on_invoice"):
        internal_users._apply_group(env.ref(group))
    env["pos.number.history"]._start()
    env["pos.number.installation"]._take_back_waiting()
    operation_types = env["pos.config"].search([]).picking_type_id
    operation_types |= env["stock.warehouse"].search([]).pos_type_id
    operation_types.filtered(
        lambda kind: not kind.use_create_lots and not kind.use_existing_lots
    ).write({"use_create_lots": True, "use_existing_lots": True})


def uninstall_hook(env):
    """Leave stock Odoo its own data: what waits as open transfers, demo data as its own.

    Not while a session is open, see `ir.module.module`: its till would go on sending what nobody
    understands.
    """
    installation = env["pos.number.installation"]
    installation._leave_waiting()
    installation._leave_demo_data()
    env["pos.number.history"]._forget()
