"""A file with mistakes: all of them at once, each with its key and its line, in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.regulation import Problem, RegulationProblems, hints, load, parse
from bot.regulation_checks import CHECKS, Found, Raw
from bot.regulation_hints import HINTS, Hinted
from bot.rules.regulation import Regulation

GOOD = """\
schema = 1
slug = "small"
title = "小制度"
columns = ["公告"]

[unit]
central = "办公室"

[role]
writer = { label = "起草人", scope = "own", seats = [1, 2] }
head = { label = "负责人", scope = "central" }

[channel.weibo]
label = "微博"
keeper = "head"
image = { formats = ["jpg"], over = 1, under = 5 }

[content]
scope = ["新闻", "其他"]
banned = ["涉密信息"]
form = { "来源" = "text" }

[content.basis]
banned = 1
any = ["文号", "公开征求意见"]

[clock]
cutoff = "17:30"

[nag]
ahead = ["2h"]
again = "1wd"
up = ["head"]

[[flow]]
id = "post"
kind = "post"
label = "发布"
columns = ["公告"]
form = { "类别" = "甲类|乙类", "日期" = "past" }
refuse = { "日期" = "还早" }
file = ["head"]
steps = [
  { by = ["writer"], do = "draft", act = "起草" },
  { by = ["head"], do = "check", act = "审核", due = "1d", since = "日期" },
  { when = "类别=甲类", by = ["head"], do = "check", act = "复核" },
  { by = ["writer"], do = "publish", act = "发布" },
]

[[flow]]
id = "account"
kind = "account"
label = "开账号"
every = "year-11"
steps = [
  { by = ["writer"], do = "draft", act = "申请", missed = "停用" },
  { by = ["head"], do = "record", act = "开通", sets = "在用", repeat = true },
]

