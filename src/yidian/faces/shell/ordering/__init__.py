"""What the desk and the hall show of an order that is being put together: words, prices, offers, numbers, places."""
