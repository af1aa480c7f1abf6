"""Posts of an association by its own examples: 云南省餐饮与美食行业协会; and 建议稿, which any checker may propose."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import Decision, State
from bot.rules.roster import Seat
from bot.rules.textcheck import Entry
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.posts import item, log, moves, passes, post, published
from tests.walks.test_archive import COMPANY

FRIDAY = datetime(2025, 3, 14, 9, 0, tzinfo=BEIJING)
PEOPLE = (
    Seat("huixin", "惠新", "会员部", "provider"),
    Seat("huizhan", "惠展", "会展部", "provider"),
    Seat("yangliu", "杨柳", "信息部", "officer"),
    Seat("tian", "田主任", "信息部", "info_head"),
    Seat("gu", "顾会长", "协会领导", "leader"),
)
NOODLES = "过桥米线大赛\n四月在昆明举行过桥米线大赛，欢迎会员报名。"
BETTER = "云南过桥米线大赛报名"


@pytest.fixture
def society(opens: Opens) -> Desk:
    return opens(slug="yunnan-catering-association", seats=PEOPLE, start=FRIDAY)


def provided(desk: Desk, who: str = "huixin", text: str = NOODLES, scope: str = "公告通知、新闻和活动预告") -> str:
    return post(desk, who, text, "会员部", channels="官方微博", 内容范围=scope)


def can_publish(desk: Desk, number: str) -> list[str]:
    return [s.userid for s in PEOPLE if any("发布" in label for label in desk.live(s.userid, number))]


def texts(desk: Desk, user: str) -> str:
    return "\n".join(desk.texts(user))


# ---- who checks -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("yunnan-catering-association-R3")
def test_the_officer_s_own_draft_goes_to_the_head(society: Desk) -> None:
    """信息专员杨柳自己起草: 核稿交信息部负责人, 她自己核不了; 核过后由她发布。"""
    number = provided(society, "yangliu")
    assert not society.live("yangliu", number) and society.live("tian", number)
    assert society.says("yangliu", f"同意 {number}") == "起草人不能审核本人稿件，由田主任办理。"
    passes(society, number, "tian")
    [checked] = [m for m in moves(society, number) if m.decision is Decision.PASSED]
    assert (checked.actor, checked.role, checked.acting_for) == ("tian", "officer", "yangliu")
    assert can_publish(society, number) == ["yangliu"]
    published(society, number, "yangliu")
    assert item(society, number).state is State.DONE


@pytest.mark.rule("yunnan-catering-association-R3")
def test_the_officer_checks_and_publishes_what_others_provide(society: Desk) -> None:
    """别人提供的由杨柳核稿审批并发布; 卡片上写着提供的专人。"""
    number = provided(society)
    assert [s.userid for s in PEOPLE if society.live(s.userid, number)] == ["yangliu"]
    assert "责任人：惠新" in society.texts("yangliu")[-1]
    passes(society, number, "yangliu")
    assert can_publish(society, number) == ["yangliu"]
    published(society, number, "yangliu")
    assert "已发布完成" in society.texts("huixin")[-1]


@pytest.mark.rule("yunnan-catering-association-R8")
def test_nothing_is_published_before_the_check(society: Desk) -> None:
    """没核的稿件来发布: 被拒, 不管是谁; 一改, 又要核。"""
    number = provided(society)
    for who in ("yangliu", "huixin"):
        said = society.says(who, f"已发布 {number}\n官方微博 https://example.com/1")
        assert "未经审核的信息不得发布" in said and "由杨柳办理" in said, who
    assert item(society, number).links == () and log(society, number).count("拒绝发布") == 2

    passes(society, number, "yangliu")
    society.says("huixin", f"改 {number} {NOODLES.replace('四月', '五月')}")
    assert "未经审核的信息不得发布" in society.says("yangliu", f"已发布 {number}\n官方微博 https://example.com/1")
    assert can_publish(society, number) == [] and item(society, number).links == ()


@pytest.mark.rule("yunnan-catering-association-R9")
def test_without_the_confirmation_there_is_no_check(opens: Opens) -> None:
    """没有确认未见涉密和违规内容: 点“同意”被拒, 确认后才行; 没有提示词的, 同意就是确认; 两种都留痕。"""
    society = opens(slug="yunnan-catering-association", seats=PEOPLE, start=FRIDAY, words=(Entry("内部", 1),))
    number = provided(society, text="转发：内部通报\n转发一则内部通报的公开报道。", scope="认定需发布或转发的其他信息")
    society.says("huixin", "说明 已公开报道")
    assert "确认未见" in society.live("yangliu", number)
    society.taps("yangliu", "同意", number=number)
    assert "请先点“确认未见”" in society.texts("yangliu")[-1] and item(society, number).position == 1
    society.taps("yangliu", "确认未见", number=number)
    society.later(seconds=2)
    society.taps("yangliu", "同意", number=number)
    assert [m.decision for m in moves(society, number)][1:] == [Decision.CONFIRMED, Decision.PASSED]

    plain = passes(society, provided(society), "yangliu")
    assert moves(society, plain)[-1].form == {"未见禁止发布内容": "已确认"}


@pytest.mark.rule("yunnan-catering-association-R10")
def test_what_a_leader_of_the_association_approves(society: Desk) -> None:
    """“理事会换届公告”选第6类: 杨柳核过后会长收到卡片; 会长没批发不了; 一共七类。"""
    text = "理事会换届公告\n第三届理事会换届会议四月召开。"
    number = provided(society, text=text, scope="经协会领导批准的信息")
    assert "之后由协会领导批准" in society.texts("huixin")[-1] or "之后由协会领导批准" in society.says("huixin", number)
    passes(society, number, "yangliu")
    assert "待您批准" in society.texts("gu")[-1] and can_publish(society, number) == []
    assert "顾会长" in society.says("yangliu", f"发布 {number}")
    passes(society, number, "gu")
    assert can_publish(society, number) == ["yangliu"]
    assert len(society.regulation.content.scope) == 7


# ---- 建议稿 ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("yunnan-catering-association-R5")
@pytest.mark.parametrize("how", ["tapped", "typed", "twice"])
def test_an_edited_title_is_shown_to_the_provider(how: str, opens: Opens) -> None:
    """会员部提供“过桥米线大赛”, 杨柳改了标题: 提供人看到改了哪里, 采用后送审, 由杨柳核稿发布。"""
    society = opens(slug="yunnan-catering-association", seats=PEOPLE, start=FRIDAY, twice=how == "twice")
    number = provided(society)
    society.says("yangliu", f"退回 {number} 建议标题：{BETTER}")

    shown = society.texts("huixin")[-1]
    assert f"{number}《过桥米线大赛》核稿审批未通过（杨柳，退回）：请看建议稿。" in shown
    assert "建议稿与您的稿比较：【增:云南】过桥米线大赛【增:报名】" in shown and f"————\n{BETTER}\n四月在昆明" in shown
    if how != "typed":
        society.taps("huixin", "采用并送审", number=number)
    else:
        assert f"{number} 已送核稿审批" in society.says("huixin", f"采用 {number}")
    now = item(society, number)
    assert (now.title, now.current.no, now.current.by, now.round) == (BETTER, 2, "huixin", 2)
    assert now.current.body == NOODLES.partition("\n")[2]
    assert not society.live("huixin", number)
    assert "与上一版比较：【增:云南】" in society.texts("yangliu")[-1]
    passes(society, number, "yangliu")
    published(society, number, "yangliu")
    assert [m.form.get("建议稿", "") for m in moves(society, number)][1] == f"{BETTER}\n{now.current.body}"
    assert "采用建议稿" in log(society, number)


def test_a_whole_text_is_proposed_when_the_reason_is_asked(society: Desk) -> None:
    """点退回选“其他”后回复“时间不对 建议稿：…”(几行): 是建议稿, 不是新稿; 理由和全文都留着。"""
    number = provided(society)
    society.taps("yangliu", "退回", number=number, 退回原因="其他（回复说明）")
    assert "想直接给出改法，回复“建议稿：改好的全文”，或“建议标题：新标题”" in society.texts("yangliu")[-1]
    society.says("yangliu", "建议稿：过桥米线大赛\n五月在昆明举行过桥米线大赛，欢迎会员报名。")

    assert "【删:四】【增:五】" in society.texts("huixin")[-1]
    society.taps("huixin", "采用并送审", number=number)
    assert item(society, number).current.body.startswith("五月")


def test_the_provider_may_write_it_himself(society: Desk) -> None:
    """不采用也行: 自己改后发全文; 旧的建议稿卡片失效, 不会再换掉他的稿。"""
    number = provided(society)
    society.says("yangliu", f"退回 {number} 标题太短 建议标题：{BETTER}")
    assert "（杨柳，退回）：标题太短。" in society.texts("huixin")[-1]
    society.taps("huixin", "自己改", number=number)
    society.says("huixin", NOODLES.replace("过桥米线大赛\n", "米线大赛通知\n"))
    assert "采用并送审" not in society.live("huixin", number)
    society.taps("huixin", "送审", number=number)

    assert item(society, number).title == "米线大赛通知"
    assert "由杨柳办理" in society.says("huixin", f"采用 {number}")  # too late
    assert item(society, number).title == "米线大赛通知"
    assert "没有您的稿件" in society.says("huizhan", f"采用 {number}")


def test_there_may_be_no_proposal(society: Desk) -> None:
    """没有建议稿的退回, 回复“采用”: 说明没有; 和原文一样的建议稿只算理由。"""
    number = provided(society)
    society.says("yangliu", f"退回 {number} 建议稿：{NOODLES}")
    assert "建议稿与您的稿比较" not in texts(society, "huixin")
    assert society.says("huixin", f"采用 {number}") == f"{number} 没有建议稿，请把改好的全文发来。"


def test_a_proposal_is_looked_at_like_any_text(opens: Opens) -> None:
    """建议稿里有提示词或超过字数: 采用时照样要说明、要删减, 不能绕过。"""
    society = opens(slug="company-qiguanbu", seats=COMPANY, start=FRIDAY)
    number = post(society, "dingli", "订货会\n周六举行。", "销售部", channels="官方微博", 内容范围="公司研发产品宣传")
    society.says("luojun", f"退回 {number} 建议稿：订货会\n{'周六举行。' * 40}")
    assert "超出" in society.says("dingli", f"采用 {number}")
    assert item(society, number).position == 0 and not society.live("luojun", number)
