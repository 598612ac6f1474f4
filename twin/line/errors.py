"""The errors a user can cause; each carries a sentence that names the thing, the value, the limit and the way out."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a command was refused; gateways translate it to a StatusCode or an HTTP status."""

    UNKNOWN_TARGET = "unknown-target"
    UNKNOWN_COMMAND = "unknown-command"
    NOT_WRITABLE = "not-writable"
    WRONG_TYPE = "wrong-type"
    OUT_OF_RANGE = "out-of-range"
    NOT_ALLOWED = "not-allowed"
    NOT_NOW = "not-now"


class RajolaError(Exception):
    """Base of all errors whose message is written for the user; the command line ends with code 2 on it."""


class DefinitionError(RajolaError):
    """A plant, scenario, order book, curve or argument that cannot be used."""


class RefusedCommand(RajolaError):
    """A command that the line does not take, with a machine-readable reason."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class StateError(RajolaError):
    """A state folder, journal or chapter that cannot be used as asked."""
