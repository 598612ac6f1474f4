"""The documents of the page: one markup for all, each with its own styles, script, and what it asks for at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.page_scripts import joined

MARKUP = "document.html"
_NEEDS = "<!-- what this document needs -->"


@dataclass(frozen=True, slots=True)
class Document:
    """A document by the names of the files that it is made of."""

    name: str
    styles: tuple[str, ...]
    first: str
    """The script with which it begins."""
    asked: tuple[str, ...]
    """What its script asks for first: the browser does so while the script is still on its way."""

    @property
    def script(self) -> str:
        """The name under which its scripts are sent as one; relative addresses in them mean the same there."""
        return f"js/{self.first.replace('/', '-')}"


SHARED = ("style.css", "charts.css", "tools.css")
DOCUMENTS = (
    Document("index.html", (*SHARED, "synoptic.css"), "js/main.js", ("/api/v1/beginning", "/page/texts.json")),
    Document(
        "rooms.html",
        (*SHARED, "rooms/rooms.css"),
        "rooms/main.js",
        ("/api/v1/me", "/page/texts.json", "/page/rooms/texts.json"),
    ),
)


def composed(document: Document, contents: Mapping[str, bytes], mark: str) -> dict[str, bytes]:
    """The document and its script by their names; what belongs to the page is named below `mark`.

    Styles stand in the document itself, so that nothing has to come before the first paint.
    """
    styles = "".join(contents[name].decode() for name in document.styles)
    asked = "".join(f'<link rel="preload" as="fetch" crossorigin href="{address}">\n' for address in document.asked)
    script = f'<script type="module" src="/page/{document.script}"></script>'
    markup = contents[MARKUP].decode().replace(_NEEDS, f"{asked}{script}\n<style>\n{styles}</style>")
    scripts = {name: content.decode() for name, content in contents.items() if name.endswith(".js")}
    return {
        document.name: markup.replace('"/page/', f'"/page/{mark}/').encode(),
        document.script: joined(scripts, document.first).encode(),
    }