[watch]
gap_minutes = { label = "集中发布", over = 10 }
"""


def problems(old: str, new: str, more: tuple[str, str] = ("", "")) -> list[Problem]:
    """What is said of GOOD after a change."""
    assert GOOD.count(old) >= 1 and more[0] in GOOD
    with pytest.raises(RegulationProblems) as caught:
        parse(GOOD.replace(old, new, 1).replace(more[0], more[1], 1) if more[0] else GOOD.replace(old, new, 1))
    return caught.value.problems


def test_the_good_file_is_good() -> None:
    """改动之前的例子没有问题。"""
    assert parse(GOOD).slug == "small"


Case = tuple[str, str, int | None, str, str]
CASES: tuple[Case, ...] = (
    # shape
    ('title = "小制度"', 'title = "小制度"\ntitel = ""', 4, "titel", "不认识的键(是不是 title?)"),
    ('title = "小制度"', 'title = "小制度"\nxyzzy = ""', 4, "xyzzy", "不认识的键"),
    ('title = "小制度"\n', "", None, "title", "缺少这一项"),
    ("schema = 1", "schema = 2", 1, "schema", "只能是 1"),
    ('kind = "post"', 'kind = "poster"', 37, "flow.post.kind", "只能是 post、comment、account、matter"),
    ("cutoff =", "cut =", 28, "clock.cut", "不认识的键"),
    ('do = "check", act = "审核"', 'do = "chek", act = "审核"', 45, "flow.post.steps.2.do", "只能是 draft、check"),
    (', act = "审核"', "", 45, "flow.post.steps.2.act", "缺少这一项"),
    ("seats = [1, 2]", 'seats = "1"', 10, "role.writer.seats", "列表"),
    ('act = "审核"', 'act = "审核", confirm = true', 45, "flow.post.steps.2.confirm", "只用于 publish"),
    ('act = "审核"', 'act = "审核", adopt = { when = "甲=乙", title = "题", body = "文", author = "人" }', 45,
     "flow.post.steps.2.adopt", "只用于 record"),
    ('file = ["head"]', 'did = ["已转发"]', 42, "flow.post.did", "没有 inform"),
    ('every = "year-11"', 'every = "year-11"\nraised_at = "publish"', 55, "flow.account.raised_at", "matter"),
    ('every = "year-11"', 'every = "year-11"\nform = { "情况" = { type = "text", fill = "nothing" } }', 55,
     "flow.account.form.情况.fill", "posts"),
    ("repeat = true", 'repeat = "是"', 57, "flow.account.steps.2.repeat", "true 或 false"),
    ('form = { "来源" = "text" }', 'form = { "来源" = 3 }', 21, "content.form.来源", ""),
    # names
    ('by = ["head"], do = "check", act = "审核"', 'by = ["boss"], do = "check", act = "审核"', 45,
     "flow.post.steps.2.by.1", "没有角色 boss"),
    ('file = ["head"]', 'file = ["boss"]', 42, "flow.post.file.1", "没有角色 boss"),
    ('file = ["head"]', 'archive = "boss"', 42, "flow.post.archive", "没有角色 boss"),
    ('file = ["head"]', 'responsible = "boss"', 42, "flow.post.responsible", "没有角色 boss"),
    ('keeper = "head"', 'keeper = "boss"', 15, "channel.weibo.keeper", "没有角色 boss"),
    ('up = ["head"]', 'up = ["boss"]', 33, "nag.up.1", "没有角色 boss"),
    ('scope = "central"', 'scope = "centre"', 11, "role.head.scope", "没有单位 centre"),
    ('scope = "central"', 'scope = "central", granted_by = "boss"', 11, "role.head.granted_by", "没有角色 boss"),
    ("seats = [1, 2]", "seats = [2, 1]", 10, "role.writer.seats", "最少不大于最多"),
    ('label = "发布"\ncolumns = ["公告"]', 'label = "发布"\ncolumns = ["通知"]', 39, "flow.post.columns.1",
     "没有栏目“通知”"),
    ('id = "account"', 'id = "post"', 51, "flow.post.id", "重复"),
    ('scope = ["新闻", "其他"]', 'scope = ["新闻", "新闻"]', 19, "content.scope.2", "重复"),
    ('id = "account"', 'id = "开账号"', 51, "flow.开账号.id", "只用字母"),
    # words for users
    ('act = "审核"', 'act = "check"', 45, "flow.post.steps.2.act", "须是中文"),
    ('label = "发布"', 'label = "post"', 38, "flow.post.label", "须是中文"),
    ('banned = ["涉密信息"]', 'banned = ["secrets"]', 20, "content.banned.1", "须是中文"),
    ('label = "集中发布"', 'label = "gap"', 61, "watch.gap_minutes.label", "须是中文"),
    ('label = "发布"', 'label = "十七个字的名称放不进卡片的一个选项"', 38, "flow.post.label", '请加 short="'),
    ('label = "发布"', 'label = "发布"\nshort = "十七个字的名称放不进卡片的一个选项"', 39, "flow.post.short",
     "最多 16 个字"),
    ('scope = ["新闻"', 'scope = ["十七个字的名称放不进卡片的一个选项"', 19, "content.scope.1", '请加 short="'),
    ('scope = ["新闻"', 'scope = [{ label = "十七个字的名称放不进卡片的一个选项" }', 19, "content.scope.1.label",
     '请加 short="'),
    ('columns = ["公告"]\n\n[unit]', 'columns = ["公告", "十七个字的名称放不进卡片的一个选项"]\n\n[unit]', 4,
     "columns.2",
     "最多 16 个字"),
    # times
    ('due = "1d"', 'due = "1w"', 45, "flow.post.steps.2.due", "不是时限"),
    ('due = "1d", since = "日期"', 'due = "-1d"', 45, "flow.post.steps.2.due", "since"),
    ('due = "1d", since', "since", 45, "flow.post.steps.2.since", "没有 due"),
    ('since = "日期"', 'since = "日子"', 45, "flow.post.steps.2.since", "没有字段“日子”"),
    ('since = "日期"', 'since = "来源"', 45, "flow.post.steps.2.since", "不是日期"),
    ('ahead = ["2h"]', 'ahead = ["-2h"]', 31, "nag.ahead.1", "不是时长"),
    ('again = "1wd"', 'again = "周一"', 32, "nag.again", "不是时长"),
    ('again = "1wd"', 'idle = "0d"', 32, "nag.idle", "不是时长"),
    ('again = "1wd"', 'again = "daily"', 32, "nag.again", "不是时长"),
    ('again = "1wd"', 'review = "1d"', 32, "nag.review", "小时数"),
    ('again = "1wd"', 'hours = "17:30-08:30"', 32, "nag.hours", "不是时段"),
    ('cutoff = "17:30"', 'cutoff = "24:30"', 28, "clock.cutoff", "不是时刻"),
    ('cutoff = "17:30"', 'cutoff = "17:30"\n[severity.levels]\n"较大" = "post"', 30, "severity.levels.较大",
     "没有评论流程 post"),
    ('cutoff = "17:30"', 'cutoff = "08:00"', 28, "clock.cutoff", "早于 open"),
    ('every = "year-11"', 'every = "year-13"', 54, "flow.account.every", "year-11"),
    # forms
    ('"来源" = "text"', '"来源" = "string"', 21, "content.form.来源", "不是字段类型"),
    ('"来源" = "text"', '"source" = "text"', 21, "content.form.source", "须是中文"),
    ('"甲类|乙类"', '"甲类|甲类"', 40, "flow.post.form.类别", "不是字段类型"),
    ('"日期" = "past"', '"日期" = { type = "past", when = "类别=丙类" }', 40, "flow.post.form.日期.when",
     "没有“丙类”"),
    ('"日期" = "past"', '"日期" = { type = "past", when = "来源=甲" }', 40, "flow.post.form.日期.when", "选择字段"),
    ('"日期" = "past"', '"日期" = { type = "past", when = "类别" }', 40, "flow.post.form.日期.when", "字段=值"),
    ('"甲类|乙类"', '"甲类|type b"', 40, "flow.post.form.类别", "中文"),
    ('any = ["文号"', 'any = ["number"', 25, "content.basis.any.1", "须是中文"),
    ('refuse = { "日期"', 'refuse = { "日子"', 41, "flow.post.refuse.日子", "没有字段“日子”"),
    ('refuse = { "日期"', 'refuse = { "类别"', 41, "flow.post.refuse.类别", "past"),
    ('when = "类别=甲类"', 'when = "类别=丙类"', 46, "flow.post.steps.3.when", "没有“丙类”"),
    ("banned = 1", "banned = 2", 24, "content.basis.banned", "没有第 2 项"),
    ('any = ["文号", "公开征求意见"]', "any = []", 25, "content.basis.any", "至少写一个"),
    # steps
    ('do = "draft", act = "起草"', 'do = "record", act = "起草"', 44, "flow.post.steps.1.do", "无条件的 draft"),
    ('{ by = ["writer"], do = "draft"', '{ when = "急", by = ["writer"], do = "draft"', 44,
     "flow.post.steps.1.when", "无条件的 draft"),
    ('{ by = ["head"], do = "check"', '{ when = "急", by = ["head"], do = "check"', 47,
     "flow.post.steps.4.do", "先审后发"),
    ('{ when = "类别=甲类", by = ["head"], do = "check"', '{ by = ["writer"], do = "draft"',
     47, "flow.post.steps.4.do", "先审后发"),
    ('do = "publish", act = "发布"', 'do = "record", act = "发布"', 47, "flow.post.steps.4.do", "publish 结束"),
    ('act = "审核"', 'act = "审核", sets = "停用"', 45, "flow.post.steps.2.sets", "account"),
    ('act = "审核"', 'act = "审核", missed = "停用"', 45, "flow.post.steps.2.missed", "account"),
    ('sets = "在用"', 'sets = "启用"', 57, "flow.account.steps.2.sets", "只能是 在用、停用、注销"),
    ('every = "year-11"\n', "", 55, "flow.account.steps.1.missed", "时限"),
    ('act = "审核"', 'act = "审核", repeat = true', 45, "flow.post.steps.2.repeat", "reply 和 record"),
    ('act = "发布" }', 'act = "发布", passes = "好" }', 47, "flow.post.steps.4.passes", "check"),
    ('act = "审核"', 'act = "审核", returns = "按钮上放不下的十一个字"', 45, "flow.post.steps.2.returns",
     "10 个字"),
    ('by = ["head"], do = "check", act = "审核"', 'by = [], do = "check", act = "审核"', 45, "flow.post.steps.2.by",
     "至少写一个角色"),
    # channels, measures
    ("over = 1, under = 5", "over = 5, under = 5", 16, "channel.weibo.image", "不小于上限"),
    ('keeper = "head"', 'keeper = "head"\nchars = 0', 16, "channel.weibo.chars", "大于 0"),
    ('{ label = "集中发布", over = 10 }', "10", 61, "watch.gap_minutes", "须是一个表"),
    ('label = "集中发布", ', "", 61, "watch.gap_minutes.label", "缺少 label"),
    ("over = 10", 'over = "10"', 61, "watch.gap_minutes.over", "须是数字"),
    ("gap_minutes", "gap_seconds", 61, "watch.gap_seconds", "不认识的指标"),
    (", over = 10", "", 61, "watch.gap_minutes", "界限"),
    (", over = 10", ", over = 10, below = 3", 61, "watch.gap_minutes.below", "不认识的键"),
    # syntax
    ('title = "小制度"', "title = 小制度", 3, "", "引号"),
    ('title = "小制度"', '"title" "小制度"', 3, "", "缺少 ="),
    ("schema = 1", "schema = 1\nschema = 1", 2, "", "两次"),
    ('gap_minutes = { label = "集中发布", over = 10 }\n', 'x = ["', None, "", "没有写完"),
    # 单位、角色、渠道的编号和名称
    ('slug = "small"', 'slug = "小制度"', 2, "slug", "代号只用字母"),
    ('central = "办公室"', 'central = "办公室"\n"处室" = "一处"', 8, "unit.处室", "单位的编号“处室”只用字母"),
    ("[channel.weibo]", '[channel."微博"]', 13, "channel.微博", "渠道的编号“微博”只用字母"),
    ('central = "办公室"', 'central = "办公室"\nown = "一处"', 8, "unit.own", "专指承办单位"),
    ('central = "办公室"', 'central = "办公室"\nother = "办公室"', 8, "unit.other", "有两个单位都叫“办公室”"),
    ('central = "办公室"', 'central = "office"', 7, "unit.central", "须是中文"),
    ('scope = "central"', 'scope = "central", granted_by = "head"', 11, "role.head.granted_by", "不能由自己授权"),
    # 后来的键
    ('act = "审核"', 'act = "审核", vacant = "nobody"', 45, "flow.post.steps.2.vacant", "须是中文"),
    ('act = "审核"', 'act = "审核", needs = ["writer"]', 45, "flow.post.steps.2.needs", "needs 只用于 record"),
    ('act = "审核"', 'act = "审核", early = "未批先办"', 45, "flow.post.steps.2.early", "early 只用于 record"),
    ('act = "审核"', 'act = "审核", interim = { tick = "研究", act = "研究办理" }', 45, "flow.post.steps.2.interim",
     "interim 只用于 reply"),
    ('act = "审核"', 'act = "审核", back = "甲=乙"', 45, "flow.post.steps.2.back", "back 只用于 record"),
    ('act = "审核"', 'act = "审核", reasons = ["too long"]', 45, "flow.post.steps.2.reasons.1", "须是中文"),
    ('act = "审核"', 'act = "审核", reasons = ["十七个字的理由放不进卡片的一个选项里"]', 45,
     "flow.post.steps.2.reasons.1", "最多 16 个字"),
    ('act = "发布" }', 'act = "发布", reasons = ["不好"] }', 47, "flow.post.steps.4.reasons", "只用于 check 和 record"),
    ('banned = ["涉密信息"]', 'banned = ["涉密信息"]\ntone = { "别问了" = "be polite" }', 21, "content.tone.别问了",
     "须是中文"),
    ('banned = ["涉密信息"]', 'banned = ["涉密信息"]\ntone = ["别问了"]', 21, "content.tone", "须是一个表"),
    ('scope = ["新闻"', 'scope = [{ label = "新闻", tick = "须批准" }', 19, "content.scope.1.tick",
     'when = "须批准" 的环节（现有：无）'),
    ('scope = ["新闻"', 'scope = [{ label = "新闻", tick = "类别=甲类" }', 19, "content.scope.1.tick", "的环节"),
    ('scope = ["新闻"', 'scope = [{ label = "新闻", form = { "名称" = "string" } }', 19, "content.scope.1.form.名称",
     "不是字段类型"),
    ('scope = ["新闻"', 'scope = [{ label = "新闻", form = { "name" = "text" } }', 19, "content.scope.1.form.name",
     "须是中文"),
    ('file = ["head"]', 'file = ["head"]\non_change = ["writer"]', 43, "flow.post.on_change", "只用于 kind"),
    ('every = "year-11"', 'every = "year-11"\non_change = ["head"]', 55, "flow.account.on_change.1",
     "head 不是承办单位的角色"),
    ('every = "year-11"', 'every = "year-11"\non_change = ["boss"]', 55, "flow.account.on_change.1", "没有角色 boss"),
    ('every = "year-11"', 'every = "year-11"\nbegin = "17:30"', 55, "flow.account.begin", "只用于 every"),
    ('file = ["head"]', 'file = ["head"]\nbegin = "周五"', 43, "flow.post.begin", "只用于 every"),
    ('every = "year-11"', 'every = "day"\nbegin = "周五"', 55, "flow.account.begin", "请写成 17:30"),
    ('every = "year-11"', 'every = "day"\nbegin = "24:30"', 55, "flow.account.begin", "不是时刻"),
    ('every = "year-11"', 'every = "week"\nbegin = "17:30"', 55, "flow.account.begin", "请写 周一、周二"),
    # 条件和日期在那之前已经填好
    ('when = "类别=甲类"', 'when = "类别＝甲类"', 46, "flow.post.steps.3.when", "半角 ="),
    ('when = "类别=甲类"', 'when = "来源=甲类"', 46, "flow.post.steps.3.when", "选择字段"),
    ('when = "类别=甲类"', 'when = "结论=可"', 46, "flow.post.steps.3.when", "须是本流程表单里的选择字段"),
    ('since = "日期" }', 'since = "办结日期", form = { "办结日期" = "date" } }', 45, "flow.post.steps.2.since",
     "还没有填"),
    ('since = "日期"', 'since = "发表时间"', 45, "flow.post.steps.2.since", "没有字段“发表时间”"),
    # 渠道的限制和指标
    ('formats = ["jpg"]', 'formats = [".jpg"]', 16, "channel.weibo.image.formats.1", "扩展名"),
    ("over = 1, under = 5", "upto = 0", 16, "channel.weibo.image.upto", "须大于 0"),
    ("over = 1, under = 5", "least = 5, under = 5", 16, "channel.weibo.image", "不小于上限"),
    ("over = 10", "over = 10, upto = 5", 61, "watch.gap_minutes", "下限 10 不小于上限 5"),
)


@pytest.mark.parametrize(("old", "new", "line", "key", "says"), CASES)
def test_each_mistake_is_named(old: str, new: str, line: int | None, key: str, says: str) -> None:
    """制度文件写错一处, 恰好报那一处: 键名、行号、一句中文。"""
    (problem,) = problems(old, new)
    assert (problem.line, problem.key) == (line, key)
    assert says in problem.text


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_is_needed(check: Callable[[Raw], Found], monkeypatch: pytest.MonkeyPatch) -> None:
    """去掉任何一项检查, 上面的错误就至少有一处没有人说。"""
    monkeypatch.setattr("bot.regulation.CHECKS", tuple(one for one in CHECKS if one is not check))
    missed = 0
    for old, new, *_ in CASES:
        try:
            parse(GOOD.replace(old, new, 1))
        except RegulationProblems:
            continue
        missed += 1
    assert missed


def test_a_condition_on_a_field_that_is_filled_later() -> None:
    """条件引用的字段要在这个环节之前填好。"""
    (problem,) = problems('act = "发布" }', 'act = "发布", form = { "结论" = "可公开|不公开" } }',
                          ('when = "类别=甲类"', 'when = "结论=可公开"'))
    assert (problem.key, problem.text) == ("flow.post.steps.3.when", "字段“结论”到这个环节还没有填")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('scope = ["新闻"', 'scope = [{ label = "新闻", tick = "须批准", form = { "名称" = "text" } }'),
        ('when = "类别=甲类"', 'when = "须批准"'),
        ('every = "year-11"', 'every = "day"\nbegin = "17:30"'),
        ('every = "year-11"', 'every = "week"\nbegin = "周五"'),
        ('every = "year-11"', 'every = "year-11"\non_change = ["writer"]'),
        ('act = "审核", due = "1d"', 'act = "审核", vacant = "还没有负责人", reasons = ["数字不对"], due = "-1d"'),
        ('act = "起草" }', 'act = "起草", form = { "活动日期" = "date" }, due = "-1d", since = "活动日期" }'),
        ('banned = ["涉密信息"]', 'banned = ["涉密信息"]\ntone = { "别问了" = "请改成：我们正在核实" }'),
        ("over = 1, under = 5", "least = 5, upto = 5"),
    ],
)
def test_what_is_right_is_not_complained_of(old: str, new: str) -> None:
    """写得对的新键不报错。"""
    more = ('when = "类别=甲类"', 'when = "须批准"') if "tick" in new else ("", "")
    assert old in GOOD
    parse(GOOD.replace(old, new, 1).replace(*more, 1) if more[0] else GOOD.replace(old, new, 1))


HINT_CASES = (
    ('label = "负责人", scope = "central"', 'label = "起草人", scope = "central"', "role.writer.label", "都叫“起草人”"),
    ("seats = [1, 2]", "seats = [0, 0]", "flow.post.steps.1.by", "没有人能发起这个流程"),
    ('up = ["head"]\n', "", "nag", "不会告知上级"),
    ('head = {', 'idle = { label = "闲人", scope = "own" }\nhead = {', "role.idle", "闲人没有用在任何地方"),
    ('central = "办公室"', 'central = "办公室"\nfar = "远处"', "unit.far", "远处没有任何角色"),
    ('by = ["head"], do = "check", act = "审核"', 'by = ["writer"], do = "check", act = "审核"', "flow.post.steps.2.by",
     "起草人不能审自己的稿件"),
    ('label = "负责人",', 'label = "负责人", seats = [1, 1],', "flow.post.steps.3.by", "一人不能审两道"),
    ('do = "record", act = "开通", sets = "在用", repeat = true', 'do = "assign", act = "转办"',
     "flow.account.steps.2", "分办之后没有人要办什么"),
    ('[channel.weibo]\nlabel = "微博"\nkeeper = "head"\nimage = { formats = ["jpg"], over = 1, under = 5 }\n', "", "",
     "没有地方发布"),
)


@pytest.mark.parametrize(("old", "new", "key", "says"), HINT_CASES)
def test_what_is_probably_not_meant_is_hinted_at(tmp_path: Path, old: str, new: str, key: str, says: str) -> None:
    """写得不错但多半不是本意的, 只作提示。"""
    assert old in GOOD
    text = GOOD.replace("seats = [1, 2]", "seats = [1, 1]", 1) if "起草人不能" in says else GOOD
    file = tmp_path / "own.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(hint.key == key and says in hint.text for hint in hints(file))


def test_the_good_file_needs_no_hint(tmp_path: Path) -> None:
    """没有可提示的就不说。"""
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert hints(file) == []


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: hint.__name__)
def test_every_hint_is_shown_by_a_case(hint: Callable[[Regulation], Hinted]) -> None:
    """每一种提示都有例子。"""
    texts = (GOOD.replace(old, new, 1).replace("seats = [1, 2]", "seats = [1, 1]", 1) for old, new, *_ in HINT_CASES)
    assert any(list(hint(parse(text))) for text in texts)


def test_all_mistakes_at_once_in_order() -> None:
    """几处错误一次全报, 按行排列, 形状错误不遮住别的错误。"""
    found = problems('title = "小制度"', 'titel = "小制度"', ('since = "日期"', 'since = "日子"'))
    assert [problem.key for problem in found] == ["title", "titel", "flow.post.steps.2.since"]
    assert str(found[-1]) == "第45行 flow.post.steps.2.since: 表单里没有字段“日子”"


def test_the_list_reads_as_a_message() -> None:
    """命令行里打印出来就是一份清单。"""
    with pytest.raises(RegulationProblems) as caught:
        parse(GOOD.replace("schema = 1", "schema = 2\nxyzzy = 1"), source="坏.toml")
    assert str(caught.value) == "坏.toml: 2 个问题\n  第1行 schema: 只能是 1\n  第2行 xyzzy: 不认识的键"


def test_two_kinds_may_use_the_same_word() -> None:
    """同一种事项里流程不能重名; 稿件和账号之间可以。"""
    assert parse(GOOD.replace('label = "开账号"', 'label = "发布"')).flow[1].label == "发布"
    (problem,) = problems('id = "account"\nkind = "account"\nlabel = "开账号"\nevery = "year-11"\nsteps = [\n',
                          'id = "other"\nkind = "post"\nlabel = "发布"\nsteps = [\n'
                          '  { by = ["writer"], do = "draft", act = "起草" },\n'
                          '  { by = ["head"], do = "check", act = "审核" },\n'
                          '  { by = ["writer"], do = "publish", act = "发布" },\n]\n\n'
                          '[[flow]]\nid = "account"\nkind = "account"\nlabel = "开账号"\nevery = "year"\nsteps = [\n')
    assert (problem.key, problem.text) == ("flow.other.label", "有两个流程都叫“发布”")


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    """单位自己的制度按路径读取。"""
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert load(file).title == "小制度"
    assert load(str(file)) == load(file)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "读不到制度文件"), (b"\xff\xfe", "UTF-8"), (b"", "缺少这一项")]
)
def test_an_unreadable_file_is_a_problem_too(tmp_path: Path, content: bytes | None, says: str) -> None:
    """没有的文件、编码不对的文件、空文件也是一个说得清的问题。"""
    file = tmp_path / "own.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RegulationProblems) as caught:
        load(file)
    assert says in caught.value.problems[0].text


def test_a_misspelt_slug_offers_the_known_ones() -> None:
    """拼错制度名时列出有哪些。"""
    with pytest.raises(RegulationProblems, match="saws"):
        load("sawz")


def test_conditional_rhythms_are_measures_too() -> None:
    """[[watch]] 按频次写的指标也认得, 写错的说明能写什么。"""
    head, _, _ = GOOD.partition("[watch]")
    rhythm = '[[watch]]\nlabel = "每周两条"\ncount = "posts"\nper = "account"\nin = "week"\nleast = 2\n'
    assert parse(head + rhythm).watch == (
        {"label": "每周两条", "count": "posts", "per": "account", "in": "week", "least": 2},)
    with pytest.raises(RegulationProblems) as caught:
        parse(head + rhythm.replace('"week"', '"fortnight"'))
    assert [(one.key, one.text) for one in caught.value.problems] == [
        ("watch.1.in", "只能是 day、week、month 或天数")]
