"""Bills that count → the ledger's transactions and what customers owe. Doors: run.post, close.close."""
