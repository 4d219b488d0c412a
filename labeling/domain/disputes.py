"""The steps of a dispute between a cardholder and a merchant, as the card schemes name them."""

# A representment that is won moves the loss to somebody else and says nothing about the truth.
LIABILITY_STAGES = ("representment_won", "pre_arbitration_won", "arbitration_won")
DISPUTE_STAGES = (
    "inquiry",
    "chargeback",
    "representment",
    "representment_lost",
    "pre_arbitration",
    "pre_arbitration_lost",
    "arbitration",
    "arbitration_lost",
    "withdrawn",
    *LIABILITY_STAGES,
)
