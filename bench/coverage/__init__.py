"""Do the intervals hold the truth as often as they promise? Simulated windows with a known truth.

`make coverage-sim` runs it all, keeps the numbers beside this file and shows them in
`docs/statistics.md`. No database, no clock: the same seed gives the same numbers.
"""
