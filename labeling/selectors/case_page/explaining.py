"""Why a score is what it is, with how usual each value is among payments."""

import numpy as np
from django.conf import settings

from labeling.domain.ledger import Ledger, LedgerRow, ledger, stored_rows
from scoring.domain.explanation import all_reasons, sentence, worth_telling
from scoring.domain.explanation.reference import Reference, standing, told_values
from scoring.domain.explanation.standings import standing_words
from scoring.domain.features import FeatureSet
from scoring.models import Explanation, FeatureVector, ModelVersion
from scoring.selectors.feature_references import feature_reference
from scoring.selectors.feature_sets import feature_set_of


def explained(transaction_id: int, version: ModelVersion | None) -> Ledger | None:
    """The ledger of a score; None where nothing was explained.

    Inputs that move together are added up, and values stand against the reference sample of the
    version. Before that is measured, or after the vector is gone, the reasons are told as they
    were at the decision. At most three queries.
    """
    explanation = Explanation.objects.filter(pk=transaction_id).first()
    if explanation is None:
        return None
    rows = version and _rows(explanation, version)
    return ledger(
        base_value=explanation.base_value,
        contributions=explanation.contributions,
        rows=rows or stored_rows(explanation.reason_codes),
    )


def _rows(explanation: Explanation, version: ModelVersion) -> list[LedgerRow]:
    reference = feature_reference(version)
    vector = FeatureVector.objects.filter(
        transaction_id=explanation.pk, feature_set_id=version.feature_set_id
    ).first()
    feature_set = feature_set_of(version.feature_set)
    if reference is None or vector is None or len(vector.values) != len(feature_set.features):
        return []
    return _told(explanation, feature_set, reference, list(map(float, vector.values)))


def _told(
    explanation: Explanation, feature_set: FeatureSet, reference: Reference, values: list[float]
) -> list[LedgerRow]:
    told = told_values(feature_set, np.array([values], dtype=np.float32))[0]
    reasons = worth_telling(all_reasons(feature_set, explanation.contributions, reference.groups))
    return [
        LedgerRow(
            code=reason.code,
            sentence=sentence(
                feature_set, reason.position, values, settings.FRAUDREVIEW_BASE_CURRENCY
            ),
            contribution=reason.contribution,
            standing=standing_words(
                feature_set.features[reason.position],
                standing(reference.inputs[reason.position], float(told[reason.position])),
            ),
            inputs=len(reason.positions),
        )
        for reason in reasons
    ]
