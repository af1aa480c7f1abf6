"""答复: 直接答复, 正在研究办理, 不归我们, 先审定再答复."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clock import BEIJING
from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import CAST, books

COMMENT_CAST = (
    *CAST,
    Seat("zhouting", "周婷", "宣传教育中心", "collector"),
    Seat("handa", "韩答", "政策法规司", "handler"),
    Seat("fatou", "法司长", "政策法规司", "unit_head"),
    Seat("jianda", "简答", "监管一司", "handler"),
    Seat("sanda", "山答", "监管三司", "handler"),
    Seat("sansi", "三司长", "监管三司", "unit_head"),
    Seat("xinda", "信答", "通信信息中心", "handler"),
)
INQUIRY = "一般性评论、政策咨询"
SUGGESTION = "一般性建设性意见和建议"
ASKED = "小微企业要不要办安全生产许可证?"


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


def collected(desk: Desk, who: str, said: str, flow: str, unit: str = "") -> str:
    """A comment that came and was handed on; its number."""
    number = desk.says(who, f"评论 {said}").partition("编号 ")[2][:4]
    chosen = {"单位": unit} if unit else {}
    desk.taps(who, "交办", number=number, 类别=flow, **chosen)
    return number


@pytest.mark.rule("saws-R27", "saws-R35")
def test_the_first_answer_is_looked_over_and_timed(opens: Opens) -> None:
    """第一时间答复, 从发表算起 50 分钟; 语气生硬的要再确认或改, 有禁止内容的不能答复; 转错了当即交回分办的人。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 9, 20))
    number = collected(desk, "zhouting", f"微博 @网友甲 09:12 {ASKED} https://weibo.com/1/b", INQUIRY, "监管一司")
    told = desk.texts("jianda")[-1]
    assert f"须今天答复 评 {number} · 剩 14 小时 40 分" in told
    assert "https://weibo.com/1/b" in told
    assert desk.live("jianda", number) == ["直接答复", "正在研究办理", "不归我们"]

    desk.taps("jianda", "不归我们", number=number)
    assert "已交回" in desk.says("jianda", "许可证归政策法规司管")
    assert any("简答交回：许可证归政策法规司管" in text for text in desk.texts("zhouting"))
    assert "交办" in desk.live("zhouting", number)
    desk.taps("zhouting", "交办", number=number, 类别=INQUIRY, 单位="政策法规司")

    desk.now(at(14, 10, 2))
    desk.taps("handa", "直接答复", number=number)
    assert "内部通报" in desk.says("handa", "请看内部通报(未公开)。")
    for chatter in ("谢谢", "好的。"):  # meant for the bot, not for the netizen
        assert "不像给网民的答复" in desk.says("handa", chatter)
    stiff = desk.says("handa", "这个不归我们管,别问了")
    assert "语气生硬：别问了" in stiff
    assert desk.live("handa", number)[-2:] == ["照此答复", "改一改"]
    assert "50 分钟" not in desk.says("zhouting", number)
    done = desk.says("handa", "从事危险物品生产的才需要办理，一般小微企业不用办。\nhttps://weibo.com/1/b/c")
    assert "已记当日答复 10:02，政务微博 25/140 字。从发表到答复 50 分钟。" in done
    seen = desk.says("zhouting", number)
    assert "首次答复：50 分钟" in seen
    assert "已办结" in seen
    with books(desk) as store:
        move = store.moves(int(number))[-1]
    assert move.form == {
        "回复": "从事危险物品生产的才需要办理，一般小微企业不用办。", "回复链接": "https://weibo.com/1/b/c",
    }  # fmt: skip
    assert desk.live("handa", number) == []


def test_a_stiff_answer_is_given_when_it_is_meant(opens: Opens) -> None:
    """确认照此答复的, 原样记下; 点了交回却过了期限的, 说明找谁改派。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 9, 20))
    number = collected(desk, "zhouting", f"微博 @网友甲 09:12 {ASKED}", INQUIRY, "政策法规司")
    desk.says("handa", f"答复 {number} 别问了，见官网通知。")
    desk.taps("handa", "照此答复", number=number)
    with books(desk) as store:
        assert store.moves(int(number))[-1].form["回复"] == "别问了，见官网通知。"
    other = collected(desk, "zhouting", "微博 @网友乙 09:15 证书怎么查?", INQUIRY, "政策法规司")
    desk.now(at(17, 8, 40))
    assert "已过期限，不能再交回。请先答复，要换人办请找" in desk.says("handa", f"交回 {other} 归别的司")


def test_handed_back_by_whom_it_was_given_it_lies_with_the_next_unit(opens: Opens) -> None:
    """改派只管这一次: 改派给的人交回了, 重新分办给哪个单位, 就由哪个单位办, 不再由他。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 9, 20))
    number = collected(desk, "zhouting", f"微博 @网友甲 09:12 {ASKED}", INQUIRY, "监管一司")
    desk.says("wangfang", f"改派 {number} 山答 简答出差")
    assert "直接答复" in desk.live("sanda", number)
    assert "已交回" in desk.says("sanda", f"交回 {number} 许可证归政策法规司管")
    desk.says("zhouting", f"分办 {number} {INQUIRY} 政策法规司")
    assert ("直接答复" in desk.live("handa", number), desk.live("sanda", number)) == (True, [])
    assert "已办结" in desk.says("handa", f"答复 {number} 一般小微企业不用办。") + desk.says("zhouting", number)


