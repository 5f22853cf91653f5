MOVE_OPEN_STATES = ("waiting", "confirmed", "partially_available", "assigned")


class Settlement:
    """Open deliveries of sales orders whose units tills settle in one request.

    `move_ids`: moves that have given up exactly what was settled already, or that a saved cart
    leaves as they are. After that, core (pos_sale, `pos.order.sync_from_ui`) writes one and the
    same demand on all open moves of an order line, whatever the step and the line they are of,
    and unreserves what is left. `stock.move` lets neither happen.

    Goes along in the context, as an object: no browser can send one.
    """

    KEY = "pos_settlement"

    def __init__(self):
        self.move_ids = set()

    @classmethod
    def of(cls, env):
        settlement = env.context.get(cls.KEY)
        return settlement if isinstance(settlement, cls) else None
