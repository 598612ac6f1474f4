"""Writes docs/validation.md from the tests: every anchor (a test named V and two digits) with its kind, and the rest.

`make docs` runs it; a test of tests/docs holds the page against it. It reads the tests without importing them.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation.md"
ANCHOR = re.compile(r"test_(V\d\d)_(.+)")
KINDS = {
    "P": "published",
    "D": "derived",
    "L": "recalled",
    "E": "estimate",
    "C": "own consistency",
}
TYPES = re.compile(r"Types? ([PDLEC])(?: and ([PDLEC]))?\b")

HEAD = """\
# What is checked, and against what

*This page is written by `make docs` from the tests. Every line of the tables is a test that runs in `make test`, or,
where it takes minutes, in `make verify-short`.*

To be honest about what such a check is worth, each says its kind:

- **published**: others have measured or stated it, and the model has to meet it;
- **derived**: it follows from arithmetic, geometry or a balance, and the model may not break it;
- **recalled**: a band of the literature from memory, the right order of magnitude;
- **estimate**: a band of this project's own judgement;
- **own consistency**: what this project's coefficients were chosen to give. It proves that the code does what its
  authors meant, and nothing about the world.

No measurements of a particular plant were available.

## Anchors

| | what is expected | kind | remark |
|---|---|---|---|
"""

TOTALS = """
## How many of each kind

An anchor counts once per kind that its tests have.

| kind | anchors |
|---|---|
"""

MIDDLE = """
## Other tests of this sort

| tests | what they hold |
|---|---|
"""

FOOT = """
## What press control brings

Under the conditions of V11 (`--plant examples/moisture-control/plant.toml`) `rajola compare analogue press-control
--days 10 --warm-up 1 --replications 10` gave 78.7 % of the tiles in the nominal caliber without and 96.0 % with it:
a gain of 17.3 points, with 95 % confidence between 16.1 and 18.4. The inputs of V11 are chosen to match.

On `porcelain-600` with its default disturbances `--days 5 --warm-up 1 --replications 5` gave 86.2 % and 96.1 %: a gain
of 9.8 points, with 95 % confidence between 0.2 and 19.5, which excludes 0 by little: five days see few lots of powder,
so that replications differ much, and more of them make the interval narrower. First quality stays as it is (92.65 %
and 92.66 %, the interval holds 0), and the process sheet does not expect otherwise: every caliber of the set is first
quality (section 7.3), so that control narrows the mix of calibers and not the share of first quality.

## Months against bands

[bands.md](bands.md) has the figures of months with several seeds of every shipped plant beside the bands of the process
sheet, and the observed times between failures and to repair beside the declared ones.
"""


@dataclass(frozen=True, order=True)
class Anchor:
    """One test that is named after an anchor."""

    name: str
    file: str
    line: int
    expected: str
    kind: str
    remark: str


def anchors() -> list[Anchor]:
    """All anchors of the tests, by name."""
    return sorted(anchor for path in sorted((ROOT / "tests").rglob("test_*.py")) for anchor in _anchors_in(path))


def _anchors_in(path: Path) -> Iterator[Anchor]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (found := ANCHOR.fullmatch(node.name)):
            kind, remark = kind_of(ast.get_docstring(node) or "", f"{path.relative_to(ROOT)}: {node.name}")
            file = path.relative_to(ROOT).as_posix()
            yield Anchor(found[1], file, node.lineno, _sentence(found[2]), kind, remark)


def kind_of(docstring: str, test: str) -> tuple[str, str]:
    """(kind, remark) of a docstring that begins with a kind; raises ValueError for any other.

    >>> kind_of("Published output; the net width is derived from it.", "test")
    ('published', 'Output; the net width is derived from it.')
    >>> kind_of("Types E and C: means over all seeds.", "test")
    ('estimate, own consistency', 'Means over all seeds.')
    """
    text = " ".join(docstring.split())
    if found := TYPES.match(text):
        return ", ".join(KINDS[letter] for letter in found.groups() if letter), _remark(text[found.end() :])
    for kind in KINDS.values():
        if text.lower().startswith(kind):
            return kind, _remark(text[len(kind) :])
    raise ValueError(f"{test}: its docstring has to begin with one of {', '.join(KINDS.values())}")


def _remark(text: str) -> str:
    remark = text.lstrip(" .,:;")
    return remark[:1].upper() + remark[1:]


def _sentence(name: str) -> str:
    """The words of a test's name; digits that belong together are joined as a number.

    >>> _sentence("holding_the_density_at_6_5_percent_takes_336")
    'holding the density at 6.5 percent takes 336'
    """
    joined = re.sub(r"(?<=_)(\d+)_(\d+)(?=_|$)", r"\1.\2", name)
    return joined.replace("_", " ")


def _other_tests() -> Iterator[tuple[str, str]]:
    """(file, first line of its docstring) of the files in tests/verification that hold no anchors."""
    for path in sorted((ROOT / "tests" / "verification").glob("test_*.py")):
        if not any(_anchors_in(path)):
            docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            yield path.relative_to(ROOT).as_posix(), " ".join(docstring.split("\n\n")[0].split())


def _totals(known: list[Anchor]) -> Iterator[str]:
    """A row for each kind with the number of anchors that have it."""
    for kind in KINDS.values():
        names = {anchor.name for anchor in known if kind in anchor.kind.split(", ")}
        yield f"| {kind} | {len(names)} |"


def page() -> str:
    """The whole page."""
    rows = [
        f"| [{anchor.name}](../{anchor.file}) | {anchor.expected} | {anchor.kind} | {anchor.remark} |"
        for anchor in anchors()
    ]
    others = [f"| [{Path(file).name}](../{file}) | {words} |" for file, words in _other_tests()]
    totals = "\n".join(_totals(anchors()))
    return HEAD + "\n".join(rows) + "\n" + TOTALS + totals + "\n" + MIDDLE + "\n".join(others) + "\n" + FOOT


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
