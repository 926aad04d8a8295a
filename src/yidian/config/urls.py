"""Every address of the installation: the desk below /desk/, systems below /tmf-api/, the hall at the root."""

from __future__ import annotations

from django.urls import include, path

from yidian.faces.desk.routes import ROUTES as DESK
from yidian.faces.hall.routes import ROUTES as HALL
from yidian.faces.openapi.routes import addresses, openapi_document
from yidian.faces.shell.routes import build
from yidian.faces.shell.sign_in.routes import SIGN_IN_ROUTES

urlpatterns = [
    path("desk/", include((build("desk", (*SIGN_IN_ROUTES, *DESK)), "desk"))),
    path("tmf-api/", include((addresses(), "openapi"))),
    path("openapi.json", openapi_document),
    path("", include((build("hall", (*SIGN_IN_ROUTES, *HALL)), "hall"))),
]
