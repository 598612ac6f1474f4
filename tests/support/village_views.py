"""Pages of the village bakery: every kind of view once, about loaves, and a story."""

import numpy as np

from tests.support.fake_port import START
from twin.line import views
from twin.line.presentation import Page, Story, StoryCommand, StoryStep
from twin.line.table import Column, Ring, Table, TableDescription, TableRows
from twin.line.text import Text
from twin.line.time import HOUR, SECOND
from twin.line.units import GRAM, MICROSECOND

INSPECTED = TableDescription(
    "loaves",
    Text("Inspected loaves", "Panes inspeccionados"),
    (
        Column("time", Text("Inspected at", "Inspeccionado a las"), MICROSECOND),
        Column("board", Text("Board", "Tabla")),
        Column("place", Text("Place on the board", "Sitio en la tabla")),
        Column("weight", Text("Deviation of weight", "Desviación de peso"), GRAM),
        Column("crust", Text("Crust", "Corteza")),
        Column("length", Text("Length", "Largo")),
        Column(
            "flaws",
            Text("Flaws", "Defectos"),
            words=(Text("burnt", "quemado"), Text("flat", "plano"), Text("torn", "rasgado")),
            groups=(Text("oven", "horno"), Text("proofing", "fermentación"), Text("oven", "horno")),
            flags=True,
        ),
    ),
)
BATCHES = TableDescription(
    "batches",
    Text("Batches", "Amasadas"),
    (
        Column("bread", Text("Bread", "Pan"), words=(Text("country loaf", "hogaza"), Text("baguette", "baguette"))),
        Column("begin", Text("Begun", "Comenzada"), MICROSECOND),
        Column("end", Text("Until", "Hasta"), MICROSECOND),
        Column("due", Text("Due", "Entrega"), MICROSECOND),
        Column("share", Text("Done", "Hecho")),
    ),
)


def loaves(count: int = 1200) -> Ring:
    """Loaves of which those on the fourth place are heavy, and the last boards too."""
    ring, numbers = Ring(INSPECTED, 5000), np.arange(count, dtype=np.float64)
    noise = np.sin(numbers * 12.9898) * 6.0
    heavy = np.where(numbers % 6 == 3, 9.0, 0.0) + np.where(numbers > 0.9 * count, 7.0, 0.0)
    ring.add(
        {
            "time": START + numbers * 3.0 * SECOND,
            "board": numbers // 6,
            "place": numbers % 6 + 1.0,
            "weight": noise + heavy,
            "crust": np.round(np.cos(numbers * 0.7) * 1.4),
            "length": np.round(np.sin(numbers * 0.3) * 1.2),
            "flaws": (numbers % 17 == 0) * 1.0 + (numbers % 29 == 0) * 2.0 + (numbers % 97 == 0) * 4.0,
        }
    )
    return ring


def batches() -> Table:
    """Two batches begun, of which one is late, and one ahead."""
    rows = np.array(
        [
            [0.0, START, START + HOUR, START + 2 * HOUR, 1.0],
            [1.0, START + HOUR, START + 4 * HOUR, START + 3 * HOUR, 0.4],
            [0.0, 0.0, 0.0, START + 9 * HOUR, 0.0],
        ]
    )
    return Table(BATCHES, lambda limit: TableRows(rows.T[:, :limit], ("B1", "B2", "B3")[:limit]))


