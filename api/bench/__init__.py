"""`rajola bench api`: how fast KPIs are answered beside a running plant, and what a stream to many pages costs."""

from api.bench.command import ApiBench

bench = ApiBench()
"""What the entry point `api` of the group `rajola.benches` names."""
