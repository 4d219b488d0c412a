"""What the guide to mappings shows works."""

import re
from pathlib import Path

from scoring.domain.mapping import parse_mapping
from tests.scoring.tables import SIMPLE

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "mappings.md").read_text()


def test_the_example_is_a_mapping():
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert parse_mapping(example, name="example").labels


def test_every_form_in_the_tables_is_understood():
    forms = re.findall(r"^\| `(\{.*?\})` \|", GUIDE, re.MULTILINE)
    assert len(forms) >= 10
    for form in forms:
        is_time = any(word in form for word in ("format", "parts", "epoch", "seconds_since"))
        field = "customer_since" if is_time else "customer_id"
        parse_mapping(SIMPLE.replace("[fields]", f"[fields]\n{field} = {form}"), name="guide")


def test_shipped_mappings_are_named():
    shipped = Path(__file__).resolve().parents[2] / "scoring" / "mappings"
    for path in shipped.glob("*.toml"):
        assert f"`{path.stem}`" in GUIDE
