"""Addresses of signing in, the same in both faces."""

from __future__ import annotations

from typing import Final

from yidian.faces.shell.routes import Route
from yidian.faces.shell.sign_in.views import entering, own

SIGN_IN_ROUTES: Final = (
    Route("sign-in/", "sign_in", entering.sign_in, public=True, posts=True),
    Route("sign-in/code/", "sign_in_code", entering.code, public=True, posts=True),
    Route("sign-in/second-factor/", "sign_in_enrol", entering.enrol, public=True, posts=True),
    Route("sign-in/password/", "sign_in_change", entering.change, public=True, posts=True),
    Route("sign-in/again/", "sign_in_again", own.again, signed=True, posts=True),
    Route("sign-out/", "sign_out", own.sign_out, public=True, posts=True),
    Route("security/", "security", own.security, signed=True),
    Route("security/sessions/", "security_sessions", own.end_session, signed=True, posts=True),
    Route("security/password/", "security_password", own.password, signed=True, posts=True),
    Route("security/second-factor/", "second_factor", own.second_factor, signed=True, posts=True),
)
