"""The playground's start: reads the settings, wires, mounts, serves."""

import asyncio
import os
import sys
from pathlib import Path

from components.mount import mount_page

from api.app import build_app
from api.hosting import hosts_of, resolver_of
from api.serve import serve
from backend.endpoints.errors import CatalogueBroken
from backend.logs import start_logging
from backend.services.rate import Rate
from backend.services.shipped_presets import PresetBroken
from backend.settings import Settings, SettingsWrong, read_settings
from backend.version import VERSION
from backend.wiring import Playground

STATIC = Path(__file__).parent / "components" / "static"
GUESTS_RATE = "60/minute"


async def run(settings: Settings) -> None:
    """Serve until a signal, then stop gracefully."""
    env, address = os.environ, settings.public_url
    async with Playground(settings, env) as playground:
        services = playground.services
        resolver = resolver_of(services.people, settings.data_dir, address, env)
        app = build_app(
            services=services,
            resolver=resolver,
            hosts=hosts_of(address, settings.on_loopback, env),
            guests=Rate(GUESTS_RATE),
            static=STATIC,
            version=VERSION,
        )
        mount_page(app, services, resolver.person_id, VERSION)

        def closing() -> None:
            services.runner.close_intake()
            services.feed.close()

        await serve(app, settings.host, settings.port, closing)


def main() -> int:
    """The exit code: 2 for settings, endpoints or presets that are wrong."""
    try:
        settings = read_settings(os.environ)
        start_logging(settings.log_level, settings.secrets)
        asyncio.run(run(settings))
    except (SettingsWrong, CatalogueBroken, PresetBroken) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
