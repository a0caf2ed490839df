"""Practice or real, decided once from the settings."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

from backend.domain.sentence import Sentence
from backend.domain.sign_in import ProxyTrust
from backend.services.invited import EVERYBODY
from backend.services.status import Mode, Notice
from backend.settings import Settings, SettingsWrong


def decide_mode(settings: Settings) -> Mode:
    """The mode and the sentence for the banner. Raises SettingsWrong where they contradict."""
    _check_sign_in(settings)
    if settings.practice == "on":
        return Mode(
            practice=True,
            reason=Sentence(
                "mode.on",
                "Practice mode is switched on: runs are free, nothing leaves this machine.",
            ),
        )
    if settings.fal_key is None:
        if settings.practice == "off":
            raise SettingsWrong("PRACTICE is off, but there is no FAL_KEY.")
        return Mode(
            practice=True,
            reason=Sentence(
                "mode.no_key",
                "Practice mode: there is no FAL_KEY, so pictures are "
                "painted on this machine and cost nothing.",
            ),
        )
    if not (settings.only_here or settings.signs_in or settings.allow_open):
        if settings.practice == "off":
            raise SettingsWrong(
                "PRACTICE is off, but anybody who reaches this address could spend the key: set "
                "AUTH, APP_PASSWORD or ALLOW_OPEN=1."
            )
        return Mode(
            practice=True,
            reason=Sentence(
                "mode.open",
                "Practice mode, although there is a key: anybody who reaches this address could "
                "spend it. Set AUTH or APP_PASSWORD (or ALLOW_OPEN=1) and restart.",
            ),
        )
    return Mode(practice=False)


def _check_sign_in(settings: Settings) -> None:
    if settings.auth == "oidc":
        _check_openid(settings)
    if settings.auth != "none" and settings.app_password is not None:
        raise SettingsWrong(
            f"AUTH is {settings.auth}, so nobody comes in by APP_PASSWORD: remove one of them."
        )
    if settings.auth == "proxy" and not settings.proxy_addresses:
        raise SettingsWrong(
            "AUTH is proxy, but PROXY_ADDRESSES does not say whose headers are believed."
        )


def _check_openid(settings: Settings) -> None:
    for name in ("oidc_issuer", "oidc_client_id", "public_url"):
        if getattr(settings, name) is None:
            raise SettingsWrong(f"AUTH is oidc, but {name.upper()} is not set.")
    if not settings.oidc_allowed | settings.allowed_orgs | settings.admins:
        raise SettingsWrong(
            "AUTH is oidc, but nobody may come in: set OIDC_ALLOWED to e-mail addresses, @domains, "
            "or * for everybody whom the provider signs in, or set ALLOWED_ORGS."
        )
    accounts = {one for one in settings.oidc_allowed if "@" not in one} - {EVERYBODY}
    if accounts and settings.oidc_account_claim is None:
        raise SettingsWrong(
            f"OIDC_ALLOWED names {min(accounts)}: a domain is written as @{min(accounts)}, and an "
            "account needs OIDC_ACCOUNT_CLAIM."
        )


def trusted_proxy(settings: Settings) -> ProxyTrust | None:
    """Whom to believe who is asking; None where people sign in here."""
    if settings.auth != "proxy":
        return None
    return ProxyTrust(
        addresses=tuple(ip_network(one) for one in settings.proxy_addresses),
        header=settings.proxy_header,
        name_header=settings.proxy_name_header,
        email_header=settings.proxy_email_header,
    )


def forgetful_disk(settings: Settings, environ: Mapping[str, str]) -> tuple[Notice, ...]:
    """A notice on a Space whose data folder is not on a mounted volume: it forgets on restart."""
    if not environ.get("SPACE_ID") or (settings.database_url and settings.storage_url):
        return ()
    folder = settings.data_dir.absolute()
    mounted = any(
        os.path.ismount(place) for place in (folder, *folder.parents) if place != Path(place.anchor)
    )
    if mounted:
        return ()
    return (
        Notice(
            level="warn",
            text=Sentence(
                "notice.forgets",
                "This Space forgets its pictures on every restart: mount a volume and point "
                "DATA_DIR to it.",
            ),
        ),
    )
