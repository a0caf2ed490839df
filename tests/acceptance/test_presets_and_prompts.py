"""What a team keeps to work with, over HTTP and through kill -9: presets, snippets, lists, and the
prompts of each person."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.acceptance.app_process import V11, App
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import said, until

LINK = r"(http\S+/join/\S+)"
PASSWORD = "a password of this test"


class Member:
    """Somebody with an account, over HTTP."""

    def __init__(self, app: App, name: str, link: str):
        self._client = httpx.Client(trust_env=False, timeout=30)
        self._app = app
        path = httpx.URL(link).path
        origin = {"Origin": app.url}
        form = {"name": name, "password": PASSWORD}
        self._client.post(f"{app.url}{path}", data=form, headers=origin)

    def ask(self, method: str, path: str, status: int = 200, **request: Any) -> Any:
        """The JSON of an answer with that status."""
        headers = {"Origin": self._app.url, **request.pop("headers", {})}
        url = f"{self._app.url}/api/v1{path}"
        answer = self._client.request(method, url, headers=headers, **request)
        assert answer.status_code == status, answer.text
        return answer.json()

    def made(self, body: dict[str, Any]) -> dict[str, Any]:
        """A run that was started and is done."""
        run = self.ask("POST", "/runs", 202, json={"endpoint_id": V11, **body})

        def done() -> dict[str, Any] | None:
            now: dict[str, Any] = self.ask("GET", f"/runs/{run['id']}")
            return now if now["state"] == "done" else None

        return until(done, "a picture")

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def app(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    settings = {"AUTH": "password", "PRACTICE": "on"}
    folder = tmp_path_factory.mktemp("team")
    with App(folder, settings=settings, begin=nursery.begin) as app:
        yield app


@pytest.fixture(scope="module")
def team(app: App) -> Iterator[tuple[Member, Member]]:
    """Alice, the admin, and Bob."""
    alice = Member(app, "Alice", said(app.process, LINK))
    link = alice.ask("POST", "/people/invitations", 201, json={"role": "member"})["link"]
    bob = Member(app, "Bob", link)
    yield alice, bob
    alice.close()
    bob.close()


def test_alices_picture_becomes_a_team_preset_that_bob_starts_with_after_a_kill(
    app: App, team: tuple[Member, Member]
) -> None:
    alice, bob = team
    shipped = alice.ask("GET", "/presets?whose=shipped&endpoint=v1.1")["presets"][0]
    first = alice.made({"input": {}, "preset": shipped["id"]})
    assert first["input"]["prompt"] == shipped["values"]["prompt"]
    kept = alice.ask(
        "POST",
        "/presets",
        201,
        json={
            "endpoint_id": V11,
            "name": "The house look",
            "values": {**shipped["values"], "seed": first["output"]["seed"]},
            "cover": {"run_id": first["id"], "index": 0},
            "visibility": "team",
        },
    )
    app.kill()
    app.start()
    app.until_ready()
    (found,) = bob.ask("GET", "/presets?whose=team&q=house")["presets"]
    assert found["id"] == kept["id"]
    run = bob.made({"input": {}, "preset": found["id"]})
    assert run["input"]["seed"] == kept["values"]["seed"]
    assert run["preset"] == "The house look"


def test_two_who_change_a_preset_at_once_both_see_both(
    app: App, team: tuple[Member, Member]
) -> None:
    alice, bob = team
    body = {"name": "Dusk", "values": {"prompt": "Dusk"}}
    kept = alice.ask(
        "POST", "/presets", 201, json={"endpoint_id": V11, "visibility": "team", **body}
    )
    path, read = f"/presets/{kept['id']}", {"If-Match": f'"{kept["version"]}"'}
    by_alice = {**body, "values": {"prompt": "Dusk, by Alice"}}
    alice.ask("PUT", path, json=by_alice, headers=read)
    by_bob = {**body, "values": {"prompt": "Dusk, by Bob"}}
    clash = bob.ask("PUT", path, 409, json=by_bob, headers=read)
    assert clash["current"]["values"] == {"prompt": "Dusk, by Alice"}
    assert clash["yours"]["values"] == {"prompt": "Dusk, by Bob"}


def test_a_template_of_a_teams_list_is_sent_as_one_prompt_and_comes_back_as_it_was_written(
    app: App, team: tuple[Member, Member]
) -> None:
    alice, bob = team
    lines = ["dusk", "noon", "snow"]
    alice.ask("POST", "/lists", 201, json={"name": "light", "lines": lines})
    template = {"prompt": "a {what} at __light__", "variables": {"what": "pier"}}
    run = bob.made({"input": {"seed": 7}, "template": template})
    assert run["input"]["prompt"] in {f"a pier at {line}" for line in lines}
    assert run["template"]["prompt"] == template["prompt"]
    again = bob.made({"input": {"seed": 7}, "template": template})
    assert again["input"]["prompt"] == run["input"]["prompt"]
    app.kill()
    app.start()
    app.until_ready()
    assert template["prompt"] in prompts_of(bob)
    assert template["prompt"] not in prompts_of(alice)


def test_all_prompts_of_a_template_are_begun_once_also_where_the_server_is_killed_midway(
    app: App, team: tuple[Member, Member]
) -> None:
    _, bob = team
    template = {"prompt": "a {red|blue} boat at {dawn|dusk}"}

    def begin(number: int) -> dict[str, Any]:
        body = {"endpoint_id": V11, "input": {}, "template": {**template, "combination": number}}
        headers = {"Idempotency-Key": f"boats-{number}"}
        run: dict[str, Any] = bob.ask("POST", "/runs", 202, json=body, headers=headers)
        return run

    estimate = {"endpoint_id": V11, "input": {}, "template": template}
    many = int(bob.ask("POST", "/estimates", json=estimate)["combinations"])
    before = [begin(number) for number in range(2)]
    app.kill()
    app.start()
    app.until_ready()
    runs = [begin(number) for number in range(many)]
    assert [run["id"] for run in runs[:2]] == [run["id"] for run in before]
    assert [run["input"]["prompt"] for run in runs] == [
        f"a {colour} boat at {time}" for colour in ("red", "blue") for time in ("dawn", "dusk")
    ]


def prompts_of(member: Member) -> list[str]:
    """What they find in their history."""
    return [one["text"] for one in member.ask("GET", "/prompts")["prompts"]]
