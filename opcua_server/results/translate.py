"""From the twin's results to the structures of OPC 40001-101."""

from typing import Any

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import localized, moment
from opcua_server.model.companions.machinery_result import NOT_OK, OK, SHOWN, STRUCTURES
from opcua_server.model.declaration import core
from opcua_server.model.state_machines import NO_TIME
from opcua_server.model.structures import Structures
from opcua_server.results.types import ResultTypes, pascal
from twin.line.results import Result
from twin.line.table import Column
from twin.line.text import Language

STRUCTURE_CLASSES = Structures(STRUCTURES)
_structures: Any = STRUCTURE_CLASSES.named
_VARIANTS = {
    core(ObjectIds.TrimmedString): ua.VariantType.String, core(ObjectIds.Boolean): ua.VariantType.Boolean,
    core(ObjectIds.UtcTime): ua.VariantType.DateTime,
}  # fmt: skip


def result_id(types: ResultTypes, result: Result) -> str:
    """The id of a result, of which there is one for each thing: results of other kinds begin otherwise."""
    return f"{types.kind.name.lower()}-{result.id}"


class ResultTranslator:
    """Translates results of one kind, in a language; texts in other languages are told by the session's."""

    def __init__(self, types: ResultTypes, language: Language) -> None:
        self.types = types
        self._language: Language = language
        self.classes = Structures([types.content])
        self._content: Any = getattr(self.classes.named, types.content.name)

    def data(self, result: Result) -> Any:
        """The whole result, as ResultDataType."""
        content = ua.Variant(self.content(result), ua.VariantType.ExtensionObject)
        return _structures.ResultDataType(ResultMetaData=self.meta_data(result), ResultContent=[content])

    def nothing(self) -> Any:
        """What is shown before there is a result."""
        empty = _structures.ResultMetaDataType(
            ResultId="", IsPartial=False, IsSimulated=True, StepId="", PartId="", ProductId="", JobId="",
            CreationTime=NO_TIME, ResultEvaluation=0,
        )  # fmt: skip
        return _structures.ResultDataType(ResultMetaData=empty, ResultContent=[])

    def meta_data(self, result: Result) -> Any:
        """What every result has, as ResultMetaDataType."""
        return _structures.ResultMetaDataType(
            ResultId=result_id(self.types, result),
            IsPartial=False,
            IsSimulated=True,
            StepId=result.station.rpartition("/")[2],
            PartId=result.id,
            ProductId=result.product,
            JobId=result.order,
            CreationTime=moment(result.time),
            ResultEvaluation=OK if result.good else NOT_OK,
        )

    def content(self, result: Result) -> Any:
        """What results of this kind have."""
        columns = self.types.kind.columns
        told = {
            pascal(column.name): self._value(column, value)
            for column, value in zip(columns, result.values, strict=True)
        }
        return self._content(Order=result.order, Product=result.product, **told)

    def _value(self, column: Column, value: float) -> Any:
        if column.flags:
            found = [word for place, word in enumerate(column.words) if int(value) >> place & 1]
            return [localized(word, self._language) for word in found]
        return int(value) if column.words or column.unit is None else float(value)


def meta_variants(meta_data: Any) -> dict[str, ua.Variant]:
    """The fields of a result's meta data that are shown as variables too."""
    return {
        field.name: ua.Variant(getattr(meta_data, field.name), _VARIANTS.get(field.data_type, ua.VariantType.Int32))
        for field in SHOWN
    }
