"""Web, worker, beat, Valkey and PostgreSQL are killed -9 under a stream of payments.

No accepted payment is lost, none is decided twice, none gets stuck, and no review goes without
its item. `make fault KILLS=20 PAYMENTS=20000` runs it in full.
"""

import json
from collections import Counter
from datetime import datetime

import pytest

from tests.faults.killing import TARGETS
from tests.faults.proof import batches_with_another_digest, wrong_rows
from tests.faults.stream import Outcome

pytestmark = pytest.mark.slow
CHECKED_VECTORS = 5_000


def test_every_kill_hit_a_living_process_while_the_stream_ran(outcome: Outcome) -> None:
    assert Counter(kill.target for kill in outcome.kills) == dict.fromkeys(
        TARGETS, outcome.size.kills
    )
    assert all(kill.recovered is not None for kill in outcome.kills)
    assert all(
        0 < kill.acknowledged < len(outcome.ledger["acknowledged"]) for kill in outcome.kills
    )


def test_the_integrator_got_through_and_saw_nothing_that_must_not_be(outcome: Outcome) -> None:
    assert outcome.ledger["complaints"] == []
    assert len(outcome.ledger["acknowledged"]) >= outcome.size.payments


def test_no_accepted_payment_is_lost(outcome: Outcome) -> None:
    assert set(outcome.ledger["acknowledged"]) - set(outcome.stored) == set()


def test_nothing_is_decided_that_nobody_sent(outcome: Outcome) -> None:
    assert set(outcome.stored) - set(outcome.ledger["acknowledged"]) == set()


def test_every_answer_is_the_stored_decision(outcome: Outcome) -> None:
    stored = {external_id: outcome.stored[external_id] for external_id in outcome.ledger["answers"]}
    told = {
        external_id: {**answer, "decided_at": datetime.fromisoformat(answer["decided_at"])}
        for external_id, answer in outcome.ledger["answers"].items()
    }
    assert told and told == stored


def test_each_payment_has_one_decision_and_each_review_its_item(outcome: Outcome) -> None:
    with outcome.installation.postgres.connected() as connection:
        assert wrong_rows(connection) == {}


def test_the_digest_of_each_batch_is_that_of_its_decisions(outcome: Outcome) -> None:
    with outcome.installation.postgres.connected() as connection:
        assert batches_with_another_digest(connection) == []


def test_only_a_worker_that_lost_its_broker_ended_by_itself(outcome: Outcome) -> None:
    # Kombu fails while it closes a connection to a broker that is gone, and the worker ends.
    explained = outcome.installation.log("worker").count(
        "Unrecoverable error: AttributeError(\"'NoneType' object has no attribute 'hostname'\")"
    )
    ended = outcome.installation.supervisor.ended_by_themselves()
    assert Counter(ended) - Counter({"worker ended with 1": explained}) == Counter()


def test_commits_were_durable(outcome: Outcome) -> None:
    with outcome.installation.postgres.connected() as connection:
        settings = connection.execute(
            "SELECT current_setting('fsync'), current_setting('full_page_writes'),"
            " current_setting('synchronous_commit')"
        ).fetchone()
    assert settings == ("on", "on", "on")


def test_features_are_what_each_batch_could_see(outcome: Outcome) -> None:
    output = outcome.installation.ask(
        "manage.py", "check_features", "--sample", str(CHECKED_VECTORS), "--json", fails=True
    )
    check = json.loads(output.splitlines()[-1])
    assert check["checked"] > 0
    assert (check["skewed"], check["unverifiable"]) == (0, 0)


def test_the_doctor_finds_the_installation_healthy(outcome: Outcome) -> None:
    output = outcome.installation.ask("manage.py", "doctor", "--json", fails=True)
    checks = {check["name"]: check for check in json.loads(output.splitlines()[-1])["checks"]}
    asked = ("database", "migrations", "append_only", "broker", "model", "scoring", "review")
    assert [checks[name] for name in asked if not checks[name]["ok"]] == []
