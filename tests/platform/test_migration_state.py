"""What is kept of the models while migrations are applied is what Django alone would keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from yidian.platform.migration_state import Models

pytestmark = pytest.mark.no_database


def test_models_told_step_by_step_are_those_that_django_makes_of_the_end() -> None:
    loader = MigrationLoader(None)
    steps = {key: None for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)}
    theirs = ProjectState(real_apps=loader.unmigrated_apps)  # makes no class before it is asked for one
    ours = Models.of(ProjectState(real_apps=loader.unmigrated_apps))
    for key in steps:
        for state in (theirs, ours):
            loader.graph.nodes[key].mutate_state(state, preserve=False)
    assert ours == theirs
    made = classes(ours)
    assert made == classes(theirs)
    assert sum(len(told["constraints"]) for told in made.values()) > 50


def classes(state: ProjectState) -> dict[str, dict[str, Any]]:
    """Of every model's class what the tables are made of, and whom it leads to."""
    return {
        model._meta.label: {
            "table": model._meta.db_table,
            "fields": [field.deconstruct() for field in model._meta.local_fields],
            "to": [field.related_model._meta.label for field in model._meta.local_fields if field.is_relation],
            "of": sorted(relation.related_model._meta.label for relation in model._meta.related_objects),
            "constraints": [one.deconstruct() for one in model._meta.constraints],
            "indexes": [one.deconstruct() for one in model._meta.indexes],
            "together": sorted(model._meta.unique_together),
        }
        for model in state.apps.get_models()
    }
