"""Hourly counts of decisions, so that no page ever counts the decisions themselves."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from monitoring.selectors.rollups import SCORE_BINS, are_there_rollups, were_counted

# The first run counts everything, the first of a day looks far back, all others a little: an
# hour in the past gets new decisions only when somebody replays history.
SHORT_LOOK_BACK = timedelta(days=2)
LONG_LOOK_BACK = timedelta(days=100)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# Decisions are only ever added, so an hour is dirty exactly when it holds more than it counts, or
# was counted before the sums of scores were kept.
DIRTY = """
SELECT hour FROM (
    SELECT date_trunc('hour', decided_at, 'UTC') AS hour, count(*) AS decisions
    FROM scoring_decision WHERE decided_at >= %(since)s GROUP BY 1) decided
LEFT JOIN (
    SELECT hour, sum(decisions) AS decisions, bool_or(scored IS NULL) AS unsummed
    FROM monitoring_hourlyrollup WHERE hour >= %(since)s GROUP BY 1) counted USING (hour)
WHERE decided.decisions IS DISTINCT FROM counted.decisions OR counted.unsummed
ORDER BY hour
"""
HISTOGRAM = ", ".join(f"count(*) FILTER (WHERE bin = {place + 1})" for place in range(SCORE_BINS))
# A probability of 1 belongs to the last bin; without a model there is none to count.
COUNT = f"""
INSERT INTO monitoring_hourlyrollup (hour, outcome, model_version_id, stratum, decisions,
    base_amount, audited, score_histogram, scored, expected_frauds, expected_variance,
    computed_at)
SELECT %(hour)s, outcome, model_version_id, stratum, count(*), sum(base_amount),
    count(*) FILTER (WHERE audited), to_jsonb(ARRAY[{HISTOGRAM}]), count(probability),
    coalesce(sum(probability), 0), coalesce(sum(probability * (1 - probability)), 0), %(now)s
FROM (
    SELECT d.outcome, d.model_version_id, d.stratum, d.audited, d.probability, t.base_amount,
        least(width_bucket(d.probability, 0, 1, {SCORE_BINS}), {SCORE_BINS}) AS bin
    FROM scoring_decision d JOIN scoring_transaction t ON t.id = d.transaction_id
    WHERE d.decided_at >= %(hour)s AND d.decided_at < %(hour)s + interval '1 hour') decided
GROUP BY outcome, model_version_id, stratum
ORDER BY outcome, model_version_id, stratum
ON CONFLICT (hour, outcome, model_version_id, stratum) DO UPDATE SET
    decisions = excluded.decisions, base_amount = excluded.base_amount,
    audited = excluded.audited, score_histogram = excluded.score_histogram,
    scored = excluded.scored, expected_frauds = excluded.expected_frauds,
    expected_variance = excluded.expected_variance, computed_at = excluded.computed_at
"""  # noqa: S608 (made of constants)


def roll_up(*, now: datetime) -> int:
    """Count every hour whose decisions are not all counted; return how many hours that were.

    Safe to run twice and at the same time: an hour is counted anew as a whole.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIRTY, {"since": _since(now)})
        hours = [row[0] for row in cursor.fetchall()]
        for hour in hours:
            cursor.execute(COUNT, {"hour": hour, "now": now})
    return len(hours)


def _since(now: datetime) -> datetime:
    """A whole hour: of a part of one, the counts would differ for ever."""
    if not are_there_rollups():
        return BEGINNING
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    today = were_counted(since=hour - SHORT_LOOK_BACK, computed_since=hour.replace(hour=0))
    return hour - (SHORT_LOOK_BACK if today else LONG_LOOK_BACK)
