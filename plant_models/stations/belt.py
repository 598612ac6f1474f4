"""What glazing line and printer have in common: a belt that takes one product at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.product import Changeover, Product, changeover_minutes
from plant_models.strokes import Strokes
from twin.line.activity import Activity
from twin.line.generic import Transport, TransportState
from twin.line.link import Link
from twin.line.time import NEVER, microseconds


@dataclass(slots=True)
class BeltState(TransportState):
    """What a belt keeps besides the strokes on it."""

    product: int = -1
    """Product on the belt, or last on it; -1 before the first."""


class Belt(Transport):
    """Carries strokes; a stroke of another product waits until the belt is empty and set up for it."""

    diary: Strokes
    state: BeltState

    def ready_for_product(self, product: int, products: tuple[Product, ...], matrix: Changeover) -> int:
        """The instant from which a stroke of a product can be taken."""
        state = self.state
        if state.product in (product, -1):
            return 0
        if self.inlet.queue:
            return NEVER
        minutes = changeover_minutes(products[state.product], products[product], matrix)
        ready = state.last_left + microseconds(60.0 * minutes)
        if ready > self.now:
            self.become(Activity.SETTING_UP)
        return ready

    def receive(self, link: Link) -> None:
        """Know the product, and up to which stroke it stays the same."""
        token = link.queue[-1]
        if token >= link.same_until:
            self.state.product, link.same_until = self.diary.product_from(token)
        super().receive(link)

    def receive_many(self, tokens: NDArray[np.int64]) -> None:
        """Nothing: strokes that glide are of the product on the belt."""

    def look_ahead(self, link: Link, token: int) -> None:
        """Know up to which stroke the product stays the same, if it is the one on the belt."""
        product, end = self.diary.product_from(token)
        if product == self.state.product:
            link.same_until = end


def closest_strokes(transit: int, headway: int) -> int:
    """Strokes on a belt that stands full: as many as leave it one headway apart during one transit, at least two."""
    return max(2, transit // max(headway, 1))
