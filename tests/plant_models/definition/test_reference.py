"""The page about plant files says all that the models read, and its first plant runs."""

import re
from pathlib import Path

import pytest

from plant_models.check import check_files
from plant_models.definition.load import FIRING_TABLES, FORMING_TABLES
from plant_models.definition.plant import Plant
from plant_models.definition.reference import TABLES, filled, key_table, keys_of, main
from tests.support.tile_lines import opened
from twin.line.errors import DefinitionError

PAGE = Path(__file__).parents[3] / "docs" / "plant-file.md"


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "run: python -m plant_models.definition.reference docs/plant-file.md"


@pytest.mark.parametrize("name", TABLES)
def test_every_key_of_every_table_stands_on_the_page_with_a_meaning(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"<!-- keys: {name} -->" in page
    for key in keys_of(name):
        (row,) = [line for line in key_table(name).splitlines() if line.startswith(f"| `{key}` |")]
        assert row in page
        assert row.split("|")[-2].strip(), f"{name}.{key} needs a docstring"


def test_every_table_of_a_plant_is_named_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for table in (*Plant.model_fields, *FORMING_TABLES, *FIRING_TABLES, "body_changes", "curve"):
        assert f"`{table}`" in page


def test_the_first_plant_of_the_page_runs_as_it_stands(tmp_path: Path) -> None:
    (text, *_) = re.findall(r"```toml\n(body.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "my-plant.toml"
    path.write_text(text, encoding="utf-8")
    assert check_files([str(path)]).warnings == ()
    assert opened(str(path)).to(0.25).first_share > 0.85


def test_a_mark_that_names_no_table_is_refused() -> None:
    with pytest.raises(DefinitionError, match="names no table"):
        filled("<!-- keys: nonsense -->\n<!-- end -->")


def test_tables_are_written_into_pages(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- keys: store -->\n<!-- end -->\n", encoding="utf-8")
    main([str(page)])
    assert "| `boxes` | whole number | from 3 to 2000 | 150 | Boxes in the store. |" in page.read_text(encoding="utf-8")
