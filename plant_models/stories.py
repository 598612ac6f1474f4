"""Stories of a few minutes that compare two ways of meeting one disturbance; the causes are those of the process."""

from typing import TYPE_CHECKING, Literal

from plant_models.physics.compaction import bulk_density, holding_pressure
from twin.line.presentation import Story, StoryCommand, StoryStep
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

WETTER = 0.6
"""How much wetter the powder of the story is than usual [% dry]."""
SHIFT = -4.0
"""By how much the firing zones are turned down while the wave of a gap passes [K]."""
TILE = "1.4"
"""A tile that leaves the kiln as soon as a run opens, so that its life is whole."""
LOOP = "pressure-trim"
"""Name of the stations that follow the powder's moisture with the pressure."""
_SAID = {
    "wet": Text(
        "A lot of powder comes too wet. At the same pressure wetter powder packs more densely, and a denser tile "
        "shrinks less in the kiln: it comes out too large.",
        "Llega un lote de polvo demasiado húmedo. A igual presión el polvo húmedo compacta más, y una pieza más densa "
        "contrae menos en el horno: sale grande.",
    ),
    "pressure-kept": Text(
        "The press keeps its pressure. Watch moisture and density rise together.",
        "La prensa mantiene su presión. Vea subir juntas la humedad y la densidad.",
    ),
    "pressure-follows": Text(
        "Now the pressure follows the moisture measured behind the press.",
        "Ahora la presión sigue a la humedad medida tras la prensa.",
    ),
    "density-back": Text(
        "The powder is as wet as before, but the density is back where it was.",
        "El polvo sigue igual de húmedo, pero la densidad vuelve a su sitio.",
    ),
    "lot-used-up": Text(
        "The wet lot is used up and the pressure as it was. In some hours the tiles of both halves reach the sorting "
        "line: compare their caliber there.",
        "Se acabó el lote húmedo y la presión es la de antes. En unas horas las piezas de ambas mitades llegan a "
        "clasificación: compare allí su calibre.",
    ),
    "gap": Text(
        "For ten minutes no row enters. Where tiles are missing nothing takes up the heat, and behind the gap a warm "
        "wave travels with it through the firing zones.",
        "Durante diez minutos no entra ninguna fila. Donde faltan piezas nada absorbe el calor, y una onda caliente "
        "viaja con el hueco por las zonas de cocción.",
    ),
    "nobody-acts": Text(
        "Nobody acts. Watch the hole in the rows, and the air against its set points.",
        "Nadie actúa. Vea el hueco entre las filas y el aire frente a sus consignas.",
    ),
    "rest": Text("The kiln comes to rest.", "El horno vuelve a la calma."),
    "same-gap": Text(
        "The same gap, but the zones are turned down a little before the wave arrives.",
        "El mismo hueco, pero las zonas se bajan un poco antes de que llegue la onda.",
    ),
    "turned-down": Text("Zones turned down by 4 K.", "Zonas bajadas 4 K."),
    "turned-back": Text(
        "Zones back at their set points. Compare how hot the hottest zone became on each side.",
        "Zonas de nuevo en sus consignas. Compare cuánto se calentó la zona más caliente en cada lado.",
    ),
    "paper": Text(
        "A customer sends back a tile. On paper there is the shift's sheet: so many square metres, so much first "
        "quality. What happened to this one tile nobody wrote down.",
        "Un cliente devuelve una pieza. En papel está el parte del turno: tantos metros, tanta primera. Qué le pasó a "
        "esta pieza no lo apuntó nadie.",
    ),
    "its-life": Text(
        "With its number the tile tells its life: stroke and cavity, dryer, glaze, row and place in the kiln, and what "
        "the sorting line measured.",
        "Con su número la pieza cuenta su vida: prensada y cavidad, secadero, esmalte, fila y posición en el horno, y "
        "lo que midió clasificación.",
    ),
    "its-lot": Text(
        "And its powder lot tells of its brothers and sisters: how many there are, and what became of them. A recall "
        "takes minutes, and takes back what it has to, not a whole week.",
        "Y su lote de polvo habla de sus hermanas: cuántas son y qué fue de ellas. Una retirada lleva minutos, y "
        "retira lo necesario, no una semana entera.",
    ),
}
"""What is said at each step."""


def stories(line: "TileLine") -> tuple[Story, ...]:
    """All stories of a plant, told at its first press and kiln."""
    return (_wet_powder(line), _kiln_gap(line), _passport())


