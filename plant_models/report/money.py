"""Energy and money: by stage, and by order."""

from typing import TYPE_CHECKING

from plant_models.energy_books import IDLE, Books
from plant_models.energy_summary import energy
from plant_models.report.quality import MOST_ORDERS
from plant_models.report.sample import Tally
from plant_models.report.words import number, sentence
from plant_models.tiles import FIRST
from twin.line.report import Bars, Cell, Figure, FigureAxis, Rows
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine


def energy_per_stage(line: "TileLine", books: Books) -> Figure:
    """Gas and electricity of each station over the area sorted, and what the kiln's gaps cost."""
    spent, tariffs = energy(line), line.definition.energy
    graded = [sum(part.sorter.state.graded[grade] for part in line.firing) for grade in range(4)]
    area = max(sum(graded[1:]) * line.definition.format.area_m2, 1e-9)
    titles = {"/".join(station.path.split("/")[3:]): station.place.title for station in line.stations}
    stages = [(title, books.stations[name]) for name, title in titles.items() if name in books.stations]
    names = [title for title, used in stages if used.gas_kwh + used.electricity_kwh > 0.0]
    used_by = [used for _, used in stages if used.gas_kwh + used.electricity_kwh > 0.0]
    gas = [used.gas_kwh / area for used in used_by]
    power = [used.electricity_kwh / area for used in used_by]
    burnt = [number(value, 1) if value else Text("", "") for value in gas]
    gaps = sum(each["gas_kwh"] for each in spent["kiln_gaps"])
    gaps_eur = sum(each["cost_eur"] for each in spent["kiln_gaps"])
    per = spent["per_m2"]["sorted"]
    total = (per["gas_kwh"] or 0.0, per["electricity_kwh"] or 0.0, per["co2_kg"] or 0.0)
    eur = tariffs.gas_eur(total[0]) + tariffs.electricity_eur(total[1])
    return Figure(
        "energy",
        Text("Energy by stage", "Energía por etapa"),
        sentence(
            "{gas} kWh gas (LHV) and {power} kWh electricity per m² sorted: {eur} EUR/m² and {co2} kg CO₂/m². Empty "
            "places in the kiln carried {gaps} kWh of its constant losses, {lost} EUR.",
            "{gas} kWh de gas (PCI) y {power} kWh eléctricos por m² clasificado: {eur} EUR/m² y {co2} kg CO₂/m². Los "
            "huecos del horno cargaron con {gaps} kWh de sus pérdidas fijas, {lost} EUR.",
            gas=(total[0], 1),
            power=(total[1], 2),
            eur=(eur, 2),
            co2=(total[2], 2),
            gaps=(gaps, 0),
            lost=(gaps_eur, 0),
        ),
        FigureAxis(Text("", ""), kind="category", categories=names),
        FigureAxis(Text("energy per m² sorted", "energía por m² clasificado"), "kWh/m²"),
        (
            Bars(Text("gas (LHV)", "gas (PCI)"), names, gas, "second", burnt),
            Bars(Text("electricity", "electricidad"), names, power, "first", [number(value, 2) for value in power]),
        ),
    )


def orders_table(line: "TileLine", books: Books, tiles: Tally) -> Rows:
    """What each order gave and what it took."""
    rows: list[tuple[Cell, ...]] = []
    area = line.definition.format.area_m2
    products = tuple(line.definition.products.values())
    for order in line.book.state.orders:
        used = books.orders.get(order.name)
        if used is None or used.tiles == 0:
            continue
        own = tiles.fired["order"] == order.number
        done = int(own.sum())
        first = int((tiles.fired["grade"][own] == FIRST).sum())
        product = products[order.product]
        own_m2 = max(used.area_m2, 1e-9)
        share: Cell = (100.0 * first / done, 1) if done else "-"
        kwh = used.gas_kwh + used.electricity_kwh
        amounts: tuple[Cell, ...] = ((order.quantity_m2, 0), (first * area, 0), share, (kwh / own_m2, 1))
        title = Text(product.title_en, product.title_es)
        rows.append((order.name, title, *amounts, (used.co2_kg / own_m2, 2), (used.eur / own_m2, 2)))
    idle = books.orders.get(IDLE)
    note = Text("", "")
    if idle is not None:
        note = sentence(
            "Energy, emissions and cost of what each order's tiles have passed so far; machines without tiles used "
            "{idle} kWh more, which no order pays.",
            "Energía, emisiones y coste de lo que las piezas de cada orden han pasado; las máquinas sin piezas usaron "
            "{idle} kWh más, que no paga ninguna orden.",
            idle=(idle.gas_kwh + idle.electricity_kwh, 0),
        )
    return Rows(
        "orders",
        Text("Orders", "Órdenes"),
        note,
        (
            Text("order", "orden"), Text("product", "producto"), Text("ordered m²", "pedido m²"),
            Text("first m²", "primera m²"), Text("first %", "primera %"), Text("kWh/m²", "kWh/m²"),
            Text("kg CO₂/m²", "kg CO₂/m²"), Text("EUR/m²", "EUR/m²"),
        ),
        tuple(rows[-MOST_ORDERS:]),
    )  # fmt: skip
