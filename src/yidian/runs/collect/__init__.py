"""Collecting: files through one mapping, one by one, each all or nothing."""

from yidian.runs.collect.collect import CollectedFile as CollectedFile
from yidian.runs.collect.collect import CollectReport as CollectReport
from yidian.runs.collect.collect import collect as collect
