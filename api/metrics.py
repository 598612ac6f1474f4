"""The plant and the server as Prometheus reads them: measured values, KPIs, alarms, clock and process."""

from collections.abc import Iterator

import numpy as np
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.service import Service
from twin.host.port import BAD
from twin.line.signal import ValueType

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class PlantCollector(Collector):
    """Reads the newest frame; what is bad or not defined is left out, as Prometheus has no word for it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """All families, at one instant."""
        yield self._signals()
        yield self._key_figures()
        yield from self._run()

    def _signals(self) -> Metric:
        family = GaugeMetricFamily("rajola_signal", "Newest value", labels=["station", "signal", "unit", "element"])
        frame = self._service.port.frame
        for signal in self._service.index.signals.values():
            if signal.value_type is ValueType.TEXT:
                continue
            station, _, name = signal.path.rpartition("/")
            unit = "" if signal.unit is None else signal.unit.symbol
            for element in range(signal.length):
                place = signal.index + element
                if frame.status[place] != BAD and np.isfinite(frame.values[place]):
                    labels = [station, name, unit, "" if signal.axis is None else str(element)]
                    family.add_metric(labels, float(frame.values[place]))
        return family

    def _key_figures(self) -> Metric:
        family = GaugeMetricFamily("rajola_key_figure", "KPI of the run so far", labels=["station", "name", "unit"])
        for figure in self._service.port.key_figures():
            if figure.value is not None:
                family.add_metric([figure.station, figure.name, figure.unit], figure.value)
        return family

    def _run(self) -> Iterator[Metric]:
        port = self._service.port
        clock, alarms = port.clock, port.alarms()
        yield GaugeMetricFamily("rajola_plant_time_seconds", "Plant time since 1970", value=clock.time / 1e6)
        yield GaugeMetricFamily("rajola_speed", "Plant seconds per wall second", value=clock.speed)
        yield GaugeMetricFamily("rajola_running", "1 while plant time goes on", value=float(clock.running))
        yield GaugeMetricFamily("rajola_lag_seconds", "Plant seconds behind the pace", value=clock.lag)
        yield GaugeMetricFamily("rajola_frames_total", "Frames published so far", value=float(port.frame.sequence))
        yield GaugeMetricFamily(
            "rajola_alarms_active", "Alarms that are active", value=float(sum(alarm.active for alarm in alarms))
        )
        yield GaugeMetricFamily(
            "rajola_stream_clients", "Open live streams", value=float(len(self._service.broadcast.clients))
        )


class Metrics:
    """What `/metrics` answers."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(PlantCollector(service))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)
