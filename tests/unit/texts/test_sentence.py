"""Sentences that can be said in another language."""

import copy
import json

import pytest

from backend.domain.errors import FalBusy, InputRefused
from backend.domain.sentence import Sentence, kept, kept_from
from backend.texts.texts import Texts, TextsBroken, read_texts

SIZE = Sentence("size", "{what} takes {most:n} characters.", what=Sentence("it", "It"), most=20_000)
TEXTS = Texts(
    {
        "en": {"here": "Here", "runs": {"one": "{count} run", "other": "{count} runs"}},
        "de": {
            "here": "Hier",
            "it": "Es",
            "size": "{most:n} Zeichen fasst {what}.",
            "runs": {"one": "{count} Lauf", "other": "{count} Läufe"},
        },
    }
)


def test_it_is_its_english_text() -> None:
    assert SIZE == "It takes 20,000 characters."
    assert json.loads(json.dumps({"said": SIZE})) == {"said": "It takes 20,000 characters."}


def test_it_is_said_in_another_language_with_its_parameters() -> None:
    assert TEXTS.say(SIZE, "de") == "20.000 Zeichen fasst Es."
    assert TEXTS.say(SIZE, "en") == "It takes 20,000 characters."


def test_what_has_no_translation_and_plain_text_stay_as_they_are() -> None:
    assert TEXTS.say(Sentence("new", "Something {x}.", x=1), "de") == "Something 1."
    assert TEXTS.say("a person's prompt {most}", "de") == "a person's prompt {most}"


def test_a_parameter_that_looks_like_a_hole_stays_text() -> None:
    told = Sentence("size", "{what}: {most:n}", what="{most}", most=2)
    assert told == "{most}: 2"
    assert TEXTS.say(told, "de") == "2 Zeichen fasst {most}."


@pytest.mark.parametrize(("count", "said"), [(1, "1 Lauf"), (0, "0 Läufe"), (2, "2 Läufe")])
def test_a_language_chooses_its_own_plural(count: int, said: str) -> None:
    runs = Sentence.counted("runs", count, one="one run", other="{count} runs")
    assert TEXTS.say(runs, "de") == said
    assert TEXTS.text("runs", "de", count=count) == said


def test_a_document_is_said_whole_and_its_names_are_left_alone() -> None:
    document = {"size": [SIZE, 1, None], "in": ({"it": SIZE},)}
    said = TEXTS.speak(document, "de")
    assert said == {"size": ["20.000 Zeichen fasst Es.", 1, None], "in": [{"it": said["size"][0]}]}
    assert TEXTS.speak(document, "en") is document


def test_it_comes_back_from_the_database_as_a_sentence() -> None:
    back = kept_from(json.loads(json.dumps(kept(SIZE))))
    assert back == SIZE
    assert TEXTS.say(back, "de") == "20.000 Zeichen fasst Es."
    assert kept("plain") == kept_from("plain") == "plain"


def test_copies_stay_sentences() -> None:
    assert TEXTS.say(copy.deepcopy(SIZE), "de") == "20.000 Zeichen fasst Es."


def test_an_error_without_a_message_of_its_own_says_its_class_s() -> None:
    texts = read_texts()
    assert texts.say(FalBusy().message, "de") == "fal ist ausgelastet. Nichts wurde berechnet."
    assert texts.say(InputRefused("given").message, "de") == "given"


def test_a_key_that_stands_twice_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "en.json").write_text('{"a": "1", "a": "2"}', encoding="utf-8")
    with pytest.raises(TextsBroken, match=r"en\.json: twice: a"):
        read_texts(folder)
