"""Forms of scoring's pages: they read what was typed; the services judge it."""

from django import forms

from scoring.domain.webhooks.bodies import TYPES
from scoring.domain.webhooks.targets import LONGEST


class EndpointForm(forms.Form):
    """Who is told what."""

    name = forms.CharField(max_length=100)
    url = forms.CharField(
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    events = forms.MultipleChoiceField(
        choices=[(name, words) for name, words in TYPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
