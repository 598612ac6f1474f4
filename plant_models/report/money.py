"""Energy and money: by stage, and by order."""

from typing import TYPE_CHECKING

from plant_models.energy_books import IDLE, Books
from plant_models.energy_summary import energy
from plant_models.report.quality import MOST_ORDERS
from plant_models.report.sample import Tally
from plant_models.tiles import FIRST
from twin.line.report import Bars, Figure, FigureAxis, Rows
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine


def energy_per_stage(line: "TileLine", books: Books) -> Figure:
    """Gas and electricity of each station over the area sorted, and what the kiln's gaps cost."""
    spent, tariffs = energy(line), line.definition.energy
    graded = [sum(part.sorter.state.graded[grade] for part in line.firing) for grade in range(4)]
    area = max(sum(graded[1:]) * line.definition.format.area_m2, 1e-9)
    titles = {"/".join(station.path.split("/")[3:]): station.place.title for station in line.stations}
    names = [titles[name] for name in books.stations]
    gas = [used.gas_kwh / area for used in books.stations.values()]
    power = [used.electricity_kwh / area for used in books.stations.values()]
    burnt = [f"{value:.1f}" if value else "" for value in gas]
    gaps = sum(each["gas_kwh"] for each in spent["kiln_gaps"])
    gaps_eur = sum(each["cost_eur"] for each in spent["kiln_gaps"])
    per = spent["per_m2"]["sorted"]
    total = (per["gas_kwh"] or 0.0, per["electricity_kwh"] or 0.0, per["co2_kg"] or 0.0)
    eur = tariffs.gas_eur(total[0]) + tariffs.electricity_eur(total[1])
    return Figure(
        "energy",
        Text("Energy by stage", "Energía por etapa"),
        Text(
            f"{total[0]:.1f} kWh gas (LHV) and {total[1]:.2f} kWh electricity per m² sorted: {eur:.2f} EUR/m² and "
            f"{total[2]:.2f} kg CO₂/m². Empty places in the kiln carried {gaps:.0f} kWh of its constant losses, "
            f"{gaps_eur:.0f} EUR.",
            f"{total[0]:.1f} kWh de gas (PCI) y {total[1]:.2f} kWh eléctricos por m² clasificado: {eur:.2f} EUR/m² y "
            f"{total[2]:.2f} kg CO₂/m². Los huecos del horno cargaron con {gaps:.0f} kWh de sus pérdidas fijas, "
            f"{gaps_eur:.0f} EUR.",
        ),
        FigureAxis(Text("", ""), kind="category"),
        FigureAxis(Text("energy per m² sorted", "energía por m² clasificado"), "kWh/m²"),
        (
            Bars(Text("gas (LHV)", "gas (PCI)"), names, gas, "second", burnt),
            Bars(Text("electricity", "electricidad"), names, power, "first", [f"{value:.2f}" for value in power]),
        ),
    )


def orders_table(line: "TileLine", books: Books, tiles: Tally) -> Rows:
    """What each order gave and what it took."""
    rows: list[tuple[str | Text, ...]] = []
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
        per = used.eur / used.area_m2 if used.area_m2 else 0.0
        share = f"{100.0 * first / done:.1f}" if done else "-"
        kwh = (used.gas_kwh + used.electricity_kwh) / max(used.area_m2, 1e-9)
        rows.append(
            (
                order.name, Text(product.title_en, product.title_es), f"{order.quantity_m2:.0f}", f"{first * area:.0f}",
                share, f"{kwh:.1f}", f"{used.co2_kg / max(used.area_m2, 1e-9):.2f}", f"{per:.2f}",
            )
        )  # fmt: skip
    idle = books.orders.get(IDLE)
    note = Text("", "")
    if idle is not None:
        note = Text(
            f"Energy, emissions and cost of what each order's tiles have passed so far; machines without tiles used "
            f"{idle.gas_kwh + idle.electricity_kwh:.0f} kWh more, which no order pays.",
            f"Energía, emisiones y coste de lo que las piezas de cada orden han pasado; las máquinas sin piezas usaron "
            f"{idle.gas_kwh + idle.electricity_kwh:.0f} kWh más, que no paga ninguna orden.",
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
