"""A sample belongs to the deepest frame that names a part of the product or of its libraries."""

from collections import Counter

import pytest

from bench.profile import part_of, shares, shares_of_stacks


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ("run (gunicorn/workers/gthread.py:1);dispatch (rest_framework/views.py:5)",
         "Django REST framework"),
        ("dispatch (rest_framework/views.py:5);execute (psycopg/cursor.py:97)",
         "features and other SQL, waiting for PostgreSQL"),
        ("judge (scoring/services/deciding/judging.py:9);inplace_predict (xgboost/core.py:1)",
         "model"),
        ("validate (scoring/domain/intake.py:97);sha256 (hashlib.py:1)", "validation"),
        ("main (somewhere/else.py:1)", "other"),
    ],
)  # fmt: skip
def test_the_deepest_known_frame_names_the_part(stack, part):
    assert part_of(stack.split(";")) == part


def test_shares_are_of_all_samples_largest_first():
    stacks = {
        "a (django/core/base.py:1);dumps (json/encoder.py:1)": 3,
        "a (django/core/base.py:1);b (xgboost/core.py:2)": 1,
    }
    found = shares_of_stacks(Counter(stacks))
    assert found["samples"] == 4
    assert list(found["parts"].items()) == [("Django's requests", 0.75), ("model", 0.25)]
    assert found["functions"]["dumps (json/encoder.py:1)"] == 0.75


def test_nothing_sampled_has_no_shares():
    assert shares(Counter()) == {}
