"""What energy, water, emissions and materials cost, and the factors between them."""

from pydantic import Field

from plant_models.definition.product import Definition


class Tariffs(Definition):
    """Prices and factors of a plant."""

    co2_kg_per_kwh: float = Field(ge=0, le=1)
    """Carbon dioxide of natural gas by lower heating value [kg/kWh]."""
    process_co2_kg_per_t: float = Field(ge=0, le=300)
    """Carbon dioxide that the body itself gives off in firing [kg per t of fired tiles]."""
    higher_over_lower: float = Field(ge=1, le=1.3)
    """Higher over lower heating value of the gas [-]: invoices are in the higher, the model in the lower."""
    gas_eur_per_mwh: float = Field(ge=0)
    """Gas, by higher heating value [EUR/MWh]."""
    electricity_eur_per_mwh: float = Field(ge=0)
    """Electricity [EUR/MWh]."""
    water_eur_per_m3: float = Field(ge=0)
    """Water [EUR/m3]."""
    co2_eur_per_t: float = Field(ge=0)
    """Right to emit carbon dioxide [EUR/t]."""
    body_eur_per_t: float = Field(ge=0)
    """Spray-dried powder as delivered [EUR/t]."""
    glaze_eur_per_m2: float = Field(ge=0)
    """Engobe and glaze [EUR per m2 glazed]."""
    ink_eur_per_kg: float = Field(ge=0)
    """Ink [EUR/kg]."""
    first_eur_per_m2: float = Field(ge=0)
    """What first quality sells for [EUR/m2]: the worth of what a loss costs in output."""

    def gas_eur(self, kwh_lower: float) -> float:
        """Price of gas that the model counts by its lower heating value [EUR]."""
        return kwh_lower * self.higher_over_lower * self.gas_eur_per_mwh / 1000.0

    def electricity_eur(self, kwh: float) -> float:
        """Price of electricity [EUR]."""
        return kwh * self.electricity_eur_per_mwh / 1000.0
