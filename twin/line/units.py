"""The units that signals are given in, with their UNECE Recommendation 20 code where one exists."""

from dataclasses import dataclass

from twin.line.text import Language, Text


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement: its symbol, its name and its UNECE code (None where the list has none)."""

    symbol: str
    name: Text
    unece: str | None = None

    def in_language(self, language: Language) -> str:
        """The symbol, with words inside it in the language: m²/day is m²/día."""
        if language == "en":
            return self.symbol
        return self.symbol.replace("day", "día").replace("tiles", "piezas").replace("strokes", "prensadas")


def _unit(symbol: str, en: str, es: str, unece: str | None = None) -> Unit:
    return Unit(symbol, Text(en, es), unece)


ONE = _unit("1", "one", "uno", "C62")
PERCENT = _unit("%", "percent", "por ciento", "P1")
CELSIUS = _unit("°C", "degree Celsius", "grado Celsius", "CEL")
MICROSECOND = _unit("µs", "microsecond", "microsegundo", "B98")
SECOND = _unit("s", "second", "segundo", "SEC")
MINUTE = _unit("min", "minute", "minuto", "MIN")
HOUR = _unit("h", "hour", "hora", "HUR")
MICROMETRE = _unit("µm", "micrometre", "micrómetro", "4H")
MILLIMETRE = _unit("mm", "millimetre", "milímetro", "MMT")
METRE = _unit("m", "metre", "metro", "MTR")
SQUARE_METRE = _unit("m²", "square metre", "metro cuadrado", "MTK")
METRE_PER_MINUTE = _unit("m/min", "metre per minute", "metro por minuto", "2X")
KILOGRAM = _unit("kg", "kilogram", "kilogramo", "KGM")
GRAM = _unit("g", "gram", "gramo", "GRM")
TONNE = _unit("t", "tonne", "tonelada", "TNE")
GRAM_PER_KILOGRAM = _unit("g/kg", "gram per kilogram", "gramo por kilogramo", "GK")
TONNE_PER_HOUR = _unit("t/h", "tonne per hour", "tonelada por hora", "E18")
GRAM_PER_SQUARE_METRE = _unit("g/m²", "gram per square metre", "gramo por metro cuadrado", "GM")
GRAM_PER_CUBIC_CENTIMETRE = _unit("g/cm³", "gram per cubic centimetre", "gramo por centímetro cúbico", "23")
KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE = _unit(
    "kgf/cm²", "kilogram-force per square centimetre", "kilogramo-fuerza por centímetro cuadrado", "E42"
)
MEGAPASCAL = _unit("MPa", "megapascal", "megapascal", "MPA")
VOLT = _unit("V", "volt", "voltio", "VLT")
BAR = _unit("bar", "bar", "bar", "BAR")
MILLIBAR = _unit("mbar", "millibar", "milibar", "MBR")
PASCAL = _unit("Pa", "pascal", "pascal", "PAL")
LITRE_PER_MINUTE = _unit("L/min", "litre per minute", "litro por minuto", "L2")
KILOWATT = _unit("kW", "kilowatt", "kilovatio", "KWT")
KILOWATT_HOUR = _unit("kWh", "kilowatt hour", "kilovatio hora", "KWH")
CUBIC_METRE = _unit("m³", "cubic metre", "metro cúbico", "MTQ")
KILOWATT_HOUR_PER_TONNE = _unit("kWh/t", "kilowatt hour per tonne", "kilovatio hora por tonelada")
KILOWATT_HOUR_PER_SQUARE_METRE = _unit("kWh/m²", "kilowatt hour per square metre", "kilovatio hora por metro cuadrado")
TILES = _unit("tiles", "tiles", "piezas")
TILES_PER_MINUTE = _unit("tiles/min", "tiles per minute", "piezas por minuto")
STROKES = _unit("strokes", "press strokes", "prensadas")
STROKES_PER_MINUTE = _unit("strokes/min", "strokes per minute", "prensadas por minuto")
ROWS = _unit("rows", "rows of tiles", "filas de piezas")
BOXES = _unit("boxes", "boxes", "boxes")
CARTONS = _unit("cartons", "cartons", "cajas")
PALLETS = _unit("pallets", "pallets", "palets")
SQUARE_METRES_PER_DAY = _unit("m²/day", "square metres per day", "metros cuadrados al día")
NORMAL_CUBIC_METRES_PER_HOUR = _unit("Nm³/h", "normal cubic metres per hour", "metros cúbicos normales por hora")
NORMAL_CUBIC_METRES = _unit("Nm³", "normal cubic metres", "metros cúbicos normales")
COLOUR_DIFFERENCE = _unit("ΔE", "colour difference", "diferencia de color")
LITRE = _unit("L", "litre", "litro", "LTR")
EURO_PER_SQUARE_METRE = _unit("€/m²", "euro per square metre", "euro por metro cuadrado")
KILOGRAM_PER_SQUARE_METRE = _unit("kg/m²", "kilogram per square metre", "kilogramo por metro cuadrado", "28")
TIMES_REAL_TIME = _unit("×", "times real time", "veces el tiempo real")
