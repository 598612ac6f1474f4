"""Browse answers that come in pieces: continuation points of one session."""

import secrets
from collections.abc import Sequence

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.settings import Settings
from opcua_server.wire import status


class ContinuationPoints:
    """Keeps the references that did not fit into an answer until BrowseNext asks for them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rest: dict[bytes, tuple[int, list[ua.ReferenceDescription]]] = {}

    def first(self, results: Sequence[ua.BrowseResult], wanted: int) -> list[ua.BrowseResult]:
        """The results cut to `wanted` references each (0: as many as the server likes)."""
        limit = self._settings.references_per_browse
        size = min(wanted, limit) if wanted > 0 else limit
        return [
            self._piece(size, list(result.References)) if result.StatusCode.is_good() else result for result in results
        ]

    def following(self, parameters: ua.BrowseNextParameters) -> list[ua.BrowseResult]:
        """The next piece for each continuation point, or nothing where they are only released."""
        return [
            self._follow(point, release=parameters.ReleaseContinuationPoints) for point in parameters.ContinuationPoints
        ]

    def _follow(self, point: bytes | None, *, release: bool) -> ua.BrowseResult:
        rest = self._rest.pop(point, None) if point is not None else None
        if rest is None:
            return ua.BrowseResult(StatusCode=status(StatusCodes.BadContinuationPointInvalid))
        return ua.BrowseResult() if release else self._piece(*rest)

    def _piece(self, size: int, references: list[ua.ReferenceDescription]) -> ua.BrowseResult:
        if len(references) <= size:
            return ua.BrowseResult(References=references)
        if len(self._rest) >= self._settings.continuation_points:
            return ua.BrowseResult(StatusCode=status(StatusCodes.BadNoContinuationPoints))
        point = secrets.token_bytes(16)
        self._rest[point] = (size, references[size:])
        return ua.BrowseResult(ContinuationPoint=point, References=references[:size])
