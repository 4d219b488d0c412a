"""What the calls about quality answer."""

from rest_framework import serializers

from monitoring.domain.dashboards import DriftStatus
from monitoring.domain.figures import NAMED
from monitoring.domain.schemes import SCHEME_TITLES, LimitState
from monitoring.domain.tiles import MEANINGS

CELLS = ("flagged_fraud", "flagged_legitimate", "approved_fraud", "approved_legitimate")
DRIFT_STATUSES = [status.value for status in DriftStatus]


class EstimateSerializer(serializers.Serializer[object]):
    """One number with its 95 % interval, or the sentence that says why there is none."""

    name = serializers.CharField()
    estimate = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    method = serializers.CharField(help_text="count, mean, wilson, logit, gamma or none.")
    n = serializers.IntegerField(help_text="Labels used; payments or cases where counted.")
    n_eff = serializers.FloatField(
        allow_null=True, help_text="Labels of a simple random sample that would say as much."
    )
    events = serializers.IntegerField(help_text="Labels that carry the number.")
    share_matured = serializers.FloatField(
        allow_null=True, help_text="Share of the complaints to come that are in."
    )
    refused = serializers.CharField(allow_null=True)


class RatesSerializer(serializers.Serializer[object]):
    """The rates by name; each is a fraction in [0, 1]."""

    fpr = EstimateSerializer(help_text=MEANINGS["fpr"].definition)
    flag_fpr = EstimateSerializer(help_text=MEANINGS["flag_fpr"].definition)
    friction_rate = EstimateSerializer(help_text=MEANINGS["friction_rate"].definition)
    fdr = EstimateSerializer(help_text=MEANINGS["fdr"].definition)
    alert_ratio = EstimateSerializer(help_text=MEANINGS["alert_ratio"].definition)
    precision = EstimateSerializer(help_text=MEANINGS["precision"].definition)
    recall = EstimateSerializer(help_text=MEANINGS["recall"].definition)
    prevalence = EstimateSerializer(help_text=MEANINGS["prevalence"].definition)


class MoneySerializer(serializers.Serializer[object]):
    """Amounts of the window in the reporting currency."""

    wrongful_declines = EstimateSerializer()
    missed_fraud = EstimateSerializer()
    fraud_stopped = EstimateSerializer()


class ClaimsSerializer(serializers.Serializer[object]):
    """Approved payments that somebody claimed as fraud, and what that will come to."""

    so_far = serializers.IntegerField()
    claimed_frauds = EstimateSerializer(help_text="Their number once all are in.")
    claimed_amount = EstimateSerializer(help_text="Their sum once all are in.")
    unconfirmed = serializers.IntegerField(
        help_text="Frauds that one person alone found where two must agree; they do not count yet."
    )


class ConfusionSerializer(serializers.Serializer[object]):
    """Estimated payments of one cell (null: too few labels), and the labels found there."""

    cell = serializers.ChoiceField(choices=CELLS)
    payments = serializers.FloatField(allow_null=True)
    labels = serializers.IntegerField()


class WeekSerializer(serializers.Serializer[object]):
    """Wrongful declines of one week, Monday to Sunday (UTC)."""

    start = serializers.DateField()
    labels = serializers.IntegerField()
    still_arriving = serializers.BooleanField()
    fpr = EstimateSerializer()


class OperationsSerializer(serializers.Serializer[object]):
    """Money and work of the window, counted; rates are fractions, basis points as well."""

    gross_fraud = EstimateSerializer(help_text=NAMED["gross_fraud"].definition)
    recovered_fraud = EstimateSerializer(help_text=NAMED["recovered_fraud"].definition)
    net_fraud = EstimateSerializer(help_text=NAMED["net_fraud"].definition)
    gross_fraud_rate = EstimateSerializer(help_text=NAMED["gross_fraud_rate"].definition)
    net_fraud_rate = EstimateSerializer(help_text=NAMED["net_fraud_rate"].definition)
    chargeback_ratio = EstimateSerializer(help_text=NAMED["chargeback_ratio"].definition)
    approval_rate = EstimateSerializer(help_text=NAMED["approval_rate"].definition)
    review_rate = EstimateSerializer(help_text=NAMED["review_rate"].definition)
    timeout_rate = EstimateSerializer(help_text=NAMED["timeout_rate"].definition)
    cost_per_case = EstimateSerializer(help_text=NAMED["cost_per_case"].definition)
    cost_of_reviews = EstimateSerializer(help_text=NAMED["cost_of_reviews"].definition)
    opinion_share = EstimateSerializer(help_text=NAMED["opinion_share"].definition)
    opinion_precision = EstimateSerializer(
        required=False, help_text=NAMED["opinion_precision"].definition
    )
    corrected_precision = EstimateSerializer(
        required=False, help_text=NAMED["corrected_precision"].definition
    )


