"""The shapes of jobs: what a client asks for, and what it is told."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from api.answers import instant, wording
from api.requests import NUMBER, Request
from api.schemas import Answer, Wording
from twin.line.signal import Value
from twin.line.time import from_datetime
from twin.line.work_orders import Amount, Material
from twin.run.job_states import JobReport, StateChange

JOB_ID = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}$")]
COMMENT = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
DESCRIPTION = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]


def _readable(text: str) -> str:
    _moment(text)
    return text


def _moment(text: str) -> int:
    found = datetime.fromisoformat(text)
    return from_datetime(found if found.tzinfo else found.replace(tzinfo=UTC))


def _whole(number: object) -> object:
    """A whole number that is written with a decimal point is one all the same: JSON knows one kind of numbers."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


INSTANT = Annotated[str, AfterValidator(_readable), Field(max_length=40, json_schema_extra={"format": "date-time"})]


class JobOrderIn(Request):
    """What to make; `unit` may be left out, `start` and `end` are wishes in plant time."""

    product: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
    quantity: NUMBER
    unit: Annotated[str, Field(max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    priority: Annotated[int, Field(ge=-32768, le=32767), BeforeValidator(_whole)] = 0
    start: INSTANT | None = None
    end: INSTANT | None = None
    description: DESCRIPTION = ""
    comment: COMMENT = ""

    def arguments(self) -> dict[str, Value]:
        """The same as arguments of a command."""
        return {
            "product": self.product,
            "quantity": float(self.quantity),
            "unit": self.unit,
            "priority": self.priority,
            "start": _moment(self.start) if self.start else 0,
            "end": _moment(self.end) if self.end else 0,
            "description": self.description,
            "comment": self.comment,
        }


class NewJob(JobOrderIn):
    """A job to store; with `allowed` it may start at once."""

    id: JOB_ID
    allowed: bool = False


class JobActionIn(Request):
    """What to do with a job."""

    job: JOB_ID
    action: Literal["start", "revoke_start", "pause", "resume", "stop", "abort", "cancel", "clear"]
    comment: COMMENT = ""


class JobUpdateIn(JobOrderIn):
    """What to make instead; everything is given anew."""

    job: JOB_ID
    action: Literal["update"]


JobCommand = Annotated[JobActionIn | JobUpdateIn, Field(discriminator="action")]


class AmountOut(Answer):
    """One figure of what a job has come to; `use` is made, good, scrap, energy or quality."""

    name: str
    title: Wording
    unit: str
    use: str
    value: float


class StateChangeOut(Answer):
    """A state that a job took on; `command` is empty where the line did it by itself."""

    time: str
    state: str
    substate: str
    command: str
    user: str
    comment: str


class JobOut(Answer):
    """A job; `begun`, `ended` and `closed` are null as long as that has not happened."""

    id: str
    product: str
    quantity: float
    unit: str
    priority: int
    start: str | None
    end: str | None
    description: str
    state: str
    substate: str
    begun: str | None
    ended: str | None
    closed: str | None
    amounts: list[AmountOut]
    history: list[StateChangeOut]


class ProductOut(Answer):
    """Something that can be ordered: more than `above` and at most `highest` of `unit`."""

    id: str
    title: Wording
    unit: str
    above: float
    highest: float


class JobsOut(Answer):
    """All jobs in the order in which they were stored, and what can be ordered."""

    items: list[JobOut]
    products: list[ProductOut]


def job_out(job: JobReport) -> JobOut:
    """A job as it is told."""
    order = job.order
    return JobOut(
        id=order.id,
        product=order.product,
        quantity=order.quantity,
        unit=order.unit,
        priority=order.priority,
        start=_known(order.start),
        end=_known(order.end),
        description=order.description,
        state=job.state.value,
        substate=job.substate.value,
        begun=_known(job.begun),
        ended=_known(job.ended),
        closed=_known(job.closed),
        amounts=[_amount(amount) for amount in job.amounts],
        history=[_change(change) for change in job.history],
    )


def product_out(material: Material) -> ProductOut:
    """A product as it is told."""
    return ProductOut(
        id=material.id,
        title=wording(material.title),
        unit=material.unit.symbol,
        above=material.above,
        highest=material.highest,
    )


def _known(time: int) -> str | None:
    return instant(time) if time else None


def _amount(amount: Amount) -> AmountOut:
    return AmountOut(
        name=amount.name,
        title=wording(amount.title),
        unit=amount.unit.symbol,
        use=amount.use.value,
        value=amount.value,
    )


def _change(change: StateChange) -> StateChangeOut:
    return StateChangeOut(
        time=instant(change.time),
        state=change.state.value,
        substate=change.substate.value,
        command=change.command,
        user=change.user,
        comment=change.comment,
    )


EXAMPLES: Mapping[str, dict[str, object]] = {
    "store": {"id": "J-1", "product": "arena", "quantity": 250.0, "unit": "m²"},
    "store and start": {"id": "J-2", "product": "roble", "quantity": 250.0, "priority": 100, "allowed": True},
}
ACTION_EXAMPLES: Mapping[str, dict[str, object]] = {
    "start": {"job": "J-1", "action": "start"},
    "pause": {"job": "J-1", "action": "pause", "comment": "die is being changed"},
    "update": {"job": "J-1", "action": "update", "product": "arena", "quantity": 300.0},
}