@pytest.mark.rule("saws-R28")
def test_what_takes_longer_is_answered_the_same_day_and_closed_with_its_result(opens: Opens) -> None:
    """当日没有答复: 17:30 催承办人, 24:00 逾期, 周一 8:30 告诉主要负责人; 先答研究办理的, 到有结果前都是研究办理中。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 10, 10))
    left = collected(desk, "zhouting", "微博 @网友甲 10:05 矿山整改期限怎么算?", INQUIRY, "监管一司")
    studied = collected(desk, "zhouting", "微博 @网友乙 10:05 培训证书怎么换?", INQUIRY, "政策法规司")

    desk.taps("handa", "正在研究办理", number=studied)
    assert desk.live("handa", studied)[-3:] == ["用第1句", "用第2句", "用第3句"]
    told = desk.says("handa", "已转研究,将尽快回复")
    assert f"{studied} 已记当日答复 10:10" in told
    assert f"到期办不完的，先回复“延期 {studied} 理由”" in desk.texts("handa")[-1]
    assert "办结期限 4月7日 24:00（15个工作日）" in told
    assert "研究办理中" in desk.says("zhouting", studied)

    desk.new("jianda"), desk.new("liuyang")
    desk.now(at(14, 17, 30))
    assert any(left in text and "提醒" in text for text in desk.new("jianda"))
    assert desk.new("liuyang") == []
    desk.now(at(15, 9))
    assert "逾期" in desk.says("zhouting", left)
    desk.now(at(17, 8, 30))
    assert any(left in text and "逾期" in text for text in desk.new("liuyang"))
    assert "研究办理中" in desk.says("zhouting", studied)

    desk.says("handa", f"答复 {studied} 您好，证书到发证机关换领，带身份证和旧证。")
    assert "已办结" in desk.says("zhouting", studied)
    with books(desk) as store:
        forms = [move.form for move in store.moves(int(studied)) if move.form]
    assert forms == [{"回复": "已转研究,将尽快回复"}, {"回复": "您好，证书到发证机关换领，带身份证和旧证。"}]


def test_a_prepared_wording_is_picked_by_a_person(opens: Opens) -> None:
    """答复用语由人点选, 记下是第几句; 可以回复序号; 归口部门可以改用语, 改后新来的照新的。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 10, 10))
    one = collected(desk, "zhouting", "微博 @网友甲 10:05 矿山整改期限怎么算?", INQUIRY, "监管一司")
    desk.taps("jianda", "正在研究办理", number=one)
    desk.taps("jianda", "用第2句", number=one)
    assert "感谢您的留言。这件事需要核实情况，核实后答复您。" in desk.texts("jianda")
    two = collected(desk, "zhouting", "微博 @网友乙 10:06 证书怎么换?", INQUIRY, "监管一司")
    desk.says("jianda", f"研究办理 {two}")
    assert "已记当日答复" in desk.says("jianda", "1")
    with books(desk) as store:
        used = [store.moves(int(number))[-1].form["答复用语"] for number in (one, two)]
    assert used == ["第2句", "第1句"]

    said = desk.says("wangfang", "答复用语 政策咨询 1 您好，您问的已收到，正在研究。")
    assert "您好，您问的已收到，正在研究。" in said
    desk.says("wangfang", "确认修改")
    three = collected(desk, "zhouting", "微博 @网友丙 10:07 尾矿库怎么报备?", INQUIRY, "监管一司")
    assert "1. 您好，您问的已收到，正在研究。" in desk.says("jianda", f"研究办理 {three}")
    assert "没有先行答复" in desk.says("wangfang", "答复用语 举报、信访事项 1 已收到")


