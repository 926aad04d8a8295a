"""Addresses of the desk that are about people: organisation, posts, roles, users, the audit."""

from __future__ import annotations

from typing import Final

from yidian.faces.desk.views import audit, menus, organisation, people, roles
from yidian.faces.shell.routes import Entry, Route

USER: Final = {"login": "user"}
NODE: Final = {"code": "organisation"}
PEOPLE_ROUTES: Final = (
    Route("people/", "people", people.listed, reads="staff.read", entry=Entry("DESK_PEOPLE", "users", 70, "R")),
    Route("people/add/", "person_add", people.add, writes="access.grant", part="people"),
    Route("people/<str:login>/", "person", people.one, reads="staff.read", whose=USER, part="people"),
    Route("people/<str:login>/name/", "person_name", people.rename, writes="access.grant", whose=USER, part="people"),
    Route("people/<str:login>/post/", "post_give", people.give, writes="access.grant", whose=USER, part="people"),
    Route(
        "people/<str:login>/end-post/", "post_end", people.end_post, writes="access.grant", whose=USER, part="people"
    ),
    Route(
        "people/<str:login>/password/", "person_password", people.password, writes="access.grant", whose=USER,
        part="people",
    ),
    Route("people/<str:login>/end/", "person_end", people.end, writes="access.grant", whose=USER, part="people"),
    Route("roles/", "roles", roles.listed, reads="staff.read", part="people"),
    Route("roles/<str:role>/", "role", roles.one, reads="staff.read", writes="access.grant", part="people"),
    Route("menu/", "menus", menus.listed, reads="staff.read", writes="menu.arrange", part="people"),
    Route("menu/<str:item>/", "menu_item", menus.one, reads="staff.read", writes="menu.arrange", part="people"),
    Route(
        "organisation/", "organisation", organisation.tree, reads="organisation.read", narrows=True,
        entry=Entry("DESK_ORGANISATION", "sitemap", 75, "O"),
    ),
    Route("organisation/add/", "node_add", organisation.add, writes="organisation.change", part="organisation"),
    Route(
        "organisation/<str:code>/", "node", organisation.one, reads="organisation.read", writes="organisation.change",
        whose=NODE, part="organisation",
    ),
    Route("audit/", "audit", audit.listed, reads="audit.read", entry=Entry("DESK_AUDIT", "shield-check", 80, "A")),
    Route("audit/check/", "audit_check", audit.check, writes="audit.read", part="audit"),
)  # fmt: skip
