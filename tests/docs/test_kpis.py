"""The page of the KPIs is what their declarations say."""

import importlib.util

from tests.support.pages import ROOT


def test_the_page_of_kpis_is_up_to_date() -> None:
    path = ROOT / "docs" / "make_kpis.py"
    spec = importlib.util.spec_from_file_location("make_kpis", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8") == module.page()
