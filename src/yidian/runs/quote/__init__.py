"""Usage file + tariff → what it would cost, and why. Doors: quote.quote, rows.row_table, bill.bills."""
