"""A plant file as a whole."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from plant_models.definition.body import Body
from plant_models.definition.product import Definition, Format, Product
from plant_models.definition.quality import Quality
from plant_models.orders import OrderStream
from plant_models.stations.dryer import DryerParameters
from plant_models.stations.glazing import GlazingParameters
from plant_models.stations.kiln import KilnParameters
from plant_models.stations.palletiser import PalletiserParameters
from plant_models.stations.powder import PowderParameters
from plant_models.stations.press import PressParameters
from plant_models.stations.printer import PrinterParameters
from plant_models.stations.sorter import SorterParameters
from plant_models.stations.store import StoreParameters

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class Identity(Definition):
    """What the plant is called and where it stands."""

    id: str = Field(pattern=NAME)
    title_en: str
    title_es: str
    site: str = Field(pattern=NAME)
    time_zone: str
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
    press: PressParameters
    dryer: DryerParameters
    glazing: GlazingParameters
    printer: PrinterParameters


class FiringLine(Definition):
    """One kiln with its sorting line; whatever it does not say is as in the plant's common tables."""

    name: str = Field(pattern=NAME)
    kiln: KilnParameters
    sorter: SorterParameters
    palletiser: PalletiserParameters
    curve: tuple[tuple[float, float, float], ...]
    """Points (position [m], above [degC], below [degC])."""


class Plant(Definition):
    """A whole plant with everything resolved."""

    plant: Identity
    format: Format
    body: Body
    products: Mapping[str, Product] = Field(min_length=1)
    orders: OrderStream
    quality: Quality
    powder: PowderParameters
    store: StoreParameters
    forming: tuple[Forming, ...] = Field(min_length=1, max_length=8)
    firing: tuple[FiringLine, ...] = Field(min_length=1, max_length=8)
    energy: Mapping[str, float] = Field(default_factory=dict)
    """Factors for energy and emissions, such as co2_kg_per_kwh."""

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of the plant."""
        return ZoneInfo(self.plant.time_zone)
