"""A report as one HTML page: its style, plotly's own script and all figures are inside it."""

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from plotly.offline import get_plotlyjs

from api.report.drawing import drawn
from twin.line.report import Card, Cell, Figure, Report, Rows
from twin.line.text import Language, Text, shown

_MADE = Text(
    "Computed by the digital twin: a model, not measurements of a real plant. True values of pieces are the model's.",
    "Calculado por el gemelo digital: un modelo, no mediciones de una planta real. Los valores reales de las piezas "
    "son del modelo.",
)
_NONE = Text("not defined yet", "aún no definido")
_NOTHING = Text("nothing to show", "nada que mostrar")


def page(report: Report, language: Language) -> str:
    """The page of a report in a language."""
    title = escape(report.title.in_language(language))
    style = (files("api.report") / "style.css").read_text(encoding="utf-8")
    facts = "".join(
        f"<span>{escape(name.in_language(language))} <b>{escape(value)}</b></span>" for name, value in report.facts
    )
    cards = "".join(_card(card, language) for card in report.cards)
    parts = "".join(_part(part, language) for part in report.parts)
    figures = {part.name: drawn(part, language) for part in report.parts if isinstance(part, Figure)}
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{style}</style></head><body>",
            f'<header><h1>{title}</h1><div class="facts">{facts}</div><div class="cards">{cards}</div></header>',
            f"<main>{parts}</main><footer>{escape(_MADE.in_language(language))}</footer>",
            f"<script>{get_plotlyjs()}</script>",
            f"<script>const figures = {_script(figures)};",
            "for (const [name, figure] of Object.entries(figures))",
            "  Plotly.newPlot(name, figure.data, figure.layout, {responsive: true, displayModeBar: false});",
            "</script></body></html>",
        )
    )


def _script(figures: object) -> str:
    """Data inside a script: nothing in it may end the script."""
    return json.dumps(figures, ensure_ascii=False, allow_nan=False).replace("</", "<\\/")


def _card(card: Card, language: Language) -> str:
    value = _NONE.in_language(language) if card.value is None else shown(card.value, _digits(card.value), language)
    title, unit = escape(card.title.in_language(language)), escape(card.unit.in_language(language))
    number = f'<div class="value">{escape(value)}<span class="unit">{unit}</span></div>'
    return f'<div class="card"><div class="title">{title}</div>{number}</div>'


def _digits(value: float) -> int:
    """Digits behind the point that leave three figures or so."""
    return 0 if abs(value) >= 1000 else 1 if abs(value) >= 20 else 2


def _part(part: Figure | Rows, language: Language) -> str:
    head = f"<h2>{escape(part.title.in_language(language))}</h2>"
    note = part.note.in_language(language)
    head += f"<p>{escape(note)}</p>" if note else ""
    wide = ' class="wide"' if part.wide else ""
    if isinstance(part, Rows):
        return f'<section{wide}>{head}<div class="scroll">{_table(part, language)}</div></section>'
    return f'<section{wide}>{head}<div id="{escape(part.name)}" style="height:{part.height}px"></div></section>'


def _table(rows: Rows, language: Language) -> str:
    if not rows.rows:
        return f"<p>{escape(_NOTHING.in_language(language))}</p>"
    texts = [[_text(cell, language) for cell in row] for row in rows.rows]
    numeric = [all(_is_number(row[place]) for row in texts) for place in range(len(rows.columns))]
    head = _cells("th", [title.in_language(language) for title in rows.columns], numeric)
    body = "".join(f"<tr>{_cells('td', row, numeric)}</tr>" for row in texts)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(tag: str, cells: Sequence[str], numeric: Sequence[bool]) -> str:
    kinds = (' class="number"' if number else "" for number in numeric)
    return "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True))


def _text(cell: Cell, language: Language) -> str:
    if isinstance(cell, str):
        return cell
    return cell.in_language(language) if isinstance(cell, Text) else shown(cell[0], cell[1], language)


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "").lstrip("+-").isdigit()
