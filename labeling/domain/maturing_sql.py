"""The rule of `maturing` as SQL, made from the same constants, for many payments at once."""

from labeling.domain.maturing import CAPTURED, MATURE_AFTER, MONEY_BACK, REFUNDED, REPORTED_SHARE
from scoring.domain.disposing import ENDED

_AGE = f"interval '{MATURE_AFTER.total_seconds():.0f} seconds'"


def matured_payments_sql(*, as_of: str = "%(as_of)s", where: str = "TRUE") -> str:
    """A SELECT with one row for each payment about which silence means legitimate at `as_of`.

    Columns: transaction_id, silent_since. Claims are not looked at: a payment with a claim is not
    silent. `as_of` is a SQL expression, `where` a condition on the payments (alias `payment`).
    Whether captures are reported is asked of the payments that it selects and that are old enough,
    day by day, so it should select all payments of a time; of its first and its last day only a
    part may speak.
    """
    return f"""
SELECT transaction_id, silent_since
FROM (SELECT *, coalesce(avg((stage = '{CAPTURED}')::int)
            FILTER (WHERE payment_stage <> '{CAPTURED}') OVER (PARTITION BY day), 0)
        >= {REPORTED_SHARE} AS captures_reported
    FROM ({_let_through(as_of, where)}) let_through) judged
WHERE silent_since <= {as_of} - {_AGE}
    AND (stage = '{CAPTURED}' OR NOT (stopped OR captures_reported))
"""  # noqa: S608 (made of constants)


def _let_through(as_of: str, where: str) -> str:
    return f"""
    SELECT payment.id AS transaction_id, payment.payment_stage,
        (decision.decided_at AT TIME ZONE 'UTC')::date AS day,
        coalesce(told.stage, payment.payment_stage) AS stage,
        decision.outcome = 'block' OR coalesce(disposed.declined, false) AS stopped,
        greatest(decision.decided_at, disposed.released_at, told.captured_at) AS silent_since
    FROM scoring_transaction payment
    JOIN scoring_decision decision ON decision.transaction_id = payment.id
    LEFT JOIN ({_disposed(as_of, where)}) disposed ON disposed.transaction_id = payment.id
    LEFT JOIN ({_told(as_of, where)}) told ON told.transaction_id = payment.id
    WHERE {where} AND decision.decided_at <= {as_of} - {_AGE}
        AND coalesce(disposed.final = 'release', decision.outcome = 'approve')
        AND disposed.money_back IS NOT TRUE AND told.refunded IS NOT TRUE
        AND coalesce(told.stage, '') NOT IN ({_listed(ENDED)})"""  # noqa: S608 (made of constants)


def _disposed(as_of: str, where: str) -> str:
    return f"""
        SELECT transaction_id, (array_agg(action ORDER BY id DESC))[1] AS final,
            bool_or(action IN ({_listed(MONEY_BACK)})) AS money_back,
            bool_or(action = 'decline') AS declined,
            max(disposed_at) FILTER (WHERE action = 'release') AS released_at
        FROM scoring_disposition
        WHERE disposed_at <= {as_of} AND transaction_id IN ({_ids(where)})
        GROUP BY transaction_id"""  # noqa: S608 (made of constants)


def _told(as_of: str, where: str) -> str:
    moving = _listed((*ENDED, CAPTURED))
    return f"""
        SELECT transaction_id, bool_or(type = '{REFUNDED}') AS refunded,
            (array_agg(type ORDER BY occurred_at DESC, id DESC))[1] AS stage,
            max(occurred_at) FILTER (WHERE type = '{CAPTURED}') AS captured_at
        FROM scoring_transactionevent
        WHERE received_at <= {as_of} AND type IN ({moving}) AND transaction_id IN ({_ids(where)})
        GROUP BY transaction_id"""  # noqa: S608 (made of constants)


def _ids(where: str) -> str:
    return f"SELECT payment.id FROM scoring_transaction payment WHERE {where}"  # noqa: S608


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
