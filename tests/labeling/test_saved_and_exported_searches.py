"""Searches by score and day, searches that are kept, and lists that are taken along."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import services
from labeling.models import SavedFilter, TransactionExport
from labeling.selectors import exporting
from tests.labeling.payments import draw_for_audit, hold, pay

pytestmark = pytest.mark.django_db


def found(client, query: str) -> str:
    return client.get(f"/transactions/?{query}").content.decode()


def exported(client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/transactions.csv?{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_a_range_of_scores_finds_what_lies_in_it(max_, client_of) -> None:
    clock = timezone.now()
    low, high = hold(now=clock, probability=0.35), hold(now=clock, probability=0.85)
    page = found(client_of(max_), "score_from=0.5&score_to=0.9")
    assert high.external_id in page and low.external_id not in page


def test_support_sees_no_score_and_finds_by_none(sam, client_of) -> None:
    low = hold(now=timezone.now(), probability=0.35)
    page = found(client_of(sam), "score_from=0.5")
    assert low.external_id in page and "Score" not in page and "0.35" not in page


def test_days_bound_the_list(max_, client_of) -> None:
    clock = timezone.now()
    today = hold(now=clock)
    earlier = pay(now=clock - timedelta(days=9), external_id="nine-days-ago")
    day = (clock - timedelta(days=9)).date().isoformat()
    page = found(client_of(max_), f"since={day}&until={day}")
    assert earlier.external_id in page and today.external_id not in page


@pytest.mark.parametrize("query", ["score_from=2", "score_to=nan", "since=yesterday"])
def test_what_cannot_be_read_is_told(max_, client_of, query) -> None:
    assert "form-error" in found(client_of(max_), query)


def test_a_score_finds_nothing_that_its_reader_has_to_judge_blind(alice, max_, client_of) -> None:
    clock = timezone.now()
    blind = draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    assert blind.external_id not in found(client_of(alice), "score_from=0.9")
    assert blind.external_id in found(client_of(max_), "score_from=0.9")


@pytest.mark.parametrize(
    ("role", "status"), [("alice", 403), ("sam", 403), ("lea", 200), ("max_", 200), ("dana", 200)]
)
def test_who_may_export(role, status, request, client_of) -> None:
    client = client_of(request.getfixturevalue(role))
    assert client.get("/transactions.csv").status_code == status


def test_an_export_has_all_that_is_found_over_several_pieces(max_, client_of, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "PIECE", 3)
    clock = timezone.now()
    ids = [hold(now=clock - timedelta(minutes=n // 2)).external_id for n in range(8)]
    lines = exported(client_of(max_))
    assert lines[0][0] == "external_id" and {line[0] for line in lines[1:]} == set(ids)
    assert len(lines) == 9


def test_an_export_is_written_down(max_, client_of) -> None:
    hold(now=timezone.now())
    exported(client_of(max_), "outcome=review&older=5.1")
    row = TransactionExport.objects.get()
    assert (row.person, row.rows, row.query) == (max_, 1, "outcome=review")


def test_an_export_has_no_opinion_of_what_is_to_be_judged_blind(lea, max_, client_of) -> None:
    clock = timezone.now()
    draw_for_audit("block", now=clock)
    services.open_cases(now=clock)
    (line,) = exported(client_of(lea))[1:]
    assert line[-4:] == ["", "", "", ""]
    (line,) = exported(client_of(max_))[1:]
    assert line[-4:-1] == ["0.97", "block", "block"]


def test_a_spreadsheet_finds_no_formula(max_, client_of) -> None:
    pay(now=timezone.now(), customer_id="=HYPERLINK(1)")
    (line,) = exported(client_of(max_))[1:]
    assert "'=HYPERLINK(1)" in line


def test_a_search_is_kept_shown_and_forgotten(alice, bob, client_of) -> None:
    client = client_of(alice)
    sent = {"name": "Large and new", "query": "from=900&older=5.1&time=24h"}
    answer = client.post("/saved-filters/", sent)
    assert answer["Location"] == "/transactions/?from=900&time=24h"
    assert "Large and new" in found(client, "")
    assert "Large and new" not in found(client_of(bob), "")
    kept = SavedFilter.objects.get()
    assert client_of(bob).post(f"/saved-filters/{kept.pk}/delete/").status_code == 404
    client.post(f"/saved-filters/{kept.pk}/delete/")
    assert not SavedFilter.objects.exists()


def test_only_what_a_lead_shares_is_shown_to_others(alice, lea, client_of) -> None:
    for person in (alice, lea):
        sent = {"name": f"Of {person}", "query": "time=24h", "shared": "1"}
        client_of(person).post("/saved-filters/", sent)
    assert SavedFilter.objects.get(shared=True).owner == lea
    assert "Of lea" in found(client_of(alice), "")
    assert "Of alice" not in found(client_of(lea), "")


def test_a_search_for_everything_is_not_worth_a_name(alice, client_of) -> None:
    client_of(alice).post("/saved-filters/", {"name": "All", "query": "older=1.1"})
    assert not SavedFilter.objects.exists()
