"""Orders that customers put in themselves on the web: what they may do alone, their carts, their signature."""
