"""Names that are one name although their texts differ, and those that only look like it."""

from __future__ import annotations

from driftscan.compare.links import Links
from driftscan.compare.nearnames import cut, has_words, mixed, run_together, suffixed, together
from driftscan.model.resource import MatchKey
from driftscan.model.value import Text, Word
from tests.compare.estate import QUEUE, Estate, at, canonical, word


def both(stage: list[str | Text], prod: list[str | Text], rename: bool = True) -> tuple[Links, tuple[list[object], list[object]]]:
    sides = []
    for env, names in (("stage", stage), ("prod", prod)):
        made = []
        for n, text in enumerate(names):
            keys = (MatchKey("iac", ("s", f"{env}{n}")), MatchKey("name", ("/", text)))
            shown = text if isinstance(text, str) else ""
            made.append(canonical(at(env, QUEUE, f"{env}{n}"), {}, keys, name=shown, rename=rename))
        sides.append(Estate(env).add(*made))
    links = Links(sides[0].side(), sides[1].side())
    return links, ([i.seal for i in sides[0].items.values()], [i.seal for i in sides[1].items.values()])


def ids(pairs: object) -> list[tuple[str, str]]:
    return [(c.address.id, r.address.id) for c, r in pairs]  # type: ignore[attr-defined]


def named(env: str, text: str, length: int) -> Text:
    return Text((word(env), text[: length - len(env)]))


def test_cut_at_the_vendors_limit() -> None:
    links, rest = both([named("stage", "-payments-settlement-reconciler", 32)], [named("prod", "-payments-settlement-reconciler", 32)])
    assert ids(cut(links, rest)) == [("stage0", "prod0")]  # type: ignore[arg-type]


def test_cut_at_no_limit() -> None:
    links, rest = both([named("stage", "-payments-settlement-reconciler", 31)], [named("prod", "-payments-settlement-reconciler", 31)])
    assert cut(links, rest) == []  # type: ignore[arg-type]


def test_cut_so_that_two_come_into_question() -> None:
    """Both of the reference begin like the one of the candidate: neither is taken."""
    one = named("stage", "-payments-settlement-reconciler", 32)
    others = [Text((word("prod"), "-payments-settlement-reconc" + end)) for end in ("i", "a")]
    links, rest = both([one], [*others, others[0]])
    assert cut(links, rest) == []  # type: ignore[arg-type]


def test_suffixes_of_two_names_that_would_be_one() -> None:
    links, rest = both(["shop-Role-FGSTEAOFIAUO", "shop-Role-QWERTZUIOPAS"], ["shop-Role-ASDFGHJKLYXC"])
    assert suffixed(links, rest) == []  # type: ignore[arg-type]
    links, rest = both(["shop-Role-FGSTEAOFIAUO", "shop-Other-QWERTZUIOPAS"], ["shop-Role-ASDFGHJKLYXC"])
    assert ids(suffixed(links, rest)) == [("stage0", "prod0")]  # type: ignore[arg-type]


def other_word(holder: str, text: str) -> Word:
    return Word(holder, text, "{env}")


def test_a_word_of_the_other_environment_that_is_a_part_of_the_name() -> None:
    """`main-qa` where `main` is prod's word: on prod's side it is `main-main`."""
    stage = Text((other_word("prod", "main"), "-", other_word("stage", "qa")))
    prod = Text((other_word("prod", "main"), "-", other_word("prod", "main")))
    links, rest = both([stage], [prod])
    assert ids(mixed(links, rest)) == [("stage0", "prod0")]  # type: ignore[arg-type]


def test_words_that_are_neither_the_sides_own_nor_the_same_text() -> None:
    links, rest = both([Text((other_word("prod", "live"), "-x"))], [Text((other_word("stage", "qa"), "-x"))])
    assert mixed(links, rest) == []  # type: ignore[arg-type]


def test_names_in_two_places_are_paired_place_by_place() -> None:
    name = "-payments-settlement-reconciler"
    links, rest = both([named("stage", name, 32)] * 2, [named("prod", name, 32)] * 2)
    assert cut(links, rest) == []  # type: ignore[arg-type]
    assert ids(cut(links, rest, lambda address, _: address.id[-1])) == [("stage0", "prod0"), ("stage1", "prod1")]  # type: ignore[arg-type]


def test_words() -> None:
    assert has_words(("a", Text(("b", word("prod")))))
    assert has_words((word("dev"),))
    assert not has_words(("prod", Text(("stage",)), None))


def glued(stage: list[str], prod: list[str]) -> list[tuple[str, str]]:
    sides = []
    for env, words, names in (("stage", ("stage", "stg"), stage), ("prod", ("prod", "live"), prod)):
        made = [canonical(at(env, QUEUE, text), {}, (MatchKey("name", (text,)),), name=text) for text in names]
        sides.append(Estate(env, words=words).add(*made))
    links = Links(sides[0].side(), sides[1].side())
    return ids(run_together(links, ([i.seal for i in sides[0].items.values()], [i.seal for i in sides[1].items.values()])))


def test_words_that_are_glued_to_others_are_seen_by_both_sides_together() -> None:
    assert glued(["shopstage1", "stgbilling"], ["livebilling", "shopprod1"]) == [("shopstage1", "shopprod1"), ("stgbilling", "livebilling")]


def test_a_word_inside_another_names_no_environment() -> None:
    assert glued(["backstage"], ["back"]) == []  # only one side holds a word
    assert glued(["shopstage1"], ["storeprod1"]) == []
    assert glued(["astageb"], ["aprodb"]) == []  # in the middle of letters it is no word
    assert glued(["shopstage1", "shopstg1"], ["shopprod1"]) == []  # two could be meant


def test_several_of_one_glued_name_are_one_group_and_no_pair() -> None:
    estates = []
    for env, count in (("stage", 2), ("prod", 2)):
        made = [canonical(at(env, QUEUE, f"{env}{n}"), {}, (MatchKey("name", (f"orders{env}",)),)) for n in range(count)]
        alone = canonical(at(env, QUEUE, f"other-{env}"), {}, (MatchKey("name", (f"other{env}",)),))
        estates.append(Estate(env, words=(env,)).add(*made, alone))
    links = Links(estates[0].side(), estates[1].side())
    rest = ([i.seal for i in estates[0].items.values()], [i.seal for i in estates[1].items.values()])
    ((cs, rs),) = together(links, rest)
    assert ([s.address.id for s in cs], [s.address.id for s in rs]) == (["stage0", "stage1"], ["prod0", "prod1"])
    assert ids(run_together(links, rest)) == [("other-stage", "other-prod")]
