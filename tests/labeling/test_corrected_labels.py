"""POST labels/ with a reviewer, a dispute stage, or the id of the label that it replaces."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.models import Label
from labeling.selectors.labels import resolved_label
from labeling.services.label_files import import_labels
from tests.histories import add_payments, at
from tests.scoring.tables import write

pytestmark = pytest.mark.django_db
URL = "/api/v1/labels/"


@pytest.fixture
def api(api_key):
    return api_key("labels:write")


@pytest.fixture
def importer(api_key):
    return api_key("labels:write", "labels:backdate")


@pytest.fixture
def payment(send):
    return send("t1")


def label(**fields):
    return {"external_id": "t1", "label": "fraud", "source": "chargeback", **fields}


def post(api, *bodies):
    return api.post(URL, list(bodies), format="json").json()


def codes(answer):
    return [(error["index"], error["field"], error["code"]) for error in answer["errors"]]


def test_a_label_replaces_an_earlier_one_of_its_source(api, payment):
    post(api, label())
    first = Label.objects.get()
    answer = post(api, label(label="legitimate", supersedes=first.pk))
    assert (answer["accepted"], answer["errors"]) == (1, [])
    assert Label.objects.latest("pk").supersedes == first
    assert resolved_label(payment.pk, as_of=timezone.now()).value == "legitimate"


def test_the_same_correction_twice_is_a_duplicate(api, payment):
    post(api, label())
    corrected = label(label="legitimate", supersedes=str(Label.objects.get().pk))
    post(api, corrected)
    assert post(api, corrected) == {"accepted": 0, "duplicates": 1, "errors": []}


def test_what_cannot_be_replaced_is_told(api, payment, send):
    send("t2")
    post(api, label(), label(source="fraud_report"), label(external_id="t2"))
    own, report, other = Label.objects.order_by("pk").values_list("pk", flat=True)
    answer = post(
        api,
        label(label="legitimate", supersedes=report),
        label(label="legitimate", supersedes=other),
        label(label="legitimate", supersedes=10**6),
        label(label="legitimate", supersedes=own),
        label(label="unknown", supersedes=own),
    )
    assert codes(answer) == [
        (0, "supersedes", "other_source"),
        (1, "supersedes", "unknown_label"),
        (2, "supersedes", "unknown_label"),
        (4, "supersedes", "already_superseded"),
    ]
    assert answer["accepted"] == 1


@pytest.mark.parametrize("wrong", ["seven", -1, 0, True, 2**70, "9" * 30, 1.5])
def test_an_id_that_is_none_is_refused(api, payment, wrong):
    assert codes(post(api, label(supersedes=wrong))) == [(0, "supersedes", "invalid")]


def test_a_verdict_cannot_be_replaced_from_outside(api, payment, alice):
    now = timezone.now()
    verdict = Label.objects.create(
        transaction=payment, value="fraud", source="verdict", known_at=now, recorded_at=now
    )
    answer = post(api, label(label="legitimate", source="manual", supersedes=verdict.pk))
    assert codes(answer) == [(0, "supersedes", "other_source")]


def test_the_person_behind_the_key_reviews_what_is_entered_by_hand(api_key, payment, alice):
    api = api_key("labels:write", acts_for=alice)
    post(api, label(source="manual"), label())
    reviewers = dict(Label.objects.values_list("source", "reviewer__username"))
    assert reviewers == {"manual": "alice", "chargeback": None}


def test_history_names_its_reviewers(importer, payment, alice):
    post(importer, label(source="manual", reviewer="alice"))
    assert Label.objects.get().reviewer == alice
    answer = post(importer, label(source="manual", reviewer="nobody"), label(reviewer="alice"))
    assert codes(answer) == [(0, "reviewer", "unknown_reviewer"), (1, "reviewer", "invalid")]


def test_an_ordinary_key_may_not_say_who_it_was(api, payment, alice):
    answer = post(api, label(source="manual", reviewer="alice"))
    assert codes(answer) == [(0, "reviewer", "may_not_name")]


def test_a_stage_that_no_scheme_knows_is_refused(api, payment):
    # "won", read as a reversal, would turn a fraud into a legitimate payment.
    answer = post(api, label(label="legitimate", source="dispute_reversal", dispute_stage="won"))
    assert codes(answer) == [(0, "dispute_stage", "unknown_choice")]
    answer = post(api, label(dispute_stage="Representment_Won"))
    assert answer["accepted"] == 1


def test_the_history_tells_each_claim_and_what_they_amount_to(api, api_key, payment):
    post(api, label(reason="10.4", occurred_at=(timezone.now() - timedelta(days=1)).isoformat()))
    won = label(label="legitimate", source="dispute_reversal", dispute_stage="representment_won")
    post(api, won)
    body = api_key("decisions:read").get("/api/v1/transactions/t1/").json()
    told = [(each["source"], each["label"], each["means"]) for each in body["labels"]]
    assert told == [
        ("chargeback", "fraud", "fraud"),
        ("dispute_reversal", "legitimate", "unknown"),
    ]
    assert body["labels"][0]["id"] == Label.objects.earliest("pk").pk
    resolved = body["resolved_label"]
    assert (resolved["label"], resolved["fraud_type"]) == ("fraud", "third_party")
    assert (resolved["conflict"], resolved["trains"]) == (False, True)


def test_nobody_has_said_anything_yet(api_key, payment):
    body = api_key("decisions:read").get("/api/v1/transactions/t1/").json()
    assert (body["labels"], body["resolved_label"]) == ([], None)


def test_who_judged_is_told_to_programs_that_review(importer, api_key, payment, alice):
    post(importer, label(source="manual", reviewer="alice"))
    for scopes, name in ((["decisions:read"], None), (["decisions:read", "review"], "alice")):
        api = api_key(*scopes, acts_for=alice)
        body = api.get("/api/v1/transactions/t1/").json()
        assert body["labels"][0]["reviewer"] == name


def test_a_file_carries_every_field(tmp_path, now, alice):
    add_payments([{"external_id": "t1", "occurred_at": at(0), "base_amount": 5}])
    known = {"occurred_at": "2026-11-03 09:00:00", "known_at": "2026-11-04 09:00:00"}
    first = label(source="manual", fraud_type="Stolen_Card", reviewer="alice", **known)
    import_labels(path=write(tmp_path / "first.csv", [first]), now=now)
    stored = Label.objects.get()
    assert (stored.reviewer, stored.fraud_type) == (alice, "stolen_card")
    assert (stored.occurred_at, stored.known_at) == (at(2, hours=9), at(3, hours=9))
    second = label(
        label="legitimate",
        source="manual",
        verification="documents",
        reason="R7",
        dispute_stage="inquiry",
        supersedes=stored.pk,
    )
    summary = import_labels(path=write(tmp_path / "second.csv", [second]), now=now)
    assert (summary.imported, summary.errors) == (1, [])
    replaced = Label.objects.latest("pk")
    assert (replaced.verification, replaced.reason) == ("documents", "R7")
    assert (replaced.dispute_stage, replaced.supersedes) == ("inquiry", stored)