class ChargebackSerializer(serializers.Serializer[object]):
    """First chargebacks of the window over the payments let through, beside your limit."""

    scheme = serializers.ChoiceField(list(SCHEME_TITLES))
    title = serializers.CharField()
    chargebacks = serializers.IntegerField()
    ratio = serializers.FloatField(allow_null=True)
    at_least = serializers.BooleanField(
        help_text="The ratio is taken over the payments of all schemes, so its own is higher."
    )
    limit = serializers.FloatField(allow_null=True, help_text="Yours, kept in the administration.")
    state = serializers.CharField(help_text=f"One of {', '.join(LimitState)}.")
    note = serializers.CharField(help_text="Where the limit comes from.", allow_blank=True)


class ExpectedRateSerializer(serializers.Serializer[object]):
    """What the scores promise, with the bounds that chance leaves."""

    name = serializers.CharField()
    expected = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(help_text="Payments with a score.")


class MissSerializer(serializers.Serializer[object]):
    """An expectation beside what was found later."""

    name = serializers.CharField()
    expected = serializers.FloatField(allow_null=True)
    estimate = EstimateSerializer()
    difference = serializers.FloatField(allow_null=True, help_text="Expected minus estimate.")
    outside = serializers.BooleanField(
        allow_null=True, help_text="The interval of the estimate does not hold the expectation."
    )


class LastExpectedSerializer(serializers.Serializer[object]):
    """The last window of this length whose truth is in."""

    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    rates = MissSerializer(many=True)
    refused = serializers.CharField(allow_null=True)


class ExpectedSerializer(serializers.Serializer[object]):
    """Performance from calibrated scores alone: right only as long as the scores are."""

    scored = serializers.IntegerField()
    rates = ExpectedRateSerializer(many=True)
    refused = serializers.CharField(allow_null=True)
    last = LastExpectedSerializer()


class PerformanceSerializer(serializers.Serializer[object]):
    """How good the decisions of a window were."""

    computed_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(help_text="About when the next report is due.")
    late = serializers.BooleanField(help_text="The next report should be here by now.")
    window_start = serializers.DateTimeField()
    window_end = serializers.DateTimeField()
    model_version = serializers.IntegerField(allow_null=True)
    days = serializers.IntegerField()
    currency = serializers.CharField()
    decisions = serializers.IntegerField()
    drawn = serializers.IntegerField(help_text="Payments drawn for a look, reviews included.")
    labels = serializers.IntegerField(help_text="Those of them whose truth is known.")
    share_matured = serializers.FloatField(allow_null=True)
    claims = ClaimsSerializer()
    rates = RatesSerializer()
    money = MoneySerializer()
    confusion = ConfusionSerializer(many=True)
    weeks = WeekSerializer(many=True)
    operations = OperationsSerializer(
        allow_null=True, help_text="null until the first report after an upgrade."
    )
    chargebacks = ChargebackSerializer(many=True)
    expected = ExpectedSerializer(
        allow_null=True, help_text="Expected if the scores are right; never an estimate."
    )


class ComparedSerializer(serializers.Serializer[object]):
    """One side of the comparison."""

    title = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    n = serializers.IntegerField()


class FeatureDriftSerializer(serializers.Serializer[object]):
    """One feature, reference against current; the score itself is called `score`."""

    name = serializers.CharField()
    kind = serializers.CharField(help_text="number or category.")
    weight = serializers.FloatField(allow_null=True, help_text="Share in the score's movements.")
    psi = serializers.FloatField(allow_null=True)
    noise = serializers.FloatField(
        allow_null=True, help_text="What chance alone stays below in 99 of 100 weeks."
    )
    status = serializers.CharField(help_text=f"One of {', '.join(DRIFT_STATUSES)}.")
    n_reference = serializers.IntegerField()
    n_current = serializers.IntegerField()
    missing_share = serializers.FloatField(allow_null=True)
    ks = serializers.FloatField(allow_null=True)
    jensen_shannon = serializers.FloatField(allow_null=True)


class DriftSerializer(serializers.Serializer[object]):
    """How far what the model sees now is from what it was trained on."""

    computed_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(help_text="About when the next report is due.")
    late = serializers.BooleanField(help_text="The next report should be here by now.")
    window_start = serializers.DateTimeField()
    window_end = serializers.DateTimeField()
    model_version = serializers.IntegerField(allow_null=True)
    reference = ComparedSerializer()
    current = ComparedSerializer()
    matched_share = serializers.FloatField()
    features = FeatureDriftSerializer(many=True)
