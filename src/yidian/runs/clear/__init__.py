"""Clearing what is owed from balance books."""

from yidian.runs.clear.run import ClearReport as ClearReport
from yidian.runs.clear.run import clear_account as clear_account
from yidian.runs.clear.run import clear_cycle as clear_cycle
