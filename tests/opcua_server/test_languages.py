from typing import Any

import pytest
from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

from opcua_server.languages import Worded, chosen, in_language
from twin.line.text import Text

KILN = Text("Kiln", "Horno")


@pytest.mark.parametrize(
    ("locales", "expected"),
    [(["es"], "es"), (["es-ES", "en"], "es"), (["de", "EN-us"], "en"), ([], "en"), (None, "en"), ([None, ""], "en")],
)
def test_the_first_locale_that_is_spoken_is_chosen(locales: Any, expected: str) -> None:
    assert chosen(locales, "en") == expected


def test_a_text_goes_over_the_wire_like_any_other() -> None:
    told = ua.DataValue(ua.Variant(Worded(KILN, "es"), ua.VariantType.LocalizedText))
    plain = ua.DataValue(ua.Variant(ua.LocalizedText("Horno", "es"), ua.VariantType.LocalizedText))
    assert struct_to_binary(told) == struct_to_binary(plain)


def test_texts_in_lists_and_structures_are_translated_and_nothing_else_is_touched() -> None:
    unit = ua.EUInformation(UnitId=7, Description=Worded(KILN, "en"))
    value = ua.DataValue(ua.Variant([unit], ua.VariantType.ExtensionObject, is_array=True))
    (translated,) = in_language(value, "es").Value.Value
    assert (translated.UnitId, translated.Description.Text) == (7, "Horno")
    assert unit.Description.Text == "Kiln"
    number = ua.DataValue(ua.Variant(1.0, ua.VariantType.Double))
    assert in_language(number, "es") is number
