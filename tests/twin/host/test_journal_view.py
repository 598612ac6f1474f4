"""The journal as users read it."""

from twin.host.journal_view import JournalView
from twin.run.journal import Entry


def entry(number: int, name: str) -> Entry:
    return Entry(number, 10 * number, name, "plant/press", {}, "ana", 1, "http")


def test_planted_causes_leave_no_hole_in_the_numbers() -> None:
    view, written = JournalView([entry(1, "write"), entry(2, "inject_fault")]), list[Entry]()
    view.noting(written.append)(entry(3, "shelve"))
    assert [each.number for each in written] == [3]
    assert [(e.number, e.name) for e in view.read(0, 10, truth=False)] == [(1, "write"), (2, "shelve")]
    assert [(e.number, e.name) for e in view.read(1, 1, truth=True)] == [(2, "inject_fault")]
    assert view.read(3, 10, truth=True) == ()
