"""How values, units and times of the line look in OPC UA."""

import math
from datetime import UTC, datetime, timedelta

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.languages import Worded
from opcua_server.wire import status
from twin.host.port import BAD, GOOD, UNCERTAIN
from twin.line.description import AxisDescription, SignalDescription
from twin.line.signal import Value, ValueType
from twin.line.text import Language, Text
from twin.line.units import ONE, Unit

UNECE_NAMESPACE = "http://www.opcfoundation.org/UA/units/un/cefact"
OWN_UNITS_NAMESPACE = "urn:rajola:units:1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

VARIANT_TYPES = {
    ValueType.FLOAT: ua.VariantType.Double,
    ValueType.INTEGER: ua.VariantType.Int64,
    ValueType.BOOLEAN: ua.VariantType.Boolean,
    ValueType.ENUMERATION: ua.VariantType.UInt32,
    ValueType.TEXT: ua.VariantType.String,
}

STATUS_CODES = {
    GOOD: status(StatusCodes.Good),
    UNCERTAIN: status(StatusCodes.Uncertain),
    BAD: status(StatusCodes.Bad),
}


def variant(signal: SignalDescription, value: Value) -> ua.Variant:
    """The value with the type that the signal's node has, whatever Python's type is."""
    return ua.Variant(value, VARIANT_TYPES[signal.value_type], is_array=signal.axis is not None)


def moment(microseconds: int) -> datetime:
    """The instant that lies `microseconds` after 1970 UTC, without rounding.

    >>> moment(1_767_596_400_000_001).isoformat()
    '2026-01-05T07:00:00.000001+00:00'
    """
    return _EPOCH + timedelta(microseconds=microseconds)


def unit_id(code: str) -> int:
    """The UnitId of a UNECE code: its characters read as one number (OPC 10000-8, EUInformation).

    >>> unit_id("CEL")
    4408652
    """
    return int.from_bytes(code.encode("ascii"), "big")


def localized(text: Text | str, language: Language) -> ua.LocalizedText:
    """The wording in `language`, marked as such; a plain string belongs to no language."""
    if isinstance(text, Text):
        return Worded(text, language)
    return ua.LocalizedText(text)


def engineering_units(unit: Unit, language: Language) -> ua.EUInformation:
    """The unit with its UNECE code, or with UnitId -1 in a namespace of our own where UNECE has none."""
    known = unit.unece is not None
    return ua.EUInformation(
        NamespaceUri=UNECE_NAMESPACE if known else OWN_UNITS_NAMESPACE,
        UnitId=unit_id(unit.unece) if unit.unece is not None else -1,
        DisplayName=ua.LocalizedText(unit.symbol),
        Description=localized(unit.name, language),
    )


def value_range(low: float | None, high: float | None) -> ua.Range | None:
    """The range as a property value, None unless both ends are known and finite."""
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return None
    return ua.Range(Low=float(low), High=float(high))


def axis_information(axis: AxisDescription, language: Language) -> ua.AxisInformation:
    """The axis of a profile with every point as a step."""
    return ua.AxisInformation(
        EngineeringUnits=engineering_units(axis.unit, language),
        EURange=ua.Range(Low=float(min(axis.points)), High=float(max(axis.points))),
        Title=localized(axis.meaning, language),
        AxisScaleType=ua.AxisScaleEnumeration.Linear,
        AxisSteps=[float(point) for point in axis.points],
    )


def unit_of(signal: SignalDescription) -> Unit | None:
    """The signal's unit; a profile always has one."""
    return ONE if signal.unit is None and signal.axis is not None else signal.unit
