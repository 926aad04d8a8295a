"""办理 on the web: what a customer can do, the form of a deed, reading it, signing it."""
