"""From a cycle's totals to bills: fees, discounts, minimums, rounding to the minor unit, tax. Integers only."""
