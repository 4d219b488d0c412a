"""The demo: a simulated company, its past, its people, and every process of the product."""
