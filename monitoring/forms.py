"""Forms of the model owner's pages: they read what was typed; the services judge it."""

from datetime import UTC, datetime, time

from django import forms

from scoring.domain.policy import OUTCOMES, TIMEOUT_ACTIONS


class TrainForm(forms.Form):
    """As of which day a candidate learns; empty: now."""

    as_of = forms.DateField(required=False)

    def moment(self) -> datetime | None:
        """The first moment of that day, in UTC."""
        day = self.cleaned_data["as_of"]
        return datetime.combine(day, time(), tzinfo=UTC) if day else None


class MoveForm(forms.Form):
    """Why a version is moved, and with which policy."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    policy = forms.IntegerField(required=False)


class PolicyForm(forms.Form):
    """A new decision policy."""

    model_version = forms.IntegerField(required=False)
    review_threshold = forms.FloatField(required=False)
    block_threshold = forms.FloatField(required=False)
    rule = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    loss_share = forms.CharField(max_length=20)
    chargeback_fee = forms.CharField(max_length=20)
    margin_share = forms.CharField(max_length=20)
    churn_cost = forms.CharField(max_length=20)
    review_cost_per_minute = forms.CharField(max_length=20)
    minutes_a_review = forms.CharField(max_length=20)
    audit_approve = forms.FloatField()
    audit_approve_near = forms.FloatField()
    audit_block = forms.FloatField()
    audits_approve = forms.FloatField(required=False)
    audits_block = forms.FloatField(required=False)
    audits_approve_minutes = forms.CharField(max_length=20, required=False)
    audits_block_minutes = forms.CharField(max_length=20, required=False)
    review_capacity = forms.IntegerField()
    review_minutes = forms.IntegerField()
    timeout_action = forms.ChoiceField(choices=[(name, name) for name in TIMEOUT_ACTIONS])
    fallback_outcome = forms.ChoiceField(choices=[(name, name) for name in OUTCOMES])
    over_capacity_outcome = forms.ChoiceField(
        choices=[(name, name) for name in ("approve", "block")]
    )
    explanation_hidden_share = forms.FloatField()
    score_hidden_share = forms.FloatField()


class ReasonForm(forms.Form):
    """Why a policy is activated."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
