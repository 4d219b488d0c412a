"""The rule of `confirmation` as SQL, for many transactions at once."""

from labeling.domain.second_review import FRAUD, Reason


def unconfirmed_sql(truth: str, *, as_of: str = "%(as_of)s") -> str:
    """A condition on rows of `resolved_labels_sql` with the alias `truth`: see `is_unconfirmed`."""
    return f"""({truth}.value = '{FRAUD}' AND {truth}.heads = 1 AND EXISTS (
        SELECT 1 FROM labeling_secondreviewdraw draw
        JOIN labeling_reviewitem checked ON checked.id = draw.item_id
        WHERE checked.transaction_id = {truth}.transaction_id
            AND draw.reason = '{Reason.CONFIRMATION}' AND draw.drawn_at <= {as_of}))"""  # noqa: S608 (made of constants)
