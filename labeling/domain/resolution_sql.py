"""The rule of `resolution` as SQL, made from the same tables, for many transactions at once."""

from labeling.domain.disputes import LIABILITY_STAGES
from labeling.domain.resolution import (
    DISPUTED,
    FIRST_PARTY_TYPES,
    OPINION,
    STRENGTHS,
    VERIFICATIONS,
    VERIFIED,
)
from labeling.domain.scheme_reasons import MERCHANT_DISPUTE, SCHEME_REASONS

_ORDER = "ORDER BY strength DESC, known_at DESC, id DESC"


def resolved_labels_sql(*, as_of: str = "%(as_of)s", where: str = "TRUE") -> str:
    """A SELECT with one row for each transaction that has a claim known at `as_of`.

    Columns: transaction_id, value (fraud, legitimate, unknown), source, fraud_type, known_at,
    conflict, trains, claims, heads. `as_of` is a SQL expression, `where` a condition on the claims
    (alias `label`), best on label.transaction_id. Percent signs are doubled for psycopg.
    """
    return f"""
SELECT transaction_id, winner.value, coalesce(CASE winner.value
        WHEN 'fraud' THEN fraud_source WHEN 'legitimate' THEN legitimate_source
        ELSE unknown_source END, '') AS source,
    CASE WHEN winner.value = 'fraud' THEN coalesce(fraud_type, '') ELSE '' END AS fraud_type,
    CASE winner.value WHEN 'fraud' THEN fraud_known_at
        WHEN 'legitimate' THEN legitimate_known_at ELSE unknown_known_at END AS known_at,
    fraud_strength IS NOT NULL AND legitimate_strength IS NOT NULL AS conflict,
    winner.value <> 'unknown' AND NOT first_party AS trains, claims,
    CASE WHEN winner.value = 'fraud' AND fraud_strength = {OPINION} THEN fraud_heads
        WHEN winner.value = 'legitimate' AND legitimate_strength = {OPINION} THEN legitimate_heads
        ELSE 0 END AS heads
FROM ({_summed(as_of, where)}) summed
CROSS JOIN LATERAL (SELECT {_WINNER} AS value) winner
"""  # noqa: S608 (made of constants)


def strength_sql(alias: str = "label") -> str:
    """A CASE expression for how much a claim weighs."""
    cases = " ".join(f"WHEN '{source}' THEN {weight}" for source, weight in STRENGTHS.items())
    return (
        f"CASE WHEN {alias}.source IN ('verdict', 'second_review')"
        f" AND {alias}.verification IN ({_listed(VERIFICATIONS)}) THEN {VERIFIED}"
        f" ELSE CASE {alias}.source {cases} ELSE 0 END END"
    )


def meaning_sql(alias: str = "label") -> str:
    """A CASE expression for what a claim says about the truth."""
    return (
        f"CASE WHEN {alias}.source NOT IN ({_listed(DISPUTED)}) THEN {alias}.value"
        f" WHEN {alias}.dispute_stage IN ({_listed(LIABILITY_STAGES)}) THEN 'unknown'"
        f" WHEN {alias}.value <> 'fraud' THEN {alias}.value"
        f" ELSE CASE {type_of_reason_sql(alias)} WHEN '{MERCHANT_DISPUTE}' THEN 'legitimate'"
        f" WHEN '' THEN CASE WHEN btrim({alias}.reason) <> '' AND {alias}.fraud_type = ''"
        " THEN 'unknown' ELSE 'fraud' END ELSE 'fraud' END END"
    )


def type_of_reason_sql(alias: str = "label") -> str:
    """A CASE expression for the fraud type that a scheme's reason code means, '' if unknown."""
    code = f"upper(btrim({alias}.reason))"
    cases = " ".join(
        f"WHEN {code} LIKE '{pattern.replace('*', '%%')}' THEN '{fraud_type}'"
        for pattern, fraud_type in SCHEME_REASONS.items()
    )
    return f"CASE {cases} ELSE '' END"


# Equal strength: opinions are counted by heads, of all others the newest counts.
_WINNER = f"""CASE
        WHEN fraud_strength IS NULL AND legitimate_strength IS NULL THEN 'unknown'
        WHEN greatest(fraud_strength, legitimate_strength) <> {OPINION} THEN newest
        WHEN fraud_heads > legitimate_heads THEN 'fraud'
        WHEN fraud_heads < legitimate_heads THEN 'legitimate'
        ELSE 'unknown' END"""


def _summed(as_of: str, where: str) -> str:
    return f"""
    SELECT transaction_id, count(*) AS claims,
        bool_or(named_type IN ({_listed(FIRST_PARTY_TYPES)})) AS first_party,
        (array_agg(value {_ORDER}) FILTER (WHERE value <> 'unknown'))[1] AS newest,
        (array_agg(fraud_type {_ORDER}) FILTER (WHERE value = 'fraud' AND fraud_type <> ''))[1]
            AS fraud_type,
        {_of_value("fraud")}, {_of_value("legitimate")}, {_of_value("unknown")}
    FROM ({_standing(as_of, where)}) standing
    GROUP BY transaction_id"""  # noqa: S608 (made of constants)


def _of_value(value: str) -> str:
    says = f"FILTER (WHERE value = '{value}')"
    opinion = f"FILTER (WHERE value = '{value}' AND strength = {OPINION})"
    return f"""max(strength) {says} AS {value}_strength,
        min(known_at) {says} AS {value}_known_at,
        (array_agg(source {_ORDER}) {says})[1] AS {value}_source,
        count(DISTINCT coalesce(reviewer_id, -id)) {opinion} AS {value}_heads"""


def _standing(as_of: str, where: str) -> str:
    by_reason = f"CASE WHEN label.source = 'chargeback' THEN {type_of_reason_sql()} ELSE '' END"
    return f"""
        SELECT label.id, label.transaction_id, label.source, label.known_at, label.reviewer_id,
            {strength_sql()} AS strength, {meaning_sql()} AS value,
            label.fraud_type AS named_type,
            coalesce(nullif(label.fraud_type, ''), {by_reason}) AS fraud_type
        FROM labeling_label label
        WHERE label.known_at <= {as_of} AND {where} AND NOT EXISTS (
            SELECT 1 FROM labeling_label newer
            WHERE newer.supersedes_id = label.id AND newer.known_at <= {as_of})"""  # noqa: S608 (made of constants)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
