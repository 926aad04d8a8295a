"""Usage file + tariff → what it would cost, and why. Nothing is stored. Doors: quote.quote, rows.row_table, bill.bills."""
