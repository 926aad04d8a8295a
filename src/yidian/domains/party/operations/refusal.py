"""How a desk is told no before any business begins."""

from __future__ import annotations

from datetime import date


class UnableToRegister(Exception):
    """Who somebody is has not been shown, or what is told of them cannot be taken. Nothing is written.

    Of documents: DOCUMENT_KIND, DOCUMENT_KIND_OTHER, IDENTITY_FORM, _DATE, _CHECK, DOCUMENT_EXPIRED, DOCUMENT_NONE,
    DOCUMENT_NOT_THEIRS, DOCUMENT_KNOWN (`customer`), DOCUMENT_KNOWN_ELSEWHERE, DOCUMENT_OF_OTHERS. Of who acts:
    CHECK_HOW, PROXY_NEEDED, PROXY_ROLE, PROXY_IS_CUSTOMER, PROXY_TOO_YOUNG, MINOR_NEEDS_GUARDIAN, RESPONSIBLE_NEEDED.
    Of a check: CHECK_UNKNOWN, CHECK_OTHERS, CHECK_EXPIRED, CHECK_DOCUMENT_NEEDED. Of what is told: NAME_…, ADDRESS_…,
    PHONE_INVALID, CONTACT_…; CUSTOMER_UNKNOWN, ORGANISATION_UNKNOWN. Of numbers: TOO_MANY_NUMBERS.
    """

    def __init__(self, code: str, **params: str | int | date) -> None:
        self.code = code
        self.params = {name: told.isoformat() if isinstance(told, date) else told for name, told in params.items()}
        super().__init__(f"{code} {self.params}")