@pytest.mark.rule("saws-R29")
def test_a_suggestion_is_answered_with_the_approved_text_only(opens: Opens) -> None:
    """建议的回复先拟后审: 审定前不能回复, 说明谁来审; 审定后照原文回复, 换了文字的要重新审定。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 9, 20))
    number = collected(desk, "zhouting", "微博 @网友甲 09:12 建议开设事故案例专栏", SUGGESTION, "政策法规司")
    desk.taps("handa", "写答复", number=number)
    first = "感谢您的建议，我们将研究开设。"
    assert "审定" in desk.says("handa", first)
    refused = desk.says("handa", f"答复 {number}")
    assert "答复要先审定" in refused
    assert "法司长" in refused
    shown = desk.texts("fatou")[-1]
    assert "建议开设事故案例专栏" in shown
    assert f"拟答复：{first}" in shown
    desk.taps("fatou", "同意", number=number)

    assert desk.texts("handa")[-1] == first
    assert desk.live("handa", number) == ["已按此答复", "不归我们"]
    assert "要照审定的原文答复" in desk.says("handa", f"答复 {number} 我们已经开设了。")
    better = "感谢您的建议，案例专栏将于下月开设。"
    assert "审定" in desk.says("handa", f"改答复 {number} {better}")
    assert "答复要先审定" in desk.says("handa", f"答复 {number} {better}")
    desk.says("fatou", f"退回 {number} 下月太晚")
    assert any("下月太晚" in text for text in desk.texts("handa"))
    desk.says("handa", f"拟复 {number} {better}本月先试行。")
    desk.taps("fatou", "同意", number=number)
    desk.taps("handa", "已按此答复", number=number)
    with books(desk) as store:
        item, moves = store.item(int(number)), store.moves(int(number))
    assert item is not None
    assert item.state is State.DONE
    assert moves[-1].form["回复"] == f"{better}本月先试行。"
    assert moves[-1].fingerprint == moves[-2].fingerprint == item.current.fingerprint


def test_what_was_settled_is_published_as_a_post(opens: Opens) -> None:
    """五(二)6: 办好以后起草处理结果, 和稿件一样选渠道、保密审查、审定、发布、备案; 发布以前显示待发布结果。"""
    seats = (
        *COMMENT_CAST,
        Seat("xinxin", "信起", "通信信息中心", "informant"),
        Seat("xinmi", "信密", "通信信息中心", "secrecy"),
        Seat("xintou", "信主任", "通信信息中心", "unit_head"),
        Seat("xinfa", "信发", "通信信息中心", "publisher"),
    )
    desk = opens(seats=seats, start=at(17, 9, 20))
    number = collected(desk, "zhouting", "微博 @网友甲 09:12 证书查询打不开", "关注度高、反映强烈的问题")
    desk.says("wangfang", f"交办 {number} 通信信息中心")
    desk.says("xinda", f"办结 {number}")
    assert "待发布结果" in desk.says("zhouting", number)
    assert "证书查询打不开" in desk.texts("xinxin")[-1]
    assert "第一行是标题" in desk.says("xinxin", f"填写 {number}")
    desk.says("xinxin", "证书查询已恢复\n3月17日起可以正常查询，给您带来不便，请谅解。")
    desk.taps("xinxin", "下一步", number=number, 渠道="政务微信", 栏目="信息发布")
    assert "保密审查" in desk.texts("xinxin")[-1] or desk.live("xinxin", number)
    desk.taps("xinxin", "送审", number=number, 内容范围="回应澄清")
    shown = desk.texts("xinmi")[-1]
    assert "证书查询已恢复" in shown
    assert "字数" in str(desk.card("xinmi", number))
    desk.taps("xinmi", "可以公开并确认", number=number)
    assert "待发布结果" in desk.says("zhouting", number)
    desk.taps("xintou", "同意并确认", number=number)
    done = desk.says("xinfa", f"已发布 {number}\n腾讯微信公众服务号 https://mp.weixin.qq.com/s/b")
    assert "已备案" in done or any("已备案" in text for text in desk.texts("xinfa"))
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None
    assert item.state is State.DONE
    assert item.published_at
    assert item.filing_no
    assert item.title == "证书查询已恢复"
    desk.taps("wangfang", "确认收到", number=number)


def test_a_result_is_owed_longer_once(opens: Opens) -> None:
    """延期(A4): 承办人申请, 负责人到期前同意一次, 再加一样长; 告诉网民的话记下; 第二次、当日的、别人的都不行。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 10, 10))
    number = collected(desk, "zhouting", "微博 @网友甲 10:05 矿山整改期限怎么算?", INQUIRY, "政策法规司")
    assert "须当日办，不能延期" in desk.says("handa", f"延期 {number} 要调研")
    desk.says("handa", f"研究办理 {number} 1")
    assert "4月7日 24:00" in desk.says("handa", f"期限 {number}")
    assert "您不能办" in desk.says("zhouting", f"延期 {number} 要调研")
    desk.says("handa", f"延期 {number}")
    assert "已请法司长同意延期" in desk.says("handa", "需到现场核实")
    assert "您不能办" in desk.says("handa", f"同意延期 {number}")
    assert "需到现场核实" in desk.texts("fatou")[-1]
    desk.taps("fatou", "不同意", number=number)
    assert "没有同意" in desk.texts("handa")[-1]
    desk.says("handa", f"延期 {number} 需到现场核实")
    desk.taps("fatou", "同意延期", number=number)
    told = "您好，您反映的问题正在办理。因需到现场核实，办结时间延至4月27日，办结后答复您。"
    assert [t for t in desk.texts("handa") if "延至" in t] == [told]
    desk.taps("handa", "已告知网民", number=number)
    explained = desk.says("handa", f"期限 {number}")
    assert "延期一次（法司长同意：需到现场核实）再加15个工作日 → 截止 4月27日 24:00" in explained
    assert "已经延期一次" in desk.says("handa", f"延期 {number} 还要核实")
    assert f"延期告知：3月14日 10:10 {told}" in desk.says("fatou", number)
    desk.new("handa")
    desk.now(at(8, 8, 30, month=4))
    assert not any("逾期" in text for text in desk.new("handa"))
    desk.now(at(28, 8, 30, month=4))
    assert any("逾期" in text for text in desk.new("handa"))
    assert "已经延期一次" in desk.says("fatou", f"延期 {number} 再核实")


