"""Which of the payments that wait for a first look are served to learn from."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.conf import settings

from labeling.domain.learning import Lesson, lesson
from labeling.selectors.desk import desk_settings
from scoring.domain import sampling
from scoring.domain.policy import costs_from_row
from scoring.models import CaseRequest, Decision, FeatureSetVersion, FeatureVector
from scoring.selectors.feature_sets import feature_set_of

PURPOSE = "learn"


def draw_lessons(requests: Sequence[CaseRequest], case_ids: Mapping[int, int]) -> dict[int, Lesson]:
    """By case id, what can be learned from those cases that the lot chose.

    Only cases of one payment qualify. `case_ids` maps each request to its case. The draw is that
    of the payment: opening it again would choose the same.
    """
    payments = Counter(case_ids.values())
    single = [
        request
        for request in requests
        if request.kind == CaseRequest.Kind.REVIEW and payments[case_ids[request.pk]] == 1
    ]
    vectors, sets = _vectors(single)
    declared = desk_settings()
    shares = {
        Lesson.UNCERTAIN: declared.uncertain_percent / 100,
        Lesson.NOVEL: declared.novel_percent / 100,
    }
    secret = settings.FRAUDREVIEW_DATA_KEY.encode()
    found = {case_ids[request.pk]: (request, _lesson(request, vectors, sets)) for request in single}
    return {
        case_id: what
        for case_id, (request, what) in found.items()
        if what and sampling.draw(secret, request.transaction.external_id, PURPOSE) < shares[what]
    }


def _vectors(
    requests: Sequence[CaseRequest],
) -> tuple[dict[int, FeatureVector], dict[int, FeatureSetVersion]]:
    """The vector of each payment that the deciding model saw, and the sets that they follow."""
    seen = {
        request.transaction_id: _feature_set_id(request.transaction.decision)
        for request in requests
    }
    vectors = FeatureVector.objects.filter(
        transaction_id__in=seen, feature_set_id__in=set(seen.values()) - {None}
    )
    found = {v.transaction_id: v for v in vectors if v.feature_set_id == seen[v.transaction_id]}
    sets = FeatureSetVersion.objects.in_bulk({v.feature_set_id for v in found.values()})
    return found, sets


def _feature_set_id(decision: Decision) -> int | None:
    version = decision.policy.model_version
    return version.feature_set_id if version else None


def _lesson(
    request: CaseRequest,
    vectors: Mapping[int, FeatureVector],
    sets: Mapping[int, FeatureSetVersion],
) -> Lesson | None:
    payment = request.transaction
    policy = payment.decision.policy
    vector = vectors.get(payment.pk)
    return lesson(
        probability=payment.decision.probability,
        amount=payment.base_amount,
        thresholds=(policy.review_threshold, policy.block_threshold),
        costs=costs_from_row(policy.costs),
        feature_set=feature_set_of(sets[vector.feature_set_id]) if vector else None,
        values=vector.values if vector else (),
    )