def _write(target: str, value: float) -> StoryCommand:
    return StoryCommand(name="write", target=target, arguments={"value": value})


def _begin(target: str, fault: str, minutes: float) -> StoryCommand:
    return StoryCommand(name="inject_fault", target=target, arguments={"fault": fault, "duration_s": 60.0 * minutes})


def _wet_powder(line: "TileLine") -> Story:
    press, powder = line.forming[0].press, line.powder
    off, act, back = _pressure_control(line)
    clear = StoryCommand(name="clear_fault", target=powder.path, arguments={"fault": "wet_lot"})
    begun = (*off, _usual_pressure(line), _begin(powder.path, "wet_lot", 240.0))
    return Story(
        name="wet-powder",
        title=Text("Wet powder", "Polvo húmedo"),
        before=Text("without press control", "sin control de prensa"),
        after=Text("with press control", "con control de prensa"),
        watch=(f"{press.path}/tile_moisture", f"{press.path}/specific_pressure", f"{press.path}/bulk_density"),
        steps=(
            StoryStep(text=_SAID["wet"], page="line"),
            StoryStep(text=_SAID["pressure-kept"], page="line", commands=begun, minutes=40.0, phase="before"),
            StoryStep(text=_SAID["pressure-follows"], page="line", commands=act, minutes=10.0),
            StoryStep(text=_SAID["density-back"], page="line", minutes=40.0, phase="after"),
            StoryStep(text=_SAID["lot-used-up"], page="quality", view="calibers", commands=(clear, *back)),
        ),
    )


Commands = tuple[StoryCommand, ...]


def _usual_pressure(line: "TileLine") -> StoryCommand:
    press = line.forming[0].press
    return _write(f"{press.path}/specific_pressure_set_point", press.parameters.specific_pressure)


def _pressure_control(line: "TileLine") -> tuple[Commands, Commands, Commands]:
    """What switches the control of the pressure off and on, and what leaves it as it was found.

    A plant without a loop has its pressure lowered by hand, by as much as holds the density.
    """
    loop = next((station for station in line.stations if station.name == LOOP), None)
    if loop is not None:
        automatic = f"{loop.path}/automatic_set_point"
        on = (_write(automatic, 1.0),)
        return (_write(automatic, 0.0),), on, on
    press, compaction = line.forming[0].press, line.definition.body.compaction
    moisture = line.definition.body.reference_moisture
    density = bulk_density(press.parameters.specific_pressure, moisture, compaction)
    corrected = round(float(holding_pressure(density, moisture + WETTER, compaction)))
    return (), (_write(f"{press.path}/specific_pressure_set_point", corrected),), (_usual_pressure(line),)


def _kiln_gap(line: "TileLine") -> Story:
    kiln = line.firing[0].kiln
    shift = f"{kiln.path}/peak_shift_set_point"
    gap = _begin(kiln.path, "feed_gap", 10.0)

    def step(said: str, minutes: float, phase: Literal["before", "after"] | None, *commands: StoryCommand) -> StoryStep:
        view = "deviation-1"
        return StoryStep(text=_SAID[said], page="kiln", view=view, minutes=minutes, phase=phase, commands=commands)

    return Story(
        name="kiln-gap",
        title=Text("A gap in the kiln", "Un hueco en el horno"),
        before=Text("without zone management", "sin gestión de zonas"),
        after=Text("with zone management", "con gestión de zonas"),
        watch=(f"{kiln.path}/peak_air_temperature", f"{kiln.path}/gas_flow"),
        steps=(
            step("gap", 0.0, None),
            step("nobody-acts", 50.0, "before", _write(shift, 0.0), gap),
            step("rest", 25.0, None),
            step("same-gap", 15.0, "after", gap),
            step("turned-down", 20.0, "after", _write(shift, SHIFT)),
            step("turned-back", 15.0, "after", _write(shift, 0.0)),
        ),
    )


def _passport() -> Story:
    return Story(
        name="passport",
        title=Text("A passport against paper", "Un pasaporte frente al papel"),
        before=Text("on paper", "en papel"),
        after=Text("with a passport", "con pasaporte"),
        watch=(),
        steps=(
            StoryStep(text=_SAID["paper"], page="performance", phase="before"),
            StoryStep(text=_SAID["its-life"], page="quality", thing=f"tile:{TILE}", phase="after"),
            StoryStep(text=_SAID["its-lot"], page="quality", thing="lot:L00001", phase="after"),
        ),
    )
