"""Recorded samples as OPC UA tells them."""

from typing import Any

import numpy as np
from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.data_types import VARIANT_TYPES, moment
from opcua_server.wire import status
from twin.line.description import SignalDescription
from twin.line.signal import ValueType
from twin.record.history import BAD, GOOD, NO_DATA, UNCERTAIN, Samples

_CODES = {
    GOOD: StatusCodes.Good, UNCERTAIN: StatusCodes.Uncertain, BAD: StatusCodes.Bad, NO_DATA: StatusCodes.BadNoData,
}  # fmt: skip
CALCULATED, INTERPOLATED = 0x401, 0x402
"""Historian bits: the value was computed, or lies between recorded ones (OPC 10000-11, 6.7)."""


def sampled(
    signal: SignalDescription, samples: Samples, row: int, bits: int, *, as_double: bool = False
) -> ua.DataValue:
    """The sample in a row, with historian bits in its status; `as_double`: whatever the signal's own type is."""
    code = _CODES[int(samples.status[row])]
    stamp: Any = moment(int(samples.times[row]))
    told = status(code | bits if code != StatusCodes.BadNoData else code)
    if code == StatusCodes.BadNoData:
        return ua.DataValue(ua.Variant(), told, stamp)
    return ua.DataValue(_variant(signal, samples, row, as_double=as_double), told, stamp)


def _variant(signal: SignalDescription, samples: Samples, row: int, *, as_double: bool) -> ua.Variant:
    kind = ua.VariantType.Double if as_double else VARIANT_TYPES[signal.value_type]
    if signal.axis is not None:
        return ua.Variant([float(each) for each in samples.values[row]], kind, is_array=True)
    value = float(samples.values[row, 0])
    if signal.value_type is ValueType.TEXT:
        return ua.Variant(samples.texts.get(int(value), ""), kind)
    if kind == ua.VariantType.Double:
        return ua.Variant(value, kind)
    whole = 0 if np.isnan(value) else round(value)
    return ua.Variant(bool(whole) if kind == ua.VariantType.Boolean else whole, kind)
