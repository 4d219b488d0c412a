"""What most measurements begin with: a migrated database with history, a model and a key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bench import model
from bench.databases import database, settle
from bench.history import World, add_history
from bench.installation import FOLDER
from bench.options import Options
from bench.peers.serving import Material
from scoring.selectors.feature_sets import feature_set_named


@dataclass(frozen=True, slots=True)
class Base:
    """The template database, what is in it, and what the peers get of it."""

    database: str
    world: World
    key: str
    trained: model.Trained
    material: Material
    now: datetime


@contextmanager
def base(options: Options) -> Iterator[Base]:
    """Make the template database, use it, and drop it."""
    now = timezone.now()
    world = World(options.history_rows)
    with database("base") as name:
        model.forget_models()
        add_history(world, seed=options.seed, until=now)
        settle()
        trained = model.train(seed=options.seed, now=now)
        model.put_into_production(trained, now=now)
        key = model.api_key(now=now)
        settle()
        booster, vectors = model.export(trained, FOLDER / "peer-model")
        names = feature_set_named(model.FEATURE_SET).names
        material = Material(booster, vectors, tuple(names), options.environments)
        yield Base(name, world, key, trained, material, now)
