"""From the twin's jobs to the structures of ISA-95 job control, and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import engineering_units, localized, moment
from opcua_server.model.companions.job_control import STATES, STRUCTURES, SUBSTATE_NUMBERS
from opcua_server.model.structures import Structures
from opcua_server.wire import make_node_id
from twin.line.errors import Reason, RefusedCommand
from twin.line.signal import Value
from twin.line.text import Language
from twin.line.time import from_datetime
from twin.line.work_orders import Amount, Material, Use
from twin.run.job_states import JobReport

STRUCTURE_CLASSES = Structures(STRUCTURES)
structures: Any = STRUCTURE_CLASSES.named
"""A class for each structure of job control, by its name."""
_USES = {Use.MADE: "Produced", Use.GOOD: "Good", Use.SCRAP: "Scrap"}


class Translator:
    """Translates with the materials of a line, in the default language."""

    def __init__(self, materials: Sequence[Material], language: Language, isa95: int) -> None:
        self._materials: Mapping[str, Material] = {material.id: material for material in materials}
        self._language: Language = language
        self._isa95 = isa95

    # Outwards.

    def states(self, job: JobReport) -> list[Any]:
        """The state of a job, and that within it where there is one."""
        top = structures.ISA95StateDataType(
            StateText=ua.LocalizedText(job.state.value), StateNumber=STATES[job.state.value][0]
        )
        if not job.substate:
            return [top]
        step = ua.RelativePathElement(
            ReferenceTypeId=make_node_id(ObjectIds.HasComponent),
            TargetName=ua.QualifiedName(f"{job.state.value}Substates", self._isa95),
        )
        within = structures.ISA95StateDataType(
            BrowsePath=ua.RelativePath(Elements=[step]),
            StateText=ua.LocalizedText(job.substate.value),
            StateNumber=SUBSTATE_NUMBERS[job.substate.value],
        )
        return [top, within]

    def order(self, job: JobReport) -> Any:
        """What a job asks for."""
        order = job.order
        material = self._materials[order.product]
        asked = structures.ISA95MaterialDataType(
            MaterialDefinitionID=order.product,
            Description=[localized(material.title, self._language)],
            MaterialUse="Produced",
            Quantity=f"{order.quantity:.10g}",
            EngineeringUnits=engineering_units(material.unit, self._language),
        )
        return structures.ISA95JobOrderDataType(
            JobOrderID=order.id,
            Description=[ua.LocalizedText(order.description)] if order.description else None,
            StartTime=moment(order.start) if order.start else None,
            EndTime=moment(order.end) if order.end else None,
            Priority=order.priority,
            MaterialRequirements=[asked],
        )

    def order_and_state(self, job: JobReport) -> Any:
        """An entry of the list of job orders."""
        return structures.ISA95JobOrderAndStateDataType(JobOrder=self.order(job), State=self.states(job))

    def response(self, job: JobReport) -> Any:
        """What has come of a job so far."""
        made = [self._actual(job, amount) for amount in job.amounts if amount.use in _USES]
        data = [self._parameter(amount) for amount in job.amounts if amount.use not in _USES]
        if job.closed:
            closed = ua.Variant(moment(job.closed), ua.VariantType.DateTime)
            data.append(structures.ISA95ParameterDataType(ID="closed", Value=closed))
        return structures.ISA95JobResponseDataType(
            JobResponseID=job.order.id,
            JobOrderID=job.order.id,
            StartTime=moment(job.begun) if job.begun else None,
            EndTime=moment(job.ended) if job.ended else None,
            JobState=self.states(job),
            JobResponseData=data or None,
            MaterialActuals=made or None,
        )

    def _actual(self, job: JobReport, amount: Amount) -> Any:
        return structures.ISA95MaterialDataType(
            MaterialClassID=amount.name,
            MaterialDefinitionID=job.order.product,
            Description=[localized(amount.title, self._language)],
            MaterialUse=_USES[amount.use],
            Quantity=f"{amount.value:.10g}",
            EngineeringUnits=engineering_units(amount.unit, self._language),
        )

    def _parameter(self, amount: Amount) -> Any:
        return structures.ISA95ParameterDataType(
            ID=amount.name,
            Value=ua.Variant(amount.value, ua.VariantType.Double),
            Description=[localized(amount.title, self._language)],
            EngineeringUnits=engineering_units(amount.unit, self._language),
        )

    # Inwards.

    def arguments(self, order: Any, comment: str) -> dict[str, Value]:
        """A job order as arguments of a command; raises RefusedCommand when it asks for what a line cannot be told."""
        for name in ("WorkMasterID", "PersonnelRequirements", "EquipmentRequirements", "PhysicalAssetRequirements"):
            if getattr(order, name):
                raise RefusedCommand(Reason.OUT_OF_RANGE, f"{name} must be empty: the line has none to choose")
        wanted = order.MaterialRequirements or []
        if len(wanted) != 1:
            raise RefusedCommand(Reason.OUT_OF_RANGE, "MaterialRequirements must name the one product to make")
        (material,) = wanted
        texts = order.Description or []
        return {
            "product": material.MaterialDefinitionID or "",
            "quantity": _number(material.Quantity),
            "unit": _unit(material, self._materials),
            "priority": int(order.Priority or 0),
            "start": _time(order.StartTime),
            "end": _time(order.EndTime),
            "description": (texts[0].Text or "") if texts else "",
            "comment": comment,
        }


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise RefusedCommand(Reason.WRONG_TYPE, "Quantity is no decimal number") from None


def _unit(material: Any, materials: Mapping[str, Material]) -> str:
    """The unit that is asked for, empty where none is told; one that is not the product's own is told by its symbol."""
    asked, known = material.EngineeringUnits, materials.get(material.MaterialDefinitionID or "")
    if asked is None or known is None or (asked.UnitId in (0, None) and not asked.DisplayName.Text):
        return ""
    own = engineering_units(known.unit, "en")
    if asked.UnitId == own.UnitId or asked.DisplayName.Text == own.DisplayName.Text:
        return known.unit.symbol
    return str(asked.DisplayName.Text or asked.UnitId)


def _time(instant: Any) -> int:
    if instant is None or instant.year < 1971:
        return 0
    return from_datetime(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
