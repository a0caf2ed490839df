"""The playground's start: reads the settings, wires, mounts, serves."""

import os
import sys

import backend.quick_start as quick_start
from api.app import build_app
from api.event_loop import carry_out
from api.hosting import hosts_of, policy_of, resolver_of
from api.serve import AddressTaken, bound, serve
from backend.endpoints.errors import CatalogueBroken
from backend.logs import start_logging
from backend.memory import return_memory
from backend.playground import Playground, StartFailed
from backend.services.rate import Rate
from backend.services.shipped_presets import PresetBroken
from backend.settings import Settings, SettingsWrong, read_settings
from backend.version import VERSION
from components.assets import STATIC
from components.mount import mount_page


async def run(settings: Settings) -> None:
    """Serve until a signal, then stop gracefully."""
    env, address = os.environ, settings.public_url
    with bound(settings.host, settings.port) as sockets:
        async with Playground(settings, env) as playground:
            services = playground.services
            resolver = resolver_of(services, settings.data_dir, address, env)
            app = build_app(
                services=services,
                resolver=resolver,
                hosts=hosts_of(address, settings.on_loopback, env),
                guests=Rate("60/minute"),
                static=STATIC,
                version=VERSION,
                policy=policy_of(settings.frame_ancestors, address, env),
            )
            mount_page(app, services, resolver.person_id)
            quick_start.started()
            await serve(app, sockets, playground.close_intake)


def main() -> int:
    """The exit code: 2 where settings, files or the machine do not let it start."""
    try:
        settings = read_settings(os.environ)
        return_memory()
        start_logging(settings.log_level, settings.secrets, settings.log_format)
        carry_out(run(settings))
    except (SettingsWrong, CatalogueBroken, PresetBroken, StartFailed, AddressTaken) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:  # a second Ctrl+C, during the stop
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
