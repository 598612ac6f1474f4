"""Reports that are asked for over HTTP."""

from pathlib import Path

from tests.support.fake_port import FakePort
from tests.support.http_client import client_of
from twin.host.logins import Access

REPORTS = "/api/v1/reports"


async def test_a_report_is_made_listed_and_fetched(port: FakePort) -> None:
    client, service = client_of(port)
    async with client:
        asked = await client.post(REPORTS, json={"language": "es"})
        assert (asked.status_code, asked.json()["state"], asked.json()["link"]) == (202, "making", None)
        await service.reports.settled()
        (listed,) = (await client.get(REPORTS)).json()["items"]
        assert listed["state"] == "ready"
        page = await client.get(listed["link"])
    assert page.headers["content-type"].startswith("text/html")
    assert "attachment" in page.headers["content-disposition"]
    assert "Panadería" in page.text
    await service.reports.close()


async def test_one_report_is_made_at_a_time_and_only_those_of_kept_runs(port: FakePort) -> None:
    client, service = client_of(port)
    async with client:
        assert (await client.post(REPORTS, json={"run": "of-nobody"})).status_code == 404
        first = await client.post(REPORTS, json={})
        second = await client.post(REPORTS, json={})
        assert (first.status_code, second.status_code) == (202, 409)
        early = await client.get(f"{REPORTS}/{first.json()['id']}")
        assert (early.status_code, early.json()["code"]) == (409, "not-now")
        await service.reports.settled()
    await service.reports.close()


async def test_a_report_that_cannot_be_made_says_why(port: FakePort) -> None:
    client, service = client_of(port)
    async with client:
        asked = (await client.post(REPORTS, json={"run": "run.before-1"})).json()
        await service.reports.settled()
        (listed,) = (await client.get(REPORTS)).json()["items"]
        assert (listed["state"], listed["detail"]) == ("failed", "the baker took the books home")
        assert (await client.get(f"{REPORTS}/{asked['id']}")).status_code == 409
        assert (await client.get(f"{REPORTS}/{'0' * 16}")).status_code == 404
    await service.reports.close()


async def test_an_observer_gets_a_report_without_the_truth_and_knows_of_no_other(
    port: FakePort, tmp_path: Path
) -> None:
    _, service = client_of(port)
    taught = service.reports.begin("present", "en", truth=True)
    await service.reports.settled()
    assert "planted cause" in service.reports.path(taught).read_text(encoding="utf-8")
    assert service.reports.listed(truth=False) == []
    await service.reports.close()
    onlooker, looked = client_of(port, access=Access(tmp_path))
    async with onlooker:
        asked = (await onlooker.post(REPORTS, json={})).json()
        await looked.reports.settled()
        page = await onlooker.get(f"{REPORTS}/{asked['id']}")
    assert page.status_code == 200
    assert "planted cause" not in page.text
    await looked.reports.close()
