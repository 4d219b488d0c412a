"""Our own transaction generator: a small world of customers, shops and thieves."""

from fraudreview.simulation.history import simulate
from fraudreview.simulation.settings import Dial, Drift, SimulationSettings, default_drift

__all__ = ["Dial", "Drift", "SimulationSettings", "default_drift", "simulate"]
