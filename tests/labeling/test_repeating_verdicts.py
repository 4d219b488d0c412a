"""One token says one thing: a repeated verdict is harmless, another one is told to be too late."""

from datetime import timedelta

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.models import Verdict
from scoring.domain.errors import Conflict
from tests.labeling.payments import hold

pytestmark = pytest.mark.django_db
FRAUD = {"verdict": "fraud", "reason_code": "stolen_card"}
OTHERS = [
    {"verdict": "legitimate"},
    {"verdict": "fraud", "reason_code": "other"},
    {**FRAUD, "note": "Seen twice."},
    {**FRAUD, "verification": "customer_contacted"},
]


@pytest.fixture
def held(clock, desk) -> dict:
    hold(now=clock, external_id="held")
    services.open_cases(now=clock)
    return desk.post("/api/v1/tasks/claim/").json()


def judge(desk, held, **said):
    path = f"/api/v1/tasks/{held['task']}/verdict/"
    return desk.post(path, {"token": held["token"], **said}, format="json")


@pytest.mark.parametrize("seconds", [0, 10])
@pytest.mark.parametrize("other", OTHERS)
def test_another_verdict_under_the_same_token_is_a_conflict(desk, held, seconds, other) -> None:
    first = judge(desk, held, undo_seconds=seconds, **FRAUD)
    refused = judge(desk, held, undo_seconds=seconds, **other)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert judge(desk, held, undo_seconds=seconds, **FRAUD).json() == first.json()


def test_it_stays_one_after_the_time_to_undo(clock, desk, held) -> None:
    judge(desk, held, undo_seconds=10, **FRAUD)
    services.commit_due(now=clock + timedelta(minutes=1))
    assert judge(desk, held, undo_seconds=10, verdict="legitimate").json()["code"] == "conflict"
    assert judge(desk, held, undo_seconds=10, **FRAUD).status_code == 200
    assert Verdict.objects.get().value == "fraud"


@pytest.mark.parametrize(
    "same",
    [
        {**FRAUD, "verification": "opinion"},
        {"items": [{"external_id": "held", **FRAUD}]},
        {**FRAUD, "note": None, "active_seconds": 9},
    ],
)
@pytest.mark.parametrize("seconds", [0, 10])
def test_other_words_for_the_same_are_no_conflict(desk, held, same, seconds) -> None:
    first = judge(desk, held, undo_seconds=seconds, **FRAUD)
    assert judge(desk, held, undo_seconds=seconds, **same).json() == first.json()


def test_the_service_of_the_demo_refuses_it_too(clock, desk, held, alice) -> None:
    judge(desk, held, **FRAUD)
    with pytest.raises(Conflict):
        services.record_verdict(
            task_id=held["task"],
            token=held["token"],
            reviewer=alice,
            judgements=Judgement(VerdictValue.LEGITIMATE),
            now=clock,
        )


def test_a_payment_that_is_named_twice_is_refused(desk, held) -> None:
    (item,) = held["case"]["items"]
    both = [{"id": item["id"], "verdict": "legitimate"}, {"external_id": "held", **FRAUD}]
    refused = judge(desk, held, items=both)
    assert refused.status_code == 400
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [
        ("items", "duplicate")
    ]
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"id": -1, "external_id": "held"}, "unknown_item"),
        ({"id": "1", "external_id": "held"}, "invalid"),
        ({"id": True}, "invalid"),
    ],
)
def test_id_and_external_id_must_mean_one_payment(desk, held, named, code) -> None:
    refused = judge(desk, held, items=[{**named, **FRAUD}])
    assert [each["code"] for each in refused.json()["errors"]] == [code]
    assert not Verdict.objects.exists()
