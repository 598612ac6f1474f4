import math

import pytest
from asyncua import ua

from opcua_server.data_types import engineering_units, moment, unit_id, value_range, variant
from tests.support.fake_bakery import bakery
from tests.support.fake_port import FakePort
from tests.support.opcua import MIXER, OVEN
from twin.line.units import CELSIUS, METRE_PER_MINUTE, PERCENT, TILES


@pytest.mark.parametrize(("code", "number"), [("CEL", 4408652), ("P1", 20529), ("2X", 12888), ("28", 12856)])
def test_the_unit_id_is_made_of_the_characters_of_the_code(code: str, number: int) -> None:
    assert unit_id(code) == number


@pytest.mark.parametrize("unit", [CELSIUS, PERCENT, METRE_PER_MINUTE])
def test_a_unit_of_the_list_is_in_its_namespace(unit: object) -> None:
    assert isinstance(unit, type(CELSIUS))
    information = engineering_units(unit, "es")
    assert information.NamespaceUri == "http://www.opcfoundation.org/UA/units/un/cefact"
    assert information.Description == ua.LocalizedText(unit.name.es, "es")


def test_a_unit_outside_the_list_has_the_id_minus_one() -> None:
    information = engineering_units(TILES, "en")
    assert (information.NamespaceUri, information.UnitId) == ("urn:rajola:units:1", -1)


@pytest.mark.parametrize("limits", [(None, 1.0), (0.0, None), (0.0, math.inf)])
def test_an_open_range_is_no_range(limits: tuple[float | None, float | None]) -> None:
    assert value_range(*limits) is None


def test_a_moment_is_exact_to_the_microsecond_in_every_year() -> None:
    for microseconds in (1, 1_767_596_400_123_457, 7_258_118_399_999_999):
        passed = moment(microseconds) - moment(0)
        assert (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds == microseconds


def test_the_type_of_a_variant_is_that_of_its_signal_and_not_of_the_value() -> None:
    line, frame = bakery(), FakePort().frame
    expected = {
        f"{MIXER}/state": (ua.VariantType.UInt32, False),
        f"{MIXER}/batches": (ua.VariantType.Int64, False),
        f"{OVEN}/fuel": (ua.VariantType.Double, False),
        f"{OVEN}/set_profile": (ua.VariantType.Double, True),
    }
    for path, (kind, is_array) in expected.items():
        signal = line.signal(path)
        made = variant(signal, frame.value(signal))
        assert (made.VariantType, made.is_array) == (kind, is_array)
