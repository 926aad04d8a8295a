"""Results of runs read for one customer: a bill, why each line of it is what it is, what is left of the month.

Doors: account_bill, bills, slip, usage, home. Files are parts of many accounts; of each only the rows of the one asked
for are read.
"""