def test_an_answer_that_nobody_wrote_is_not_sent_to_the_check(opens: Opens) -> None:
    """还没有拟复就“送审”: 不送，说明怎样写；不能把网民自己的话当成答复审定、发出去。退回后不改再送审可以。"""
    desk = opens(seats=COMMENT_CAST, start=at(14, 9, 20))
    number = collected(desk, "zhouting", f"微博 @网友甲 09:12 {ASKED}", SUGGESTION, "政策法规司")
    assert f"请回复“拟复 {number} 全文”" in desk.says("handa", f"送审 {number}")
    desk.says("handa", f"拟复 {number} 感谢您的建议，我们认真研究。")
    desk.says("fatou", f"退回 {number} 请再核实")
    assert "已送审定" in desk.says("handa", f"送审 {number}")
    desk.says("fatou", f"同意 {number}")
    desk.says("handa", f"答复 {number}")
    with books(desk) as store:
        assert store.moves(int(number))[-1].form["回复"] == "感谢您的建议，我们认真研究。"


@pytest.mark.rule("saws-R31")
def test_several_units_give_opinions_on_one_question(opens: Opens) -> None:
    """交给两个司提意见: 到期前一天只有一家提了, 提醒另一家, 卡片写 1/2; 齐了由宣教办定一份, 审定后照原文回复。"""
    desk = opens(seats=COMMENT_CAST, start=at(17, 9, 20))
    number = collected(desk, "zhouting", "微博 @网友甲 09:12 新《安全生产法》什么时候施行?", "全局专业性重要评论、提问")
    desk.says("wangfang", f"交办 {number} 政策法规司 监管三司")
    assert ("已提意见", "0/2") in rows(desk, "sanda", number)
    said = desk.says("handa", f"拟复 {number} 九月一日起施行。")
    assert "已记政策法规司的意见，研究提出答复意见1/2，还等监管三司" in said
    assert ("已提意见", "1/2") in rows(desk, "sanda", number)
    assert "研究提出答复意见1/2" in desk.says("wangfang", number)
    desk.new("sanda"), desk.new("handa")
    desk.now(at(19, 17, 30))
    assert any("提醒" in text and number in text for text in desk.new("sanda"))
    assert desk.new("handa") == []

    desk.taps("sanda", "写答复", number=number)
    desk.says("sanda", "自九月一日施行，煤矿企业先行。")
    both = desk.texts("wangfang")[-1]
    assert "政策法规司：九月一日起施行。\n监管三司：自九月一日施行，煤矿企业先行。" in both
    desk.taps("wangfang", "用政策法规司的", number=number)
    desk.taps("zhouzhuren", "退回", number=number, 退回原因="内容需修改")
    final = "新《安全生产法》自九月一日起施行，煤矿企业先行。"
    desk.says("wangfang", f"拟复 {number} {final}")
    assert f"拟答复：{final}" in desk.texts("zhouzhuren")[-1]
    desk.taps("zhouzhuren", "同意", number=number)
    assert desk.texts("zhengli")[-1] == final
    desk.taps("zhengli", "已按此答复", number=number)
    assert "已办结" in desk.says("wangfang", number)


def rows(desk: Desk, who: str, number: str) -> list[tuple[str, str]]:
    card = [c for c in desk.cards(who) if c["task_id"].startswith(number)][-1]
    card = card.get("replaced_by") or card
    return [(row["keyname"], row.get("value", "")) for row in card["horizontal_content_list"]]
