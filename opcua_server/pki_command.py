"""`rajola pki`: which client certificates the OPC UA server trusts."""

import argparse
import re

from opcua_server.settings import Settings
from opcua_server.trust import Trust
from twin.host.options import add_config, config_of

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST_S = 24 * 3600.0


class PkiCommand:
    """Lists, trusts and rejects certificates."""

    name = "pki"
    help = "list, trust and reject the certificates of OPC UA clients"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add_config(actions.add_parser("list", help="certificates that are trusted, and those that were rejected"))
        for action, help_text in (
            ("trust", "let a client in by its certificate"),
            ("reject", "let a client in no more"),
        ):
            sub = actions.add_parser(action, help=help_text)
            add_config(sub)
            sub.add_argument(
                "certificate", help="beginning of a thumbprint that `rajola pki list` shows, or a DER file"
            )
        grace = actions.add_parser("accept-for", help="trust whoever comes for a while, such as 10m for a class")
        add_config(grace)
        grace.add_argument("seconds", metavar="TIME", type=duration, help="such as 90s, 10m or 2h; 0s ends it")

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it."""
        trust = Trust(config_of(arguments) / "pki", Settings().rejected_certificates)
        match arguments.action:
            case "list":
                for word, thumbprint, certificate in trust.listed():
                    until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
                    print(f"{word:<9} {thumbprint[:16]}  until {until}  {certificate.subject.rfc4514_string()}")
            case "trust":
                print(f"trusted   {trust.trust(arguments.certificate)}")
            case "reject":
                print(f"rejected  {trust.reject(arguments.certificate)}")
            case _:
                trust.accept_for(arguments.seconds)
                print(f"unknown clients are let in, and trusted from then on, for {arguments.seconds:g} s")
        return 0


def duration(text: str) -> float:
    """A time such as 90s, 10m or 2h [s]."""
    found = re.fullmatch(r"(\d{1,6})([smh])", text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else -1.0
    if not 0.0 <= seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is no time of at most 24h: write it like 90s, 10m or 2h")
    return seconds


command = PkiCommand()
