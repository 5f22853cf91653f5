"""What a flag is based on: the facts behind a verdict, as they were when it was found.

Nothing is read here. Ids stay ids: `pos.pack.operation.lot` gives them names and keeps them.
"""

from .stock import STORED
from .verdict import clean


def get_evidence(ask, verdict, stock, shop):
    """The facts behind the flags of a verdict; to be asked before it is carried out.

    Quantities in the product's unit, without sign. `situation` says which of a flag's sentences is
    true. `places`: ids of locations where the number lay; `holder`: id of the number of the sale
    that has the serial; `customer`: it is at a customer by another way than a till's sale.

    :param Ask ask: what a line wanted of a number, `verdict`: what it got
    :param stock.Stock stock: as it was then
    :param facts.Shop shop: of the line's till
    :return: `{code of the flag: {name: value}}`
    """
    collect = _collect_return if ask.is_return else _collect_sale
    return {
        code: {"quantity": ask.quantity, **collect(code, ask, verdict, stock, shop)}
        for code in verdict.flags
    }


def _get_places(ask, stock, where):
    return list(
        dict.fromkeys(
            place.location
            for place in stock.places[ask.lot]
            if place.quantity > 0 and place.location and where(place)
        )
    )


def _is_stored(place):
    return place.usage in STORED


def _collect_sale(code, ask, verdict, stock, shop):
    if code == "duplicate":
        holder = stock.holders.get(ask.lot)
        if holder and verdict.reason == "sold":
            return {"situation": "sold", "holder": holder.number}
        return {"situation": "customer", "customer": True}
    if code == "not_here":
        if verdict.reason:
            return {
                "situation": verdict.reason,
                "places": _get_places(ask, stock, lambda place: not shop.is_here(place)),
            }
        near = _get_places(ask, stock, shop.is_near)
        moved = sum(take.quantity for take in verdict.takes if take.location in near)
        return {"situation": "near", "moved": clean(moved), "places": near}
    if code in ("unknown", "short"):
        if verdict.reason:
            return {"situation": "waits"}
        # What lies nowhere is taken last.
        excess = verdict.takes[-1].quantity
        return {
            "situation": "created" if code == "unknown" else "short",
            "excess": excess,
            "found": clean(verdict.quantity - excess),
        }
    return {}


def _collect_return(code, ask, verdict, stock, _shop):
    if code == "duplicate":
        if verdict.reason == "in_stock":
            return {"situation": "in_stock", "places": _get_places(ask, stock, _is_stored)}
        return {"situation": verdict.reason or "twice"}
    if code == "not_sold":
        if ask.of_sale is None:
            return {"situation": "no_receipt"}
        return {"situation": "of_sale", "left": max(0.0, ask.of_sale)}
    return {"situation": "waits"} if verdict.reason else {}
