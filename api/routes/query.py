"""Route of questions in SQL over the history, for those who may see the truth."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.answers import Json
from api.problems import ProblemError, documented
from api.requests import Request
from api.service import TheService, TheUser
from twin.host.access import sees_truth
from twin.host.questions import LONGEST_SQL, QueryRefused, Question

router = APIRouter(prefix="/api/v1", tags=["history"], responses=documented(403))


class QueryIn(Request):
    """One SELECT."""

    sql: Annotated[str, Field(min_length=1, max_length=LONGEST_SQL)]
    rows: Annotated[int, Field(ge=1, le=10_000)] = 1000
    seconds: Annotated[float, Field(gt=0.0, le=10.0)] = 5.0


class QueryOut(BaseModel):
    """Columns and rows; `more` says that there would be more rows."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool


@router.post("/query", response_model=QueryOut, summary="Ask the history in SQL")
async def query(service: TheService, user: TheUser, question: QueryIn) -> Json:
    """Reading only. The event log in the history tells of planted causes, so this is the instructor's."""
    if not sees_truth(user.role):
        raise ProblemError(
            403, "not-allowed", "Questions in SQL are the instructor's: use /api/v1/history, /kpis and /events."
        )
    try:
        answer = await service.port.query(Question(question.sql, question.rows, question.seconds))
    except QueryRefused as refused:
        raise ProblemError(422, "query-refused", str(refused)) from None
    return Json({"columns": answer.columns, "rows": answer.rows, "more": answer.more})