VIEWS: tuple[views.View, ...] = (
    views.CurveView(
        name="baking",
        title=Text("Baking curve", "Curva de horneado"),
        lines=("oven/set", "oven/measured"),
        second_axis="oven/minutes",
        inside="oven/rows",
        wide=True,
    ),
    views.CurveView(
        name="heat",
        title=Text("Air against its set points", "Aire frente a sus consignas"),
        lines=("oven/set", "oven/measured"),
        deviation=True,
    ),
    views.TrendView(name="water", title=Text("Water", "Agua"), lines=("mixer/water", "mixer/water_set")),
    views.ShareView(
        name="quality",
        title=Text("Quality", "Calidad"),
        parts=("inspection/first", "inspection/second", "inspection/scrap"),
    ),
    views.ControlChartView(name="weight", title=Text("Weight", "Peso"), table="loaves", column="weight", wide=True),
    views.ParetoView(
        name="flaws", title=Text("Flaws", "Defectos"), table="loaves", column="flaws", thing="loaf", thing_id=("board",)
    ),
    views.GridView(
        name="looks", title=Text("Crust by length", "Corteza por largo"), table="loaves", across="crust", down="length"
    ),
    views.MapView(
        name="boards",
        title=Text("Across the boards", "Sobre las tablas"),
        table="loaves",
        across="place",
        down="board",
        column="weight",
    ),
    views.CompareView(name="places", title=Text("Places", "Sitios"), table="loaves", by=("place",), column="weight"),
    views.ScatterView(
        name="dough",
        title=Text("Load over water", "Carga según agua"),
        across="mixer/water",
        up="mixer/load",
        colour="proofer/humidity",
    ),
    views.SankeyView(
        name="bread",
        title=Text("Where the loaves go", "Adónde van los panes"),
        streams=(
            views.Stream(source=Text("Oven", "Horno"), target=Text("First", "Primera"), counters=("inspection/first",)),
            views.Stream(source=Text("Oven", "Horno"), target=Text("Scrap", "Rechazo"), counters=("inspection/scrap",)),
        ),
        wide=True,
    ),
    views.WaterfallView(
        name="losses",
        title=Text("Losses", "Pérdidas"),
        station="divider",
        whole=Text("shift", "turno"),
        left=Text("left", "queda"),
        losses=(views.Loss(figure="availability", loses=Text("stops", "paros")),),
    ),
    views.TimelineView(
        name="states", title=Text("States", "Estados"), stations=("mixer", "divider", "oven"), wide=True
    ),
    views.GanttView(
        name="batches",
        title=Text("Batches", "Amasadas"),
        table="batches",
        begin="begin",
        end="end",
        due="due",
        share="share",
        word="bread",
        wide=True,
    ),
    views.LossTreeView(name="loss-tree", title=Text("Hours lost", "Horas perdidas"), stations=("divider",), wide=True),
    views.PeriodsView(
        name="periods",
        title=Text("Shifts", "Turnos"),
        figures=(views.Named(figure="oee"), views.Named(figure="availability", station="divider")),
        orders_of="divider",
        wide=True,
    ),
    views.FiguresView(name="figures", title=Text("Figures", "Cifras"), wide=True),
    views.PassportView(
        name="passport",
        title=Text("Passport", "Pasaporte"),
        items=(views.Item(kind="loaf", title=Text("Loaf", "Pan"), example="12"),),
        wide=True,
    ),
)
PAGES = (
    Page(
        name="bread",
        title=Text("Bread", "Pan"),
        views=("weight", "flaws", "looks", "boards", "places", "dough", "quality", "passport"),
    ),
    Page(name="oven", title=Text("Oven", "Horno"), views=("baking", "heat", "water")),
    Page(
        name="figures",
        title=Text("Figures", "Cifras"),
        views=("figures", "loss-tree", "periods", "losses", "bread", "states", "batches"),
    ),
)
STORIES = (
    Story(
        name="jam",
        title=Text("Dough jams", "La masa se atasca"),
        before=Text("nobody looks", "nadie mira"),
        after=Text("somebody looks", "alguien mira"),
        watch=("divider/rate",),
        speed=120.0,
        steps=(
            StoryStep(text=Text("The divider jams.", "La divisora se atasca."), page="line"),
            StoryStep(
                text=Text("Nobody looks.", "Nadie mira."),
                station="divider",
                commands=(
                    StoryCommand(
                        name="inject_fault", target="divider", arguments={"fault": "jam", "duration_s": 600.0}
                    ),
                ),
                minutes=2.0,
                phase="before",
            ),
            StoryStep(
                text=Text("Somebody looks.", "Alguien mira."),
                commands=(StoryCommand(name="clear_fault", target="divider", arguments={"fault": "jam"}),),
                minutes=2.0,
                phase="after",
            ),
        ),
    ),
)
