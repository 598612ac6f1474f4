"""A client that talks to the gateway's application in memory."""

import httpx

from api.app import create
from api.service import Service
from api.settings import Settings
from twin.host.logins import Access
from twin.host.port import Port

ADDRESS = "http://127.0.0.1:8000"


def client_of(
    port: Port, *, access: Access | None = None, address: str = "127.0.0.1", **settings: object
) -> tuple[httpx.AsyncClient, Service]:
    """A client at an address, and the service behind it, with the users of `access`; settings as in api.settings."""
    guarded, service = create(port, Settings.model_validate(settings), access)
    transport = httpx.ASGITransport(app=guarded, raise_app_exceptions=False, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS), service
