"""Route of the KPIs."""

from fastapi import APIRouter

from api.answers import Json, finite, instant, wording
from api.problems import documented
from api.schemas import KeyFigures
from api.service import TheService

router = APIRouter(prefix="/api/v1", tags=["KPIs"], responses=documented())


@router.get("/kpis", response_model=KeyFigures, summary="All KPIs of the run so far")
async def kpis(service: TheService) -> Json:
    """Each with its unit, formula and source; one that is not defined says why."""
    items = [
        {
            "name": figure.name,
            "title": wording(figure.title),
            "unit": figure.unit,
            "value": None if figure.value is None else finite(float(figure.value)),
            "reason": None if figure.reason is None else wording(figure.reason),
            "station": figure.station,
            "formula": figure.formula,
            "source": figure.source,
        }
        for figure in service.port.key_figures()
    ]
    return Json({"time": instant(service.port.frame.time), "items": items})
