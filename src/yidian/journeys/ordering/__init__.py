"""An order over all its rooms: taken, opened, completed, taken back. Doors: taking, submitting, opening, going_back."""
