"""A plant file as a whole."""

from collections.abc import Mapping
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from plant_models.control.definition import Control
from plant_models.definition.body import Body
from plant_models.definition.product import Definition, Format, Product
from plant_models.definition.quality import Quality
from plant_models.definition.tariffs import Tariffs
from plant_models.laboratory.stations import Laboratories
from plant_models.operators.station import OperatorsParameters
from plant_models.orders import OrderStream
from plant_models.stations.dryer import DryerParameters
from plant_models.stations.glazing import GlazingParameters
from plant_models.stations.kiln_parts import KilnParameters
from plant_models.stations.palletiser import PalletiserParameters
from plant_models.stations.powder import PowderParameters
from plant_models.stations.press_parts import PressParameters
from plant_models.stations.printer import PrinterParameters
from plant_models.stations.sorter import SorterParameters
from plant_models.stations.store_parts import StoreParameters

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class Identity(Definition):
    """What the plant is called and where it stands."""

    id: str = Field(pattern=NAME)
    """Root of all tag paths: small letters, digits and hyphens."""
    title_en: str
    """Title in English."""
    title_es: str
    """Title in Spanish."""
    site: str = Field(pattern=NAME)
    """Second part of all tag paths, such as the town."""
    time_zone: str
    """IANA name of the plant's time zone, such as Europe/Madrid."""
    shift_hour: int = Field(ge=0, le=23)
    """Hour of the day's first shift change, local time."""

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is no time zone: write it like 'Europe/Madrid'") from None
        return value


class Forming(Definition):
    """One pressing-and-glazing line; whatever it does not say is as in the plant's common tables."""

    name: str = Field(pattern=NAME)
    """Part of the tag paths of this line."""
    press: PressParameters
    """Keys as in the table [press]."""
    dryer: DryerParameters
    """Keys as in the table [dryer]."""
    glazing: GlazingParameters
    """Keys as in the table [glazing]."""
    printer: PrinterParameters
    """Keys as in the table [printer]."""


class FiringLine(Definition):
    """One kiln with its sorting line; whatever it does not say is as in the plant's common tables."""

    name: str = Field(pattern=NAME)
    """Part of the tag paths of this kiln."""
    kiln: KilnParameters
    """Keys as in the table [kiln]."""
    sorter: SorterParameters
    """Keys as in the table [sorter]."""
    palletiser: PalletiserParameters
    """Keys as in the table [palletiser]."""
    curve: tuple[tuple[float, float, float], ...]
    """Points (position [m], above [degC], below [degC])."""


class Plant(Definition):
    """A whole plant with everything resolved."""

    plant: Identity
    """Name and place."""
    format: Format
    """The fired tile."""
    body: Body
    """The ceramic body."""
    products: Mapping[str, Product] = Field(min_length=1)
    """The range by product id."""
    orders: OrderStream
    """The order stream and the dispatch rule."""
    quality: Quality
    """How a fired tile is judged."""
    powder: PowderParameters
    """Powder supply."""
    store: StoreParameters
    """Buffer store."""
    forming: tuple[Forming, ...] = Field(min_length=1, max_length=8)
    """Pressing-and-glazing lines."""
    firing: tuple[FiringLine, ...] = Field(min_length=1, max_length=8)
    """Kilns with their sorting lines."""
    laboratory: Laboratories = Field(default_factory=Laboratories)
    """The laboratories; each takes its samples by hand."""
    control: Control = Field(default_factory=Control)
    """The control loops."""
    operators: OperatorsParameters | Literal[False] = False
    """People who see to alarms; with false, nobody does."""
    energy: Tariffs
    """Prices of energy, water, emissions and materials, and the factors between them."""

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of the plant."""
        return ZoneInfo(self.plant.time_zone)
