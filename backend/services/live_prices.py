"""fal's unit prices of today, asked for at start and once a day."""

import logging
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from backend.domain.endpoint import Endpoint
from backend.domain.errors import AccountLocked, FalError, KeyRefused
from backend.domain.ports import Clock, Gateway, KeyState, UnitPrice
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.live_price import PriceUnusable, live_price
from backend.runs.backoff import doubling

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0
#: many servers that were started by one deploy do not ask in the same second
JITTER = 0.1
FIRST_RETRY_S = 60.0
LONGEST_RETRY_S = 3600.0


@dataclass(frozen=True)
class ChangedPrice:
    """An endpoint whose price at fal is not its file's."""

    endpoint: Endpoint
    usd: Decimal


class LivePrices:
    """The unit prices in use. Until fal has answered, and in practice mode, the files' are."""

    def __init__(
        self,
        catalogue: Catalogue,
        gateway: Gateway,
        clock: Clock,
        *,
        practice: bool,
        heard: Callable[[KeyState], None],
    ):
        """`heard` is told what an answer says about the key."""
        self._catalogue = catalogue
        self._gateway = gateway
        self._clock = clock
        self._practice = practice
        self._heard = heard
        self._prices: Mapping[str, Decimal] = {}
        #: when fal last told its prices
        self.read_at: datetime | None = None

    def of(self, endpoint: Endpoint) -> Decimal | None:
        """fal's price of one unit in US dollars; None where only the file's is known."""
        return self._prices.get(endpoint.endpoint_id)

    @property
    def changed(self) -> tuple[ChangedPrice, ...]:
        """The endpoints whose price is not their file's, in the order of the tabs."""
        today = ((endpoint, self.of(endpoint)) for endpoint in self._catalogue.endpoints)
        return tuple(
            ChangedPrice(endpoint, usd)
            for endpoint, usd in today
            if usd is not None and usd != endpoint.pricing.amount_usd
        )

    async def watch(self) -> None:
        """Ask now and once a day, until cancelled. Practice mode has no prices but the files'."""
        while not self._practice:
            await self._ask_until_told()
            await self._clock.sleep(_jittered(DAY_S))

    async def _ask_until_told(self) -> None:
        for pause in doubling(FIRST_RETRY_S, LONGEST_RETRY_S):
            try:
                await self.ask()
                return
            except (KeyRefused, AccountLocked) as error:
                # asking again changes nothing; tomorrow it may
                log.warning("fal tells no prices: %s", error.code())
                return
            except FalError as error:
                log.warning("fal can't be asked for its prices: %s", error.code())
            await self._clock.sleep(_jittered(pause))

    async def ask(self) -> None:
        """Ask fal now. Raises FalError; the prices of before then stay."""
        ids = [endpoint.endpoint_id for endpoint in self._catalogue.endpoints]
        try:
            said = await self._gateway.unit_prices(ids)
        except FalError as error:
            self._heard(_key_state(error))
            raise
        self._heard("accepted")
        self._prices = {**self._prices, **self._usable(said)}
        self.read_at = self._clock.now()
        for change in self.changed:
            log.info(
                "price of %s: %s today, %s in its file",
                change.endpoint.slug,
                change.usd,
                change.endpoint.pricing.amount_usd,
            )

    def _usable(self, said: Iterable[UnitPrice]) -> dict[str, Decimal]:
        endpoints = {endpoint.endpoint_id: endpoint for endpoint in self._catalogue.endpoints}
        usable = {}
        for price in said:
            endpoint = endpoints.get(price.endpoint_id)
            if endpoint is None:
                continue
            try:
                usable[endpoint.endpoint_id] = live_price(endpoint, price)
            except PriceUnusable as reason:
                log.warning("fal's price of %s is not used: %s", endpoint.slug, reason)
        return usable


def _key_state(error: FalError) -> KeyState:
    if isinstance(error, AccountLocked):
        return "locked"
    return "refused" if isinstance(error, KeyRefused) else "unknown"


def _jittered(seconds: float) -> float:
    return seconds * (1 + JITTER * random.random())  # noqa: S311 - no secret depends on it
