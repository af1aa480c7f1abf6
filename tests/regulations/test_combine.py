"""文章加在制度上: what a paper adds to the regulation in force, and where the two do not agree."""

from __future__ import annotations

from typing import Any

import pytest

from bot.regulation import RegulationProblems, combine, load, parse, shipped, source_text
from bot.rules.regulation import Regulation

PAPERS = ("perf-assessment-paper", "weibo-opinion-paper")
HEAD = 'schema = 1\nslug = "{0}"\ntitle = "制度{0}"\n'


def made(slug: str, text: str) -> str:
    return HEAD.format(slug) + text


def clashes(base: str, *papers: str) -> list[str]:
    with pytest.raises(RegulationProblems) as caught:
        parse(combine(base, papers))
    return [str(problem) for problem in caught.value.problems]


def test_a_paper_adds_and_changes_nothing_else() -> None:
    saws, paper = load("saws"), load("perf-assessment-paper")
    whole = load("saws", PAPERS)

    assert whole.flow == (*saws.flow, *paper.flow)
    assert whole.role == saws.role | paper.role
    assert whole.unit == saws.unit | paper.unit
    assert set(measures(whole)) == {*measures(paper), *measures(load("weibo-opinion-paper"))}
    for kept in ("slug", "title", "columns", "channel", "clock", "nag"):
        assert getattr(whole, kept) == getattr(saws, kept)
    assert whole.content.model_copy(update={"tone": {}}) == saws.content  # phrases to advise on are added


@pytest.mark.parametrize("slug", shipped())
def test_the_papers_fit_the_regulations(slug: str) -> None:
    assert {"follows", "score"} <= {flow.id for flow in load(slug, PAPERS).flow}


@pytest.mark.parametrize("slug", ["newmedia-trial", "gov-newmedia-trial"])
def test_a_role_with_another_meaning_is_told(slug: str) -> None:
    """There it is 后台管理人员, in the paper 账号管理员."""
    text = source_text(slug).replace("\nmanager =", "\naccount_manager =").replace('"manager"', '"account_manager"')
    assert clashes(text, source_text("perf-assessment-paper")) == [
        "role.account_manager: perf-assessment-paper 里也有，意思不同"
    ]


def test_added_twice_is_added_once() -> None:
    assert load("saws", [*PAPERS, *PAPERS]) == load("saws", PAPERS)


DRAFT = '[[flow]]\nid = "f"\nkind = "matter"\nlabel = "{}"\nsteps = [{{ by = ["r"], do = "draft", act = "办理" }}]\n'
GAP = '[watch]\ngap_minutes = {{ label = "集中", over = {} }}\n'
ROLE = '[role]\nr = { label = "经办人", scope = "own" }\n'


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('[unit]\nu = "甲处"\n', '[unit]\nu = "乙处"\n', "unit.u"),
        (ROLE, ROLE.replace("经办人", "审核人"), "role.r"),
        (ROLE + DRAFT.format("事项甲"), ROLE + DRAFT.format("事项乙"), "flow.f"),
        ('[content.tone]\n"严禁" = "请不要"\n', '[content.tone]\n"严禁" = "请勿"\n', "content.tone.严禁"),
        (GAP.format(10), GAP.format(9), "watch.gap_minutes"),
    ],
)
def test_the_same_id_merges_or_clashes(old: str, new: str, key: str) -> None:
    base = made("a", old)

    assert parse(combine(base, [made("b", old)])) == parse(combine(base, []))
    assert clashes(base, made("b", new)) == [f"{key}: b 里也有，意思不同"]


def measures(regulation: Regulation) -> dict[str, Any]:
    watch: Any = regulation.watch
    return dict(watch) if isinstance(watch, dict) else {one.get("measure", one["label"]): one for one in watch}


def test_a_measure_is_what_its_limits_say() -> None:
    """Two papers call the same measure by two names: it is one, with the words of the first."""
    whole = measures(load("saws", PAPERS))

    assert whole["original_rate"] == measures(load("perf-assessment-paper"))["original_rate"]


def test_measures_beside_rhythms() -> None:
    rhythm = '[[watch]]\nlabel = "供稿"\ncount = "drafts"\nper = "unit"\nin = "week"\nleast = 1\n'
    slug = "perf-assessment-paper"

    whole = parse(combine(made("a", rhythm), [source_text(slug), made("b", rhythm)]))

    assert list(measures(whole)) == ["供稿", *measures(load(slug))]


def test_a_measure_in_a_list_has_a_known_name() -> None:
    with pytest.raises(RegulationProblems, match=r"watch\.1\.measure: 不认识的指标"):
        parse(made("a", '[[watch]]\nmeasure = "moods"\nlabel = "心情"\nleast = 1\n'))


def test_the_whole_passes_the_checks_of_a_file() -> None:
    """Two flows that read alike on a card, though each file is right alone; a second regulation is no paper."""
    other = DRAFT.format("事项甲").replace('"f"', '"g"')

    assert clashes(made("a", ROLE + DRAFT.format("事项甲")), made("b", ROLE + other)) == [
        "flow.g.label: 有两个流程都叫“事项甲”"
    ]
    assert clashes(source_text("citics"), source_text("saws")) == [
        "saws 有自己的渠道，是一部完整的制度，不能加在别的制度上"
    ]


def test_a_form_may_be_written_in_two_ways() -> None:
    """`text` and `{ type = "text" }` are the same field; the policy of an organisation keeps its papers."""
    flow = ROLE + DRAFT.format("事项")
    short, long = (f'{flow}form = {{ "事由" = {spec} }}\n' for spec in ('"text"', '{ type = "text" }'))

    assert parse(combine(made("a", short), [made("b", long)])).flow == parse(made("a", short)).flow


def test_what_is_wrong_in_a_paper_has_its_line() -> None:
    assert clashes(made("a", ""), made("b", "[unit]\nu = 1\n")) == ["第5行 unit.u: 须是文字(加引号)"]
