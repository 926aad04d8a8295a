"""What somebody agrees to is done at once, in the name of who asked. Doors: agree.decide_and_do, agree.carry_out."""
