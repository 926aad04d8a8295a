"""Dunning: late fees of the days that are over, and the list of who is overdue."""

from yidian.runs.dun.run import DunReport as DunReport
from yidian.runs.dun.run import UnableToDun as UnableToDun
from yidian.runs.dun.run import dun as dun
