"""Figures for Prometheus; none of them says who or what."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Histogram(
            "lotse_turn_seconds", "From stored to answered", ["kind"], buckets=_SECONDS, registry=self.registry
        )
        self._deliveries = Histogram(
            "lotse_delivery_seconds",
            "From stored to handed to the channel",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._bands = Counter(
            "lotse_understood_total", "Utterances by band and language", ["band", "language"], registry=self.registry
        )
        self._fallbacks = Counter(
            "lotse_interpreter_fallback_total",
            "Messages that the embedded interpreter answered in Rasa's place",
            ["reason"],
            registry=self.registry,
        )
        self._set_aside = Counter("lotse_set_aside_total", "Messages set aside", registry=self.registry)

    def turn(self, kind: str, seconds: float) -> None:
        """A turn is done."""
        self._turns.labels(kind).observe(seconds)

    def sent(self, channel: str, seconds: float) -> None:
        """A message was handed to its channel."""
        self._deliveries.labels(channel).observe(seconds)

    def understood(self, band: str, language: str) -> None:
        """An utterance was understood, or not."""
        self._bands.labels(band, language).inc()

    def expect_fallbacks(self, reasons: Iterable[str]) -> None:
        """Show zeros from the start, so that the first fallback is seen as a rise."""
        for reason in reasons:
            self._fallbacks.labels(reason)

    def fallback(self, reason: str) -> None:
        """The embedded interpreter answered a message because Rasa did not."""
        self._fallbacks.labels(reason).inc()

    def set_aside(self) -> None:
        """A message was set aside."""
        self._set_aside.inc()

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)
