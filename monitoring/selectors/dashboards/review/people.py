"""The section on people: how often each was right, by name for their leads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from labeling.domain.skill import (
    NOTHING,
    TITLES,
    Known,
    Skill,
    SkillSource,
    together,
    worth_a_word,
)

Skills = Mapping[SkillSource, Skill]


@dataclass(frozen=True)
class SkillRow:
    """What one source says of one person; `person` is None where all are added up."""

    person: User | None
    source: str
    skill: Skill
    first: bool


@dataclass(frozen=True)
class Notice:
    """A reviewer who quite surely misses too many frauds, and by which source."""

    person: User
    source: str
    skill: Skill


@dataclass(frozen=True)
class PeopleSection:
    """Rows by person and source, all together first; names only where they may be seen."""

    rows: tuple[SkillRow, ...]
    notices: tuple[Notice, ...]
    named: bool


def people_section(stored: Mapping[str, Any], *, named: bool) -> PeopleSection:
    """What the report knows of reviewers; one query for any number of them, to name them."""
    skills = {int(person): _skills(sources) for person, sources in stored.items()}
    rows = _rows(None, together(skills.values()))
    people = User.objects.filter(pk__in=skills).order_by("username") if named else ()
    notices = []
    for person in people:
        rows += _rows(person, skills[person.pk])
        source = worth_a_word(skills[person.pk])
        if source is not None:
            notices.append(Notice(person, TITLES[source], skills[person.pk][source]))
    return PeopleSection(tuple(rows), tuple(notices), named)


def _skills(stored: Mapping[str, Any]) -> Skills:
    return {
        SkillSource(source): Skill(Known(**skill["frauds"]), Known(**skill["honest"]))
        for source, skill in stored.items()
    }


def _rows(person: User | None, skills: Skills) -> list[SkillRow]:
    known = [source for source in TITLES if skills.get(source, NOTHING).cases]
    return [
        SkillRow(person, TITLES[source], skills[source], first=place == 0)
        for place, source in enumerate(known)
    ]
