from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..number.notice import find_forbidden_words

NOTICE_TEXTS = ("description", "hazard", "what_to_do", "single_remedy_reason", "contact")
REMEDIES = ("remedy_repair", "remedy_replacement", "remedy_refund")
# What says which goods are recalled: fixed at the start.
CHOICE = {"line_ids", "company_id", "is_drill"}
# So many lots change how their table is best read.
MANY_LOTS = 1000


class PosNumberRecall(models.Model):
    """A recall of lots, or a drill of one.

    While a recall runs, tills refuse its lots, and whoever has bought one gets a notice. A drill
    traces the same and does neither.
    """

    _name = "pos.number.recall"
    _inherit = ["mail.thread", "mail.activity.mixin", "pos.number.guard"]
    _description = "Recall"
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char(string="Title", required=True, translate=True, tracking=True)
    state = fields.Selection(
        [("draft", "Being Prepared"), ("running", "Running"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_drill = fields.Boolean(
        string="Drill", help="Traces as a recall does: nobody is written to, nothing is refused."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    line_ids = fields.One2many("pos.number.recall.line", "recall_id", string="What is Recalled")
    recalled_lot_ids = fields.One2many(
        "pos.number.recall.lot", "recall_id", string="Recalled Lots/Serials", readonly=True
    )
    lot_count = fields.Integer("Lots/Serials", compute="_compute_lot_count")

    # ------------------------------------------------------------------- the notice
    reason = fields.Text(help="Why: for your own people, not part of the notice.")
    description = fields.Text(
        translate=True,
        help="Which product this is, so that who has it knows it: brand, model, where and when.",
    )
    image = fields.Image(
        string="Picture", max_width=1024, max_height=1024, help="Without: the product's own."
    )
    hazard = fields.Text(
        translate=True, help="What may happen, and to whom. No word that plays it down."
    )
    what_to_do = fields.Text(
        string="What to Do",
        translate=True,
        help="“Stop using the product immediately” always stands before it. Cashiers see it too.",
    )
    remedy_repair = fields.Boolean(string="Repair")
    remedy_replacement = fields.Boolean(string="Replacement")
    remedy_refund = fields.Boolean(string="Refund")
    single_remedy_reason = fields.Text(
        string="Why not Two Remedies",
        translate=True,
        help="Why the others are impossible or disproportionate.",
    )
    contact = fields.Text(
        translate=True, help="A telephone number free of charge, or an address on the web."
    )
    notice_problems = fields.Text(
        string="The Notice Lacks", compute="_compute_notice_problems", help="One a line."
    )
    link = fields.Char(
        string="Web Address",
        help="The poster's QR code leads there. Without: the company's website.",
    )
    follow_up_days = fields.Integer(
        string="Follow Up After",
        default=14,
        help="Days after which customers who did not answer are written to once more. 0: never.",
    )
    effectiveness_checks = fields.Integer(
        string="Checks Made", help="How many customers you asked whether the notice reached them."
    )

    # ------------------------------------------------------------------- what happened
    started_on = fields.Datetime(readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    seconds = fields.Float(
        string="Seconds to Trace",
        digits=(16, 3),
        readonly=True,
        copy=False,
        help="How long it took to find lots, stock, sales and customers.",
    )

    # ------------------------------------------------------------------------- choice

    @api.depends("recalled_lot_ids")
    def _compute_lot_count(self):
        counts = dict(
            self.env["pos.number.recall.lot"]._read_group(
                [("recall_id", "in", self.ids)], ["recall_id"], ["__count"]
            )
        )
        for recall in self:
            recall.lot_count = counts.get(recall._origin, 0)

    def _get_company_ids(self):
        """The company whose goods these are, and its branches."""
        self.ensure_one()
        company = self.sudo().company_id._origin
        return company.search([("id", "child_of", company.ids)]).ids

    def action_find_lots(self):
        """Find the lots that the lines stand for: what the impact is told of."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("This recall has started: its lots are found already."))
        self.sudo()._find_lots()
        self.sudo()._keep_figures_of_many()
        return True

    def _find_lots(self):
        """Write down the lots of the lines anew. By SQL: a line may stand for a million."""
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(
            SQL("DELETE FROM pos_number_recall_lot WHERE recall_id = %s RETURNING 1", self.id)
        )
        self._add_lots()

    def _add_lots(self):
        """Add the lots of the lines that are not there yet.

        :return: how many
        """
        self.env.flush_all()
        added = 0
        for line in self.line_ids:
            added += len(
                self.env.execute_query(
                    SQL(
                        """
                        INSERT INTO pos_number_recall_lot
                               (recall_id, lot_id, lot_name, product_id, company_id, is_running,
                                create_uid, create_date, write_uid, write_date)
                        SELECT %(recall)s, lot.id, lot.name, lot.product_id, %(company)s,
                               %(is_running)s, %(user)s, now() AT TIME ZONE 'UTC', %(user)s,
                               now() AT TIME ZONE 'UTC'
                          FROM stock_lot lot
                         WHERE (lot.company_id IS NULL OR lot.company_id = ANY(%(companies)s))
                           AND %(condition)s
                            ON CONFLICT (recall_id, lot_id) DO NOTHING
                     RETURNING 1
                        """,
                        recall=self.id,
                        company=self.company_id.id,
                        companies=self._get_company_ids(),
                        is_running=self.state == "running" and not self.is_drill,
                        user=self.env.uid,
                        condition=line._get_condition(),
                    )
                )
            )
        if added >= MANY_LOTS:
            # Figures are read before PostgreSQL looks at the table by itself, and would be slow.
            self.env.cr.execute("ANALYZE pos_number_recall_lot")
        self._forget_names()
        self.env["pos.number.recall.lot"].invalidate_model()
        self.invalidate_recordset(["recalled_lot_ids", "lot_count"])
        self.line_ids.invalidate_recordset(["lot_count"])
        return added

    # ------------------------------------------------------------------------- notice

    @api.depends(*NOTICE_TEXTS, "name", "image", *REMEDIES, "is_drill", "line_ids")
    def _compute_notice_problems(self):
        for recall in self:
            problems = [] if recall.is_drill else recall._get_notice_problems()
            recall.notice_problems = "\n".join(problems)

    def _get_notice_problems(self):
        """Each part that article 36 asks for and the notice lacks, and each word it may not use.

        :return: list of sentences
        """
        self.ensure_one()
        problems = []
        if not (self.description or "").strip():
            problems.append(self.env._("Description: say which product this is."))
        if not self.image and not self._get_products().filtered("image_128"):
            problems.append(self.env._("Picture: neither the recall nor its product has one."))
        if not (self.hazard or "").strip():
            problems.append(self.env._("Hazard: say what may happen."))
        if not (self.what_to_do or "").strip():
            problems.append(self.env._("What to do: say what comes after “stop using it”."))
        if not (self.contact or "").strip():
            problems.append(self.env._("Contact: name a free telephone number or a web address."))
        remedies = self._get_remedies()
        if not remedies:
            problems.append(
                self.env._("Remedies: offer at least two of repair, replacement and refund.")
            )
        elif len(remedies) == 1 and not (self.single_remedy_reason or "").strip():
            problems.append(
                self.env._("Remedies: offer a second one, or say why there is only one.")
            )
        return problems + self._get_forbidden_words()

    def _get_forbidden_words(self):
        """:return: list of sentences, one for each word that no notice may use"""
        found = {}
        for code, language in self.env["res.lang"].get_installed():
            recall = self.with_context(lang=code)
            for name in ("name", *NOTICE_TEXTS):
                label = self._fields[name]._description_string(self.env)
                for word in find_forbidden_words(recall[name], code):
                    # A text without translation is the same in each language.
                    found.setdefault((name, word), (label, language))
        return [
            self.env._(
                "%(part)s: a notice may not say “%(word)s” (%(language)s).",
                part=label,
                word=word,
                language=language,
            )
            for (_name, word), (label, language) in found.items()
        ]

    def _get_remedies(self):
        """The names of the remedies, in the reader's language."""
        self.ensure_one()
        labels = {
            "remedy_repair": self.env._("Repair free of charge"),
            "remedy_replacement": self.env._("Replacement by a product of the same value"),
            "remedy_refund": self.env._("Refund of at least the price you paid"),
        }
        return [labels[name] for name in REMEDIES if self[name]]

    def _get_products(self):
        """The products concerned, as superuser; found lots first, else what the lines name."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT product_id FROM pos_number_recall_lot WHERE recall_id = %s",
                self._origin.id or 0,
            )
        )
        products = self.env["product.product"].sudo().browse(row[0] for row in rows if row[0])
        lines = self.sudo().line_ids
        return products or lines.product_id | lines.lot_ids.product_id

    def _get_names_for_notice(self, limit=200):
        """`[(name of the product, [names of lots], how many more)]` for the notice.

        Of each product so many names at most. Read once a transaction: many mails ask for it.
        """
        self.ensure_one()
        key = (self._name, self._origin.id, limit)
        rows = self.env.cr.cache.get(key)
        if rows is None:
            rows = self.env.cr.cache[key] = self._read_names(limit)
        products = self.env["product.product"].sudo().with_context(display_default_code=False)
        return [
            (products.browse(product).display_name, names, more) for product, names, more in rows
        ] or self._guess_names()

    def _guess_names(self):
        """What the lines say, while their lots are not found yet."""
        names = []
        for line in self.sudo().line_ids:
            products = line.product_id | line.lot_ids.product_id
            for product in products.with_context(display_default_code=False):
                lots = line.lot_ids.filtered(lambda lot, p=product: lot.product_id == p)
                names.append((product.display_name, lots.mapped("name") or [line.display_name], 0))
        return names

    def _forget_names(self):
        for key in [key for key in self.env.cr.cache if key[:2] == (self._name, self.id)]:
            del self.env.cr.cache[key]

    def _read_names(self, limit):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product_id, (array_agg(lot_name ORDER BY lot_name))[:%s], COUNT(*)
                  FROM pos_number_recall_lot
                 WHERE recall_id = %s GROUP BY product_id ORDER BY product_id
                """,
                limit,
                self._origin.id or 0,
            )
        )
        return [(product, names, count - len(names)) for product, names, count in rows]

    # ------------------------------------------------------------------------- states

    def action_start(self):
        """Start the recall: tills refuse its lots from now on, and its notices go out.

        :raises UserError: it has started, nobody has such a lot, or the notice lacks something
        """
        self.ensure_one()
        self._check_manager()
        recall = self.sudo()
        # Whoever starts it at the same moment waits here, is run again, and reads "running".
        self.env.execute_query(
            SQL("SELECT 1 FROM pos_number_recall WHERE id = %s FOR UPDATE", recall.id)
        )
        recall.invalidate_recordset(["state"])
        if recall.state != "draft":
            raise UserError(self.env._("%(recall)s has started already.", recall=recall.name))
        if recall.is_drill:
            return self.action_run_drill()
        recall._find_lots()
        recall._check_lines()
        problems = self._get_notice_problems()
        if problems:
            raise UserError(
                self.env._(
                    "The recall cannot start: its notice must be complete.\n%(problems)s",
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )
        # A template that fails is found now, and not by the scheduled action.
        recall._render_mail(self.env.lang or "en_US")
        recall.write(
            {
                "state": "running",
                "started_on": fields.Datetime.now(),
                "started_by_id": self.env.uid,
            }
        )
        recall._set_running(True)
        recall._keep_figures_of_many()
        recall._publish_picture()
        recall._notify_tills()
        self.env.ref("pos_lot_traceability.cron_recall_notices").sudo()._trigger()
        return True

    def action_close(self):
        """Close the recall: what is left of its lots may be sold again."""
        self.ensure_one()
        self._check_manager()
        recall = self.sudo()
        if recall.state != "running":
            raise UserError(self.env._("Only a recall that runs can be closed."))
        recall._update_answers()
        recall._keep_figures()
        recall.write(
            {
                "state": "closed",
                "closed_on": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "counted_on": False,
            }
        )
        recall._set_running(False)
        recall._notify_tills()
        return True

    def _set_running(self, is_running):
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE pos_number_recall_lot SET is_running = %s WHERE recall_id = %s RETURNING 1",
                is_running,
                self.id,
            )
        )
        self.env["pos.number.recall.lot"].invalidate_model()

    def _check_lines(self):
        if not self.line_ids:
            raise UserError(self.env._("Say what is recalled: add a line."))
        for line in self.line_ids:
            if not line.lot_count:
                raise UserError(
                    self.env._(
                        "%(line)s: there is no such lot or serial number. Correct the line or "
                        "remove it.",
                        line=line.display_name,
                    )
                )

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(self.env._("Only inventory managers start and close recalls."))

    def write(self, vals):
        """:raises UserError: it has started, and which goods it is about would change"""
        if CHOICE & vals.keys() and any(recall.state != "draft" for recall in self):
            raise UserError(
                self.env._("A recall that has started keeps its lots. Make a second one for more.")
            )
        if (
            not self.env.su
            and vals.keys() & {"name", "image", *NOTICE_TEXTS, *REMEDIES}
            and any(recall.state == "running" for recall in self)
        ):
            result = super().write(vals)
            for recall in self:
                problems = recall._get_notice_problems()
                if problems:
                    raise ValidationError("\n".join(problems))
            if "image" in vals:
                self.sudo()._publish_picture()
            if "name" in vals or "what_to_do" in vals:
                self.sudo()._notify_tills()  # what cashiers read has changed
            return result
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_prepared(self):
        if any(recall.state != "draft" for recall in self):
            raise UserError(
                self.env._("A recall that has started is kept: its report may be asked for.")
            )

    # -------------------------------------------------------------------------- links

    def action_view_sold(self):
        """The sold numbers of this recall."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_recall_sold"
        )
        return {**action, "domain": [("lot_id.pos_recall_lot_ids.recall_id", "=", self.id)]}

    def action_view_late(self):
        """What was sold although it was recalled: by tills that were offline."""
        action = self.action_view_sold()
        action["domain"] += [("flag_ids.code", "=", "recalled")]
        return action

    def action_view_events(self):
        """Each move of the recalled lots, as FDA's sheet asks for it."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_recall_events"
        )
        return {**action, "domain": [("lot_id.pos_recall_lot_ids.recall_id", "=", self.id)]}

    def action_view_stock(self):
        """What is left, by location."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_recall_stock"
        )
        domain = [
            ("lot_id.pos_recall_lot_ids.recall_id", "=", self.id),
            ("location_id.usage", "in", ("internal", "transit")),
        ]
        return {**action, "domain": domain}

    def action_view_notices(self):
        """Who was written to, and what they answered."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_recall_notices"
        )
        return {**action, "domain": [("recall_id", "=", self.id)]}

    def action_view_lots(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "pos_lot_traceability.action_recall_lots"
        )
        return {**action, "domain": [("recall_id", "=", self.id)]}
