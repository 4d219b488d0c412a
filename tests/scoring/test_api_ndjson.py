"""POST transactions/ line by line: committed in parts, told in parts, in bounded memory."""

import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from scoring.api import ndjson
from scoring.models import Transaction

pytestmark = pytest.mark.django_db
URL = "/api/v1/transactions/"
NDJSON = "application/x-ndjson"


def line(external_id, **fields):
    occurred_at = (timezone.now() - timedelta(minutes=1)).isoformat()
    smallest = {"occurred_at": occurred_at, "amount": "12.30", "currency": "EUR"}
    return json.dumps({"external_id": external_id, **smallest, **fields}).encode() + b"\n"


def send(api, body):
    answer = api.generic("POST", URL, body, content_type="application/x-ndjson")
    assert answer.status_code == 202
    return [json.loads(part) for part in b"".join(answer.streaming_content).splitlines()]


@pytest.fixture
def api(api_key):
    return api_key("transactions:write")


@pytest.fixture(autouse=True)
def parts_of_three(monkeypatch):
    monkeypatch.setattr(ndjson, "LINES_PER_COMMIT", 3)
    monkeypatch.setattr(ndjson, "LONGEST_LINE", 300)


def test_each_commit_is_told_and_the_summary_comes_last(api):
    *progress, summary = send(api, b"".join(line(f"t{number}") for number in range(7)))
    assert [part["progress"]["accepted"] for part in progress] == [3, 6, 7]
    assert (summary["accepted"], summary["duplicates"], summary["errors"]) == (7, 0, [])
    assert Transaction.objects.count() == 7


def test_wrong_lines_are_told_by_their_number_and_the_rest_is_kept(api):
    broken, too_long = b"{broken\n", line("t3", email="x" * 500)
    *_, summary = send(
        api, line("t0") + broken + b"\n" + too_long + line("t4") + line("t5", amount="")
    )
    assert summary["accepted"] == 2
    assert summary["lines"] == 6
    assert [(error["index"], error["code"]) for error in summary["errors"]] == [
        (1, "malformed"),
        (3, "too_large"),
        (5, "required"),
    ]


def test_a_last_line_without_its_end_counts(api):
    *_, summary = send(api, line("t0") + line("t1").rstrip())
    assert summary["accepted"] == 2


def test_nothing_sent_is_nothing_stored(api):
    assert send(api, b"") == [
        {"lines": 0, "accepted": 0, "duplicates": 0, "error_count": 0, "errors": []}
    ]


def test_the_list_of_errors_has_an_end(api, monkeypatch):
    monkeypatch.setattr(ndjson, "MOST_ERRORS", 4)
    *_, summary = send(api, b"{}\n" * 10)
    assert summary["error_count"] == 40
    assert len(summary["errors"]) == 4


def test_where_it_breaks_off_is_told(api):
    class Torn(io.BytesIO):
        def readline(self, size=-1):
            if self.tell() > 600:
                raise OSError("the connection is gone")
            return super().readline(size)

    body = Torn(b"".join(line(f"t{number}") for number in range(9)))
    parts = [json.loads(part) for part in ndjson.answer_lines(body, clock=timezone.now)]
    assert parts[-1]["code"] == "broken_off"
    assert parts[-1]["lines"] == parts[-1]["accepted"] == Transaction.objects.count()


def test_a_chunked_body_is_read_too(api):
    """Django takes a body without a length for empty; the server ends it for us."""
    environ = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(line("t0") + line("t1")),
        "wsgi.input_terminated": True,
    }
    answer = api.generic("POST", URL, content_type="application/x-ndjson", **environ)
    *_, summary = b"".join(answer.streaming_content).splitlines()
    assert json.loads(summary)["accepted"] == 2


def test_who_accepts_only_lines_gets_lines(api):
    lines_only = {"content_type": NDJSON, "HTTP_ACCEPT": NDJSON}
    answer = api.generic("POST", URL, line("t0"), **lines_only)
    assert (answer.status_code, answer["Content-Type"]) == (202, NDJSON)
    refused = api.generic("POST", URL, b"x", **{**lines_only, "content_type": "text/plain"})
    assert (refused.status_code, refused["Content-Type"]) == (415, NDJSON)
    assert json.loads(refused.content)["code"] == "unsupported_media_type"
    assert refused.content.endswith(b"}\n")
