"""Yidian 一点: a telecom business support system."""
