"""The project's pages as the tests of docs read them: their code blocks, and the text around these."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the other words after the fence, its text."""

    language: str
    words: tuple[str, ...]
    text: str

    @property
    def file(self) -> str | None:
        """The file that a reader shall write it into."""
        return next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), None)

    @property
    def installs(self) -> bool:
        """Whether it sets up or starts the project by other means than the installed command."""
        return "install" in self.words

    @property
    def commands(self) -> list[str]:
        """Its lines."""
        return [line for line in self.text.splitlines() if line.strip()]


def pages() -> list[Path]:
    """All pages of the project that a reader meets."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "examples").rglob("*.md")),
    ]


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page in their order."""
    found = []
    for header, text in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        language, *words = header.split() or [""]
        found.append(Block(language, tuple(words), text))
    return found


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def code_spans(page: Path) -> list[str]:
    """What stands between single backticks in the prose of a page."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def write_files(page: str, folder: Path) -> None:
    """Write the blocks of a page that name a file, below `folder`; a block in `diff` form changes a file there."""
    for block in blocks(page):
        if block.file is None:
            continue
        path = folder / block.file
        if block.language == "diff":
            path.write_text(changed(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


def changed(text: str, difference: str) -> str:
    """`text` with each part of `difference` (parts divided by @@) applied where its old lines stand, exactly once."""
    for part in re.split(r"^@@\n", difference, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        assert text.count(old) == 1, f"stands {text.count(old)} times in the file:\n{old}"
        text = text.replace(old, new)
    return text
