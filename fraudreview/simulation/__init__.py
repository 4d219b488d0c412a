"""Our own transaction generator: a small world of customers, shops and thieves."""

from fraudreview.simulation.feed import FeedItem, live_feed, messages_of, staged_attack
from fraudreview.simulation.history import simulate
from fraudreview.simulation.settings import Dial, Drift, SimulationSettings, default_drift

__all__ = [
    "Dial",
    "Drift",
    "FeedItem",
    "SimulationSettings",
    "default_drift",
    "live_feed",
    "messages_of",
    "simulate",
    "staged_attack",
]
