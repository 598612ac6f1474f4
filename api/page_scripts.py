"""Makes one script of all scripts that a page needs, so that a browser asks once instead of sixty times.

A script imports another by one line and exports what it declares at its top. Joined, they share one scope, as the
names at their tops differ; each runs when all that it imports have run, as a browser would run them one by one.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function|class) )", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_DECLARED = re.compile(r"^(?:async )?(?:const|let|function|class) (\w+|\{[^}]*\}|\[[^\]]*\])", re.MULTILINE)


def joined(scripts: Mapping[str, str], first: str) -> str:
    r"""The script `first` with all that it needs; raises ValueError for what cannot be joined.

    >>> joined({"a.js": 'import { b } from "./b.js";\nb();\n', "b.js": "export const b = () => 1;\n"}, "a.js")
    'const b = () => 1;\nb();\n'
    """
    parts, owners = [], dict[str, str]()
    for name in in_order(scripts, first):
        text = _EXPORT.sub("", _IMPORT.sub("", scripts[name]))
        left = _LEFT.search(text)
        if left is not None:
            raise ValueError(f"{name}: {left[0]!r} is not written as other scripts import and export; write it alike")
        for declared in _declared(text):
            if declared in owners:
                raise ValueError(f"{name}: {declared} stands at the top of {owners[declared]} too; rename one of them")
            owners[declared] = name
        parts.append(text)
    return "".join(parts)


def in_order(scripts: Mapping[str, str], first: str) -> list[str]:
    """The names of all scripts that `first` needs, in the order in which they run."""
    order, met = list[str](), set[str]()

    def visit(name: str) -> None:
        met.add(name)
        for other in _IMPORT.findall(scripts[name]):
            needed = normpath(join(dirname(name), other))
            if needed not in scripts:
                raise ValueError(f"{name}: imports {other}, and there is no {needed}")
            if needed not in met:
                visit(needed)
        order.append(name)

    visit(first)
    return order


def _declared(text: str) -> Iterator[str]:
    for names in _DECLARED.findall(text):
        yield from re.findall(r"\w+", names)
