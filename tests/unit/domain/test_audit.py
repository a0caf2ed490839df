"""What the audit log says about the start of a run."""

from backend.domain.audit import MOST_OF_A_PROMPT, facts_of_start
from tests.unit.runs.factories import a_run


def test_it_names_endpoint_and_price_and_no_prompt() -> None:
    run = a_run(input={"prompt": "a secret garden"})
    facts = facts_of_start(run, prompts=False)
    assert facts["endpoint"] == run.endpoint_id
    assert facts["estimate_usd"] == str(run.estimate)
    assert "garden" not in str(facts)


def test_it_names_the_run_that_is_repeated() -> None:
    assert facts_of_start(a_run(again_of="first"), prompts=False)["again_of"] == "first"


def test_an_owner_may_have_the_beginning_of_each_prompt() -> None:
    run = a_run(input={"prompt": "x" * 2 * MOST_OF_A_PROMPT})
    assert facts_of_start(run, prompts=True)["prompt"] == "x" * MOST_OF_A_PROMPT


def test_an_input_without_a_prompt_has_none() -> None:
    assert "prompt" not in facts_of_start(a_run(input={}), prompts=True)
