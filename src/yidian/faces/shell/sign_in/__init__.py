"""Signing in and out, and one's own sessions, password and second factor: the same pages in both faces."""
