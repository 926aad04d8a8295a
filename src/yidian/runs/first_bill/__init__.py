"""What the next bills would be if an order were carried out: the same arithmetic on people changed in memory."""
