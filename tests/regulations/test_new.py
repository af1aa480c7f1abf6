"""shenfa regulation new: whatever is answered, the file that comes out loads, draws and says what was answered."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.regulation import describe, header, parse
from bot.regulation_hints import HINTS
from bot.regulation_new import BACK, QUESTIONS, BadAnswer, Question, answer, conversation, written
from bot.rules.regulation import Do, Kind, Regulation


def talk(given: dict[str, str]) -> str:
    """The file when these questions are answered so and all others with their default."""
    return written(conversation(lambda question, default: given.get(question.key, ""), pytest.fail))


def made(**given: str) -> Regulation:
    return parse(talk(given))


def test_the_defaults_make_a_regulation_without_hints() -> None:
    """一路回车, 得到的制度没有问题, 也没有可提示的。"""
    regulation = made()
    assert [list(hint(regulation)) for hint in HINTS] == [[] for _ in HINTS]
    post, request = regulation.flow
    assert [(step.by, step.do, step.when) for step in post.steps] == [
        (("drafter",), Do.DRAFT, None), (("checker1",), Do.CHECK, None), (("checker2",), Do.CHECK, None),
        (("leader",), Do.CHECK, "须领导批准"), (("publisher",), Do.PUBLISH, None),
    ]
    assert (request.kind, [step.do for step in request.steps]) == (Kind.MATTER, [Do.DRAFT, Do.ASSIGN, Do.RECORD])


def test_everything_that_was_answered_is_in_the_file() -> None:
    """回答的都写进了文件: 单位、会签、授权、渠道、栏目、时限、催办、备案、另加的流程。"""
    regulation = made(
        title="江南书院新媒体办法", slug="jiangnan", central="宣传处", units="法务部、财务部、院领导",
        drafter="编辑@宣传处", checks="法务@法务部+财务@财务部，宣传处长", tick="无", publisher="编辑@宣传处",
        granter="宣传处长", channels="微博140字，官网", daily="微博", columns="公告、活动", scope="讲座，展览",
        banned="涉密信息", form="信息来源、摄影者", hours="09:00-18:00", check_due="24小时", publish_due="无",
        ahead="无", again="1天", up="宣传处长", filed="法务", extras="账号开设、账号年审",
    )  # fmt: skip
    post, opening, review = regulation.flow
    assert (regulation.title, regulation.slug) == ("江南书院新媒体办法", "jiangnan")
    assert regulation.columns == ("公告", "活动")
    assert set(regulation.unit.values()) == {"宣传处", "法务部", "财务部", "院领导"}
    assert [len(step.by) for step in post.steps] == [1, 2, 1, 1]
    assert [step.act for step in post.steps] == ["起草", "会签", "审定", "发布"]
    assert (post.steps[1].due, post.steps[3].due, post.file) == ("24h", None, ("checker1_1",))
    assert post.steps[0].by == post.steps[3].by == ("drafter",)
    assert regulation.role["drafter"].granted_by == "checker2"
    assert [(one.label, one.chars, one.per_day) for one in regulation.channel.values()] == [
        ("微博", 140, 1), ("官网", None, None)]
    assert (regulation.clock.open, regulation.clock.cutoff) == ("09:00", "18:00")
    assert (regulation.nag.ahead, regulation.nag.again, regulation.nag.up) == ((), "1d", ("checker2",))
    assert list(regulation.content.form) == ["信息来源", "摄影者"]
    assert opening.steps[-1].sets == "在用"
    assert (review.every, review.steps[0].missed) == ("year-11", "停用")


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("title", "own rules", "请写中文"), ("slug", "自己", "只用字母"), ("central", "承办单位", "专指"),
        ("central", "甲@乙", "不能有 @"),
        ("units", "法务部、法务部", "写了两次"),
        ("drafter", "信息员@火星", "没有单位“火星”，可写：承办单位、办公室、领导班子"),
        ("checks", "无", "至少要有一道审核"), ("checks", "甲@办公室，甲@办公室", "一人不能审两道"),
        ("checks", "信息员@办公室", "“信息员”已经在承办单位"), ("checks", "主任@办公室+主任@领导班子", "都叫“主任”"),
        ("tick", "级别=高", "不能有等号"), ("leader", "办公室主任@办公室", "已经审了一道"),
        ("granter", "发布员", "没有“发布员”"),
        ("granter", "别人", "不能授权给自己"), ("channels", "无", "至少要有一个渠道"), ("channels", "微博0", "大于 0"),
        ("channels", "微博140，微博", "写了两次"), ("daily", "抖音", "没有“抖音”这个渠道，可写：微博、微信"),
        ("columns", "十七个字的栏目名称放不进卡片的一个选项", "最多 16 个字"), ("hours", "17:30-08:30", "08:30-17:30"),
        ("hours", "早上", "08:30-17:30"), ("check_due", "很快", "请写成 24小时"), ("check_due", "-1d", "请写成 24小时"),
        ("ahead", "当日", "请写成 2小时"), ("ahead", "周一", "请写成 2小时"), ("up", "王五", "没有“王五”这个角色"),
        ("extras", "罚款", "没有“罚款”这个流程"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_with_its_reason(key: str, text: str, says: str) -> None:
    """答得不对的说明原因, 再问一次, 前面的回答都在。"""
    said: list[str] = []
    tries = iter([text])
    made_text = written(conversation(
        lambda question, default: next(tries, "") if question.key == key else "", said.append))
    assert len(said) == 1
    assert says in said[0]
    assert made_text == talk({})


def test_material_is_asked_of_own_people_only() -> None:
    """起草的人不在承办单位, 就没有资料征集可选。"""
    said: list[str] = []
    tries = iter(["资料征集"])
    answers = {"drafter": "编辑@办公室"}
    text = written(conversation(
        lambda q, default: next(tries, "") if q.key == "extras" else answers.get(q.key, ""), said.append))
    assert said == ["资料征集要由承办单位的人提供，而起草的人不在承办单位"]
    assert len(parse(text).flow) == 1


def test_back_asks_the_question_before_again() -> None:
    """打“返回”回到上一问; 在第一问打返回仍是第一问; 跳过的问题不再停下。"""
    asked: list[str] = []
    answers = {"title": [BACK, "甲办法", "乙办法"], "slug": [BACK, ""], "tick": ["无", "须批准"],
               "publisher": [BACK, ""]}

    def hear(question: Question, default: str) -> str:
        asked.append(question.key)
        waiting = answers.get(question.key, [])
        return waiting.pop(0) if waiting else ""

    regulation = parse(written(conversation(hear, pytest.fail)))
    assert regulation.title == "乙办法"
    assert asked[:5] == ["title", "title", "slug", "title", "slug"]
    assert asked[8:14] == ["checks", "tick", "publisher", "tick", "leader", "publisher"]


NAMES = st.text("甲乙丙丁戊己庚辛壬癸“”\\\"#='@+1", min_size=1, max_size=6).map(lambda name: f"部{name}")


def _list(names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(names, min_size=1, max_size=4, unique=True).map("，".join)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional={
    "title": NAMES, "central": NAMES, "units": _list(NAMES), "drafter": NAMES, "checks": _list(NAMES), "tick": NAMES,
    "publisher": NAMES, "channels": _list(NAMES), "columns": _list(NAMES), "scope": _list(NAMES),
    "banned": _list(NAMES), "form": _list(NAMES), "check_due": st.sampled_from(["1wd", "3天", "当日", "无", "周五"]),
    "extras": st.sampled_from(["无", "资料征集", "账号开设", "资料征集、账号开设、账号年审"]),
}))
def test_whatever_is_accepted_loads_and_draws(given_: dict[str, str]) -> None:
    """凡是被接受的回答, 写出的文件都读得进来、画得出来。"""
    heard: set[str] = set()
    count = itertools.count()

    def hear(question: Question, default: str) -> str:
        once = question.key not in heard
        heard.add(question.key)
        assert next(count) < 100
        return given_.get(question.key, "") if once else ""

    regulation = parse(written(conversation(hear, lambda why: None)))
    console = Console(width=80, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(header(regulation), *(describe(regulation, flow) for flow in regulation.flow))
    assert capture.get()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_question_explains_itself_and_has_a_default(question: Question) -> None:
    """每一问都有解释, 默认值都答得上。"""
    answers: dict[str, object] = {}
    for one in QUESTIONS:
        if one is question:
            break
        answers[one.key] = answer(one, "", answers)
    assert len(question.why) > 4
    assert question.default(answers)
    answer(question, "", answers)


def test_what_is_not_printable_is_not_kept() -> None:
    """看不见的字符不写进文件。"""
    assert answer(QUESTIONS[0], "办\x00法\x7f\u200b", {}) == "办法"
    with pytest.raises(BadAnswer):
        answer(QUESTIONS[0], "rules", {})
