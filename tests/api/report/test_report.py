"""The report: one file that needs no internet, in both languages, with every figure that a ceramist looks at."""

import re
from pathlib import Path

import pytest

from api.report.drawing import drawn
from api.report.page import page
from tests.support.kept_runs import kept
from twin.line.report import Bars, Card, Figure, FigureAxis, Report, Rows
from twin.line.text import Text
from twin.record.report import report

EXPECTED = (
    "firing-1", "compaction-1", "energy", "size-density", "size-temperature", "defects", "calibers", "shades", "orders",
    "states", "figures",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on some hours of the reference plant."""
    ran = kept(tmp_path_factory.mktemp("report"), 8.0)
    return report(ran.run, ran.record)


def test_every_figure_is_there_in_the_order_of_the_material(made: Report) -> None:
    assert tuple(part.name for part in made.parts) == EXPECTED


def test_a_page_asks_nothing_of_the_internet(made: Report) -> None:
    html = page(made, "en")
    own = html[: html.index("<script>")] + html[html.rindex("<script>") :]
    assert not re.findall(r"https?://", own)
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=", html[: html.index("<script>")])
    assert "Plotly.newPlot" in html


def test_a_page_speaks_its_language(made: Report) -> None:
    english, spanish = (page(made, language) for language in ("en", "es"))
    assert "<h2>Firing curve</h2>" in english
    assert "<h2>Curva de cocción</h2>" in spanish
    assert "Caliber mix by order" not in spanish


def test_every_figure_can_be_drawn_in_both_languages(made: Report) -> None:
    for part in made.parts:
        if isinstance(part, Figure):
            for language in ("en", "es"):
                picture = drawn(part, language)  # type: ignore[arg-type]
                assert picture["data"], part.name


def test_a_run_that_has_made_nothing_still_has_a_report(tmp_path: Path) -> None:
    ran = kept(tmp_path, 0.02)
    assert "Plotly.newPlot" in page(report(ran.run, ran.record), "es")


def test_words_of_a_plant_cannot_become_markup() -> None:
    wicked = Text("</script><b>", "</script><b>")
    figure = Figure(
        "f", wicked, wicked, FigureAxis(wicked, kind="category"), FigureAxis(wicked), (Bars(wicked, [wicked], [1.0]),)
    )
    rows = Rows("r", wicked, wicked, (wicked,), ((wicked,), ((1234.5, 1),)))
    html = page(Report(wicked, ((wicked, "<i>"),), (Card(wicked, None, wicked),), (figure, rows)), "en")
    markup = html[: html.index("<script>")]
    assert "<b>" not in markup.replace("<b>&lt;i&gt;</b>", "")
    own = html[html.rindex("<script>const") :]
    assert own.count("</script>") == 1
    assert "1,234.5" in html
