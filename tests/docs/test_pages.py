"""What holds for all pages: links lead somewhere, options and subcommands exist, nothing is claimed."""

import argparse
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.pages import ROOT, code_spans, pages, prose
from twin.host.cli import parser

PAGES = pages()
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
THING = r"open|free|digital|virtual|tile|ceramic|simulat|twin|plant|tool|project|gemelo|herramienta|proyecto"
CLAIM = re.compile(
    rf"""\bvalidated\b | \bvalidad[oa]s?\b | \bstate[ -]of[ -]the[ -]art\b | \bworld[ -]class\b | \bpionero\w*
    | \b(?:the|its|world's)\ (?:very\ )?(?:first|only|best)\ (?:{THING})
    | \b(?:el|la|los|las)\ (?:primer|únic|mejor)\w*\ (?:{THING})""",
    re.VERBOSE | re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|tmp|home|root|Users)/")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def heading_anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{name(page)}: {target}"
        if anchor:
            assert anchor in heading_anchors(found), f"{name(page)}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_claims_what_nobody_has_checked_or_names_a_path_of_a_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert CLAIM.findall(text) == []
    assert MACHINE.findall(text) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_source_files_and_folders_that_a_page_names_exist(page: Path) -> None:
    folders = ("twin", "plant_models", "opcua_server", "api", "docs", "tests")
    known = [path.relative_to(ROOT).as_posix() for each in folders for path in (ROOT / each).rglob("*")]
    known = [f"/{path}" for path in known if "node_modules" not in path]
    for span in code_spans(page):
        if re.fullmatch(r"[\w/]+(\.py|/)", span) and (span.endswith(".py") or span.split("/")[0] in folders):
            assert any(path.endswith(f"/{span.rstrip('/')}") for path in known), f"{name(page)}: {span}"


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """All subcommands that are installed."""
    (found,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def options() -> set[str]:
    """All options of all subcommands."""
    everything = [parser(), *subcommands().values()]
    for each in everything:
        # A subcommand may have actions of its own, such as `rajola users add`; the list grows as they are met.
        nested = [action.choices for action in each._actions if isinstance(action, argparse._SubParsersAction)]
        everything += [sub for choices in nested for sub in choices.values() if sub not in everything]
    return {word for each in everything for action in each._actions for word in action.option_strings}


@pytest.mark.parametrize("command", sorted(subcommands()))
def test_every_subcommand_is_described(command: str) -> None:
    for readme in ("README.md", "README.es.md"):
        assert f"rajola {command}" in (ROOT / readme).read_text(encoding="utf-8"), readme


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_subcommands_and_options_that_a_page_names_exist(page: Path) -> None:
    known, spans = subcommands(), code_spans(page)
    for span in spans:
        words = span.split()
        if words[0] == "rajola" and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in known, f"{name(page)}: {span}"
        if words[0] == "rajola" or words[0].startswith("--"):
            for option in re.findall(r"(?<!\S)--[a-z-]+", span):
                assert option in options(), f"{name(page)}: {span}"


def test_decisions_are_numbered_without_holes_and_have_their_four_parts() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [page.name[:3] for page in decisions] == [f"{number:03d}" for number in range(1, len(decisions) + 1)]
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:3]}. "), name(page)
        parts = re.findall(r"^(?:\*\*Status:\*\*|## \w+)", text, re.MULTILINE)
        assert parts == ["**Status:**", "## Context", "## Decision", "## Consequences"], name(page)


def test_all_sources_that_data_name_are_listed_and_no_others() -> None:
    data = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "plant_models/data").rglob("*.toml")))
    listed = re.findall(r"^\| (S\d+) \|", (ROOT / "docs/sources.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(set(re.findall(r"\[(S\d+)[>\]]", data)))


def test_every_dependency_says_why_it_is_here() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    said = {word.strip() for cell in re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE) for word in cell.split(",")}
    assert {re.split(r"[<>=]", each)[0] for each in wanted} <= said


def test_the_constraints_pin_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {re.split(r"[<>=\[]", each)[0] for each in wanted} <= set(pinned)


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """The script that writes docs/validation.md."""
    spec = importlib.util.spec_from_file_location("make_validation", ROOT / "docs/make_validation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_checks_is_what_the_tests_say(maker: ModuleType) -> None:
    page = (ROOT / "docs/validation.md").read_text(encoding="utf-8")
    assert page == maker.page(), "run `make docs`"


def test_a_check_that_does_not_say_its_kind_is_refused(maker: ModuleType) -> None:
    with pytest.raises(ValueError, match="has to begin with one of"):
        maker.kind_of("Seen somewhere.", "test_V99_something")


@pytest.mark.parametrize("page", ["README.md", "README.es.md"])
def test_a_readme_says_that_the_project_is_independent_and_what_is_not_modelled(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    words = {"README.md": ("not affiliated", "rectif"), "README.es.md": ("No está afiliado", "rectificad")}[page]
    assert all(word in text for word in (*words, "ITC", "ASCER", "IVACE"))
