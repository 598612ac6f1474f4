"""A client that talks to the gateway's application in memory."""

import httpx

from api.app import create
from api.service import Service
from api.settings import Settings
from twin.host.port import Port

ADDRESS = "http://127.0.0.1:8000"


def client_of(port: Port, **settings: object) -> tuple[httpx.AsyncClient, Service]:
    """A client, and the service behind it; settings as in api.settings."""
    guarded, service = create(port, Settings.model_validate(settings))
    transport = httpx.ASGITransport(app=guarded, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS), service
