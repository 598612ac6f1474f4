"""What the ground truth of a tile line holds besides faults and commands."""

from plant_models.stations.powder import PowderSupply
from twin.line.text import Text
from twin.line.truth import TruthEntry, TruthKind

UNUSUAL = 1.5
"""Standard deviations from the mean of lots beyond which a lot is out of the ordinary."""


def unusual_lots(powder: PowderSupply, until: int) -> tuple[TruthEntry, ...]:
    """Powder lots whose moisture or body index lies beyond UNUSUAL standard deviations."""
    state, p, found = powder.state, powder.parameters, []
    starts = state.lot_starts
    for number, begin in enumerate(starts):
        moisture, index = state.lot_moisture[number], state.lot_index[number]
        far = abs(moisture) > UNUSUAL * p.lot_moisture_sd or abs(index) > UNUSUAL * p.body_index_sd
        if far and begin < until:
            end = starts[number + 1] if number + 1 < len(starts) and starts[number + 1] < until else None
            details = f"moisture{moisture:+.3f} body_index{index:+.3f}"
            name = f"L{number:05d}"
            title = Text(f"powder lot {name} out of the ordinary", f"lote de polvo {name} fuera de lo común")
            found.append(
                TruthEntry(f"lot/{number}", TruthKind.LOT, powder.path, name, title, begin, end, details=details)
            )
    return tuple(found)
