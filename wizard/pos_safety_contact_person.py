import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..number.spreadsheet import quote_for_csv


class PosSafetyContactPerson(models.TransientModel):
    """What is kept of one person for product safety: to hand it out, or to delete it."""

    _name = "pos.safety.contact.person"
    _inherit = ["pos.number.guard"]
    _description = "One Person's Product Safety Contacts"

    text = fields.Char("Mail or Phone")
    count = fields.Integer("Contacts Found", compute="_compute_count")
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    @api.depends("text")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard._get_contacts())

    def _get_contacts(self):
        """Found again whenever something is done, with the caller's rights."""
        return self.env["pos.safety.contact"]._find_person(self.text or "")

    def _get_found(self):
        contacts = self._get_contacts()
        if not contacts:
            raise UserError(self.env._("Nothing is kept of this mail address or phone."))
        return contacts

    def action_export(self):
        """Hand out what is kept, as a CSV file."""
        self.ensure_one()
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(
            [
                self.env._("Mail"),
                self.env._("Phone"),
                self.env._("Receipt"),
                self.env._("Consent on"),
                self.env._("Source"),
                self.env._("Deleted after"),
            ]
        )
        sources = dict(
            self.env["pos.safety.contact"]._fields["source"]._description_selection(self.env)
        )
        for contact in self._get_found():
            order = contact.sudo().order_id
            row = [
                contact.email or "",
                contact.phone or "",
                order.pos_reference or order.name,
                fields.Datetime.to_string(contact.create_date),
                sources[contact.source],
                fields.Date.to_string(contact.expires_on),
            ]
            writer.writerow(map(quote_for_csv, row))
        self.sudo().write(
            {
                "file": base64.b64encode(output.getvalue().encode("utf-8-sig")),
                "file_name": "product_safety_contacts.csv",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "download",
        }

    def action_delete(self):
        """Delete what is kept."""
        self.ensure_one()
        self._get_found().unlink()
        self.unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
