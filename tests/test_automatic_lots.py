"""Lots that the till chooses: those that Odoo's own reservation would take."""
