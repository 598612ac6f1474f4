"""Routes by which somebody becomes a known user, and stops being one."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field

from api.answers import Json
from api.identity import Identity, forget, remember
from api.problems import ProblemError, documented
from api.requests import NAME
from api.requests import Request as Asked
from twin.host.logins import TOKEN_S

router = APIRouter(prefix="/api/v1", tags=["access"])


class Login(Asked):
    """Name and password."""

    name: NAME
    password: Annotated[str, Field(min_length=1, max_length=200)]


class LoggedIn(BaseModel):
    """Who the client is now, and the token to send as `Authorization: Bearer TOKEN`."""

    name: str
    role: str
    token: str
    expires_in: int
    """Wall time for which the token is good [s]."""


@router.post(
    "/login", response_model=LoggedIn, summary="Log in with name and password", responses=documented(401, 408, 413, 415)
)
async def login(
    request: Request,
    asked: Annotated[Login, Body(openapi_examples={"operator": {"value": {"name": "operator", "password": "…"}}})],
) -> Json:
    """A token for programs; a browser keeps it as a cookie. A wrong password makes the next attempt wait."""
    identity: Identity = request.app.state.identity
    address = request.client.host if request.client is not None else ""
    found = await identity.login(asked.name, asked.password, address)
    if found is None:
        detail = "Name or password is wrong, or there were too many attempts: wait a moment and try again."
        raise ProblemError(401, "wrong-password", detail)
    user, token = found
    answer = Json(LoggedIn(name=user.name, role=user.role.name.lower(), token=token, expires_in=TOKEN_S))
    remember(answer, token)
    return answer


@router.post(
    "/logout", status_code=204, summary="Let the browser forget who it is", responses=documented(408, 413, 415)
)
async def logout() -> Json:
    """The cookie goes; a token that a program keeps is good until its time is over."""
    answer = Json(b"", 204)
    forget(answer)
    return answer
