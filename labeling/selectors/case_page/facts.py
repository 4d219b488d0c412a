"""Facts of a payment, its customer, device and place, beside what was seen before."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import connection

from scoring.models import Transaction, TransactionDetails

# One statement: what was seen before this payment, each answered from an index. Counts over
# places many people share stop at a few thousand, so that a hot one costs no more than a cold one.
FAMILIARITY = """
SELECT
  (SELECT count(*) FROM scoring_transaction h
    WHERE h.customer_id = t.customer_id AND h.occurred_at < t.occurred_at),
  (SELECT count(*) FROM scoring_transaction h
    WHERE h.card_id = t.card_id AND h.occurred_at < t.occurred_at),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.merchant_id = t.merchant_id),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.device_id = t.device_id),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.ip_key = t.ip_key),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.email_key = t.email_key),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.card_id = t.card_id),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.shipping_country = t.shipping_country),
  EXISTS (SELECT FROM scoring_transaction h WHERE h.customer_id = t.customer_id
    AND h.occurred_at < t.occurred_at AND h.country = t.country),
  (SELECT min(h.occurred_at) FROM scoring_transaction h
    WHERE h.device_id = t.device_id AND h.occurred_at < t.occurred_at),
  (SELECT count(DISTINCT c) FROM (SELECT h.customer_id AS c FROM scoring_transaction h
    WHERE h.device_id = t.device_id AND h.occurred_at <= t.occurred_at
      AND h.occurred_at > t.occurred_at - interval '7 days' LIMIT 2000) s),
  (SELECT count(DISTINCT c) FROM (SELECT h.customer_id AS c FROM scoring_transaction h
    WHERE h.ip_key = t.ip_key AND h.occurred_at <= t.occurred_at
      AND h.occurred_at > t.occurred_at - interval '1 hour' LIMIT 2000) s),
  previous.country, previous.occurred_at,
  merchant.payments, merchant.mean,
  (SELECT count(*) FROM scoring_knownfraud k WHERE k.merchant_id = t.merchant_id
    AND k.retracted_at IS NULL AND k.known_at > t.occurred_at - interval '30 days'
    AND k.known_at <= %(now)s)
FROM scoring_transaction t
LEFT JOIN LATERAL (
  SELECT h.country, h.occurred_at FROM scoring_transaction h
  WHERE h.customer_id = t.customer_id AND h.occurred_at < t.occurred_at
  ORDER BY h.occurred_at DESC LIMIT 1
) previous ON true
CROSS JOIN LATERAL (
  SELECT count(*) AS payments, avg(s.base_amount) AS mean FROM (
    SELECT h.base_amount FROM scoring_transaction h
    WHERE h.merchant_id = t.merchant_id AND h.occurred_at < t.occurred_at
      AND h.occurred_at > t.occurred_at - interval '30 days'
    ORDER BY h.occurred_at DESC LIMIT 5000) s
) merchant
WHERE t.id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Familiarity:
    """What was seen before this payment. `knows_*`: the customer used this value before."""

    customer_payments: int
    card_payments: int
    knows_merchant: bool
    knows_device: bool
    knows_ip: bool
    knows_email: bool
    knows_card: bool
    knows_shipping_country: bool
    knows_country: bool
    device_first_seen_at: datetime | None
    device_customers: int
    ip_customers: int
    last_country: str | None
    last_at: datetime | None
    merchant_payments: int
    merchant_mean: float | None
    merchant_frauds: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One payment with its erasable details and what was seen before."""

    payment: Transaction
    details: TransactionDetails
    seen: Familiarity

    @property
    def has_customer(self) -> bool:
        """Whether "new for this customer" means anything."""
        return self.payment.customer_id is not None and self.seen.customer_payments > 0

    @property
    def new_words(self) -> str:
        """What this customer never used before this payment: "this merchant and this device"."""
        if not self.has_customer:
            return ""
        payment, seen = self.payment, self.seen
        news = [
            f"this {word}"
            for word, value, known in (
                ("merchant", payment.merchant_id, seen.knows_merchant),
                ("device", payment.device_id, seen.knows_device),
                ("IP", payment.ip_key, seen.knows_ip),
                ("country", payment.country, seen.knows_country),
            )
            if value and not known
        ]
        return " and ".join([", ".join(news[:-1]), *news[-1:]] if len(news) > 1 else news)


def facts_of(payment: Transaction, *, now: datetime) -> Facts:
    """The facts of one payment in two queries; nothing in them comes from machine or people."""
    with connection.cursor() as cursor:
        cursor.execute(FAMILIARITY, {"id": payment.pk, "now": now})
        row = cursor.fetchone()
    seen = Familiarity(**dict(zip((f.name for f in fields(Familiarity)), row, strict=True)))
    details = TransactionDetails.objects.filter(pk=payment.pk).first()
    return Facts(payment, details or TransactionDetails(), seen)
