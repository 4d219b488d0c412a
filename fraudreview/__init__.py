"""Settings, wiring and commands of the product."""
