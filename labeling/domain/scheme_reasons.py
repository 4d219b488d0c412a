"""What the reason codes of the card schemes say about who is to blame for a chargeback."""

THIRD_PARTY = "third_party"
MERCHANT_DISPUTE = "merchant_dispute"

# A code that ends in a star stands for all codes that begin like it.
SCHEME_REASONS = {
    "10.*": THIRD_PARTY,  # Visa
    "4837": THIRD_PARTY,  # Mastercard
    "4849": THIRD_PARTY,
    "4870": THIRD_PARTY,
    "4871": THIRD_PARTY,
    "F24": THIRD_PARTY,  # American Express
    "F29": THIRD_PARTY,
    "F30": THIRD_PARTY,
    "F31": THIRD_PARTY,
    "UA*": THIRD_PARTY,  # Discover
    "13.*": MERCHANT_DISPUTE,  # Visa: goods not received, not as described
    "4853": MERCHANT_DISPUTE,  # Mastercard
}


def fraud_type_of_reason(reason: str) -> str:
    """Return THIRD_PARTY, MERCHANT_DISPUTE, or nothing for a code we do not know.

    >>> fraud_type_of_reason("10.4"), fraud_type_of_reason("13.1"), fraud_type_of_reason("12.5")
    ('third_party', 'merchant_dispute', '')
    """
    code = reason.strip().upper()
    for pattern, fraud_type in SCHEME_REASONS.items():
        if code == pattern or (pattern.endswith("*") and code.startswith(pattern[:-1])):
            return fraud_type
    return ""
