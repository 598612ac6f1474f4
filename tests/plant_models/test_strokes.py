"""The diary of a line: epochs, batches, wear, and what is forgotten."""

import numpy as np
import pytest

from plant_models.strokes import LEAST_FORGOTTEN, Passage, Strokes


def passage() -> Passage:
    noted = Passage()
    noted.at.extend(range(100, 110))
    noted.begin_epoch(0, (1.0, 10.0))
    noted.begin_epoch(4, (2.0, 20.0))
    noted.begin_epoch(7, (3.0, 30.0))
    return noted


def test_conditions_hold_from_their_stroke_on() -> None:
    first, second = passage().conditions(2, 9)
    assert first.tolist() == [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0]
    assert second.tolist() == [10.0, 10.0, 20.0, 20.0, 20.0, 30.0, 30.0]


def test_an_epoch_at_the_same_stroke_replaces_the_one_before() -> None:
    noted = passage()
    noted.begin_epoch(7, (4.0, 40.0))
    assert len(noted.epochs) == 3
    assert noted.conditions(7, 8)[0].tolist() == [4.0]


def test_instants_belong_to_their_strokes_after_some_were_forgotten() -> None:
    noted = passage()
    noted.forget(5)
    assert noted.times(5, 7).tolist() == [105, 106]
    assert (noted.base, noted.end) == (5, 10)
    assert noted.conditions(5, 8)[0].tolist() == [2.0, 2.0, 3.0]
    noted.forget(3)
    assert noted.base == 5


def diary(strokes: int) -> Strokes:
    kept = Strokes(0, 2)
    for each in (kept.pressed, kept.dried, kept.printed):
        each.at.extend(range(strokes))
    kept.wear.at.extend([3] * strokes)
    kept.begin_batch(0, 1)
    kept.metered = strokes
    return kept


def everything_known(kept: Strokes) -> None:
    end = kept.printed.end
    kept.known_pressed = kept.known_glazed = kept.known_printed = kept.counted = kept.loaded = kept.checked = end
    kept.rejecting.base = end


def test_wear_is_counted_once_and_up_to_the_last_check() -> None:
    kept = diary(10)
    assert kept.wear_not_counted() == 30
    assert kept.wear_not_counted() == 0
    kept.printed.at.append(11)
    kept.wear.at.append(5)
    assert kept.wear_not_counted() == 0
    kept.metered = kept.printed.end
    assert kept.wear_not_counted() == 5


def test_wear_that_is_not_counted_yet_is_not_forgotten() -> None:
    kept = diary(3 * LEAST_FORGOTTEN)
    everything_known(kept)
    kept.checked = 0
    kept.forget()
    assert kept.wear.base == 0
    assert kept.wear_not_counted() == 9 * LEAST_FORGOTTEN
    kept.forget()
    assert kept.wear.base == kept.pressed.base == 3 * LEAST_FORGOTTEN


def test_batches_tell_the_product_of_a_stroke_and_where_it_ends() -> None:
    kept = diary(10)
    kept.begin_batch(6, 4)
    kept.begin_batch(8, 4)
    assert kept.product_from(5) == (1, 6)
    assert kept.product_from(6) == (4, 10)


@pytest.mark.parametrize("known", ["known_pressed", "known_glazed", "known_printed", "counted", "loaded"])
def test_nothing_is_forgotten_that_is_still_to_be_computed(known: str) -> None:
    kept = diary(3 * LEAST_FORGOTTEN)
    everything_known(kept)
    setattr(kept, known, 0)
    kept.forget()
    assert np.array(kept.pressed.at).tolist() == list(range(3 * LEAST_FORGOTTEN))
