"""A lead disposes of many held payments at once; nobody says what was true."""

from decimal import Decimal

import pytest

from labeling import services
from labeling.domain.lifecycle import Judgement, VerdictValue
from labeling.domain.overriding import Override
from labeling.models import (
    CaseEvent,
    DeskAction,
    Label,
    Reviewer,
    ReviewItem,
    ReviewTask,
    Verdict,
)
from labeling.selectors.team.overriding import OverrideFilters, override_preview
from labeling.services.leading import dispose_in_bulk
from scoring.domain.errors import InvalidRecord, InvalidTransition
from scoring.models import Disposition, TransactionEvent
from tests.labeling.payments import draw_for_audit, hold

pytestmark = pytest.mark.django_db
REASON = "The merchant confirmed the whole batch."


def preview(actor, now, override=Override.APPROVE, **filters):
    return override_preview(
        filters=OverrideFilters(**filters), override=override, actor=actor, now=now
    )


def override(actor, now, direction=Override.APPROVE, items=None, reason=REASON):
    ids = items if items is not None else list(ReviewItem.objects.values_list("pk", flat=True))
    return dispose_in_bulk(item_ids=ids, override=direction, reason=reason, actor=actor, now=now)


def test_the_preview_counts_payments_and_money(now, lea) -> None:
    hold(now=now, amount="100", merchant_id="shop")
    hold(now=now, amount="50.50", merchant_id="shop")
    hold(now=now, amount="7", merchant_id="other")
    services.open_cases(now=now)
    seen = preview(lea, now, merchant_id="shop")
    assert (seen.count, seen.money, seen.more) == (2, Decimal("150.50"), False)
    assert {row.action for row in seen.rows} == {"release"}
    assert not Disposition.objects.exists()


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"queue": "high-value"}, 1),
        ({"min_amount": Decimal(500)}, 1),
        ({"max_amount": Decimal(500)}, 2),
        ({"country": "FR"}, 1),
        ({"channel": "pos"}, 1),
        ({"customer_id": "C1"}, 1),
        ({}, 3),
    ],
)
def test_filters_narrow_it(now, lea, filters, count) -> None:
    hold(now=now, amount="2000")
    hold(now=now, amount="20", country="FR", channel="pos")
    hold(now=now, amount="20", customer_id="C1")
    services.open_cases(now=now)
    assert preview(lea, now, **filters).count == count


def test_what_happens_follows_the_stage_of_the_money(now, lea) -> None:
    hold(now=now, payment_stage="pre_authorization")
    hold(now=now, payment_stage="captured")
    services.open_cases(now=now)
    override(lea, now, Override.DECLINE)
    actions = Disposition.objects.order_by("transaction_id").values_list("action", "cause")
    assert list(actions) == [("decline", "override"), ("refund", "override")]


def test_it_ends_the_matter_without_verdict_or_label(now, lea) -> None:
    hold(now=now)
    hold(now=now)
    services.open_cases(now=now)
    done = override(lea, now)
    assert (done.count, done.money, done.left) == (2, Decimal("240.00"), 0)
    assert not Verdict.objects.exists() and not Label.objects.exists()
    assert set(ReviewItem.objects.values_list("resolution", flat=True)) == {"override"}
    assert set(ReviewTask.objects.values_list("status", flat=True)) == {"moot"}
    assert services.claim_task(reviewer=lea, now=now) is None


def test_who_did_it_and_why_is_kept(now, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    override(lea, now)
    disposition = Disposition.objects.get()
    assert (disposition.actor, disposition.note) == (lea, REASON)
    assert CaseEvent.objects.get(type="overridden").actor == lea
    action = DeskAction.objects.get()
    assert action.sentence == "Let 1 payment through worth €120.00."
    assert action.data["dispositions"] == [disposition.pk]


def test_what_a_colleague_holds_is_refused(now, alice, lea) -> None:
    hold(now=now, amount="3000")
    hold(now=now, amount="10")
    services.open_cases(now=now)
    held = services.claim_task(reviewer=alice, now=now)
    told = {row.item.task_id: row.refused for row in preview(lea, now).rows}
    assert told.pop(held.pk) == "Alice has it in hand."
    assert list(told.values()) == [""]
    assert override(lea, now).left == 1
    held.refresh_from_db()
    assert (held.status, held.leased_by) == ("leased", alice)


def test_what_ended_between_preview_and_click_is_left(now, lea) -> None:
    payment = hold(now=now)
    services.open_cases(now=now)
    TransactionEvent.objects.create(
        transaction=payment, type="cancelled", occurred_at=now, received_at=now
    )
    with pytest.raises(InvalidTransition) as refused:
        override(lea, now)
    assert refused.value.code == "nothing_to_dispose"
    assert not DeskAction.objects.exists()


def test_a_second_click_does_nothing_twice(now, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    override(lea, now)
    with pytest.raises(InvalidTransition):
        override(lea, now)
    assert Disposition.objects.count() == 1


def test_audits_are_never_touched(now, lea) -> None:
    draw_for_audit("block", now=now)
    services.open_cases(now=now)
    assert preview(lea, now).count == 0
    with pytest.raises(InvalidTransition):
        override(lea, now)
    assert ReviewTask.objects.get().status == "open"


def test_what_a_lead_may_judge_blind_is_neither_shown_nor_touched(now, alice, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    task = services.claim_task(reviewer=alice, now=now)
    services.record_verdict(
        task_id=task.pk,
        token=task.token,
        reviewer=alice,
        judgements=Judgement(VerdictValue.CANNOT_TELL),
        now=now,
    )
    assert not preview(lea, now).rows
    with pytest.raises(InvalidTransition):
        override(lea, now)


def test_the_authority_of_whoever_is_no_lead_counts(now, dana) -> None:
    Reviewer.objects.create(user=dana, authority=Decimal("500"))
    hold(now=now, amount="501")
    hold(now=now, amount="499")
    services.open_cases(now=now)
    assert preview(dana, now).count == 1
    assert override(dana, now).money == Decimal("499")


@pytest.mark.parametrize("items", [[], list(range(1, 202))])
def test_a_person_can_look_over_what_they_dispose_of(now, lea, items) -> None:
    with pytest.raises(InvalidRecord):
        override(lea, now, items=items)


def test_it_needs_a_reason(now, lea) -> None:
    hold(now=now)
    services.open_cases(now=now)
    with pytest.raises(InvalidRecord):
        override(lea, now, reason=" ")
    assert not Disposition.objects.exists()


def test_many_payments_take_few_queries_to_preview(now, lea, django_assert_max_num_queries) -> None:
    for _ in range(20):
        hold(now=now)
    services.open_cases(now=now)
    with django_assert_max_num_queries(7):
        assert preview(lea, now).count == 20
