"""What Django keeps of the models while migrations are applied, without making nearly all of them anew at every step.

Django makes a model's class anew after each change, and with it every model that a foreign key leads to, and theirs.
Here all lead to the tenant, so each of hundreds of steps would make all models. A new model, an index and a constraint
change no other model's class: the new one is added, the others are told. Every other change is Django's own.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.state import ModelState, ProjectState


class Models(ProjectState):
    """A ProjectState that is changed in place, by one migration after another."""

    @classmethod
    def of(cls, state: ProjectState) -> Models:
        """The same models, their classes made."""
        made = cls(models=state.models, real_apps=state.real_apps)
        _ = made.apps
        return made

    def add_model(self, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]  # as Django does it
            self.resolve_model_relations(key)
        if "apps" in self.__dict__:
            self.apps.render_multiple([model_state])

    def add_index(self, app_label: str, model_name: str, index: Any) -> None:
        self._told(app_label, model_name, "indexes", add=index)

    def remove_index(self, app_label: str, model_name: str, index_name: str) -> None:
        self._told(app_label, model_name, "indexes", without=index_name)

    def add_constraint(self, app_label: str, model_name: str, constraint: Any) -> None:
        self._told(app_label, model_name, "constraints", add=constraint)

    def remove_constraint(self, app_label: str, model_name: str, constraint_name: str) -> None:
        self._told(app_label, model_name, "constraints", without=constraint_name)

    def _told(self, app_label: str, model_name: str, option: str, *, add: Any = None, without: str = "") -> None:
        options = self.models[app_label, model_name].options
        options[option] = [one for one in options[option] if one.name != without] + ([] if add is None else [add])
        if "apps" in self.__dict__:
            setattr(self.apps.get_model(app_label, model_name)._meta, option, list(options[option]))
