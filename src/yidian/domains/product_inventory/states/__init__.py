"""What a subscriber may do, and since when: active, stopped (停机), number kept (停机保号)."""
