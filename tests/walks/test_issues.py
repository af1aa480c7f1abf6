"""归并: comments that ask the same are handled once and answered in each place; subjects that rise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import MONDAY, Desk
from tests.walks.flows import books
from tests.walks.test_sorting import SORT_CAST, posts

ISSUE_CAST = (
    *SORT_CAST,
    Seat("xinxi", "信小", "通信信息中心", "informant"),
    Seat("xinmi", "信密", "通信信息中心", "secrecy"),
    Seat("xinfa", "信发", "通信信息中心", "publisher"),
)
ASKED = "你们网站的证书查询一直打不开"


@pytest.fixture
def desk(opens: Opens) -> Desk:
    return opens(seats=ISSUE_CAST, twice=True)


@pytest.mark.rule("weibo-significance-R5")
def test_one_handling_answers_in_each_place(desk: Desk) -> None:
    """同一问题从微博和微信私信来，归并后办一次，在两处分别记下回复；拆出的一条又单独办理。"""
    first = posts(desk, ASKED, "08:12", "网友甲")
    second = posts(desk, "请问证书查询为什么打不开啊", "08:02", "网友乙")
    assert "归并" in desk.live("zhouting", second)
    third = posts(desk, "证书查询怎么总是打不开呢", "08:40", "网友丙")
    desk.taps("zhouting", "归并", number=second)
    assert f"已并入 {first}" in desk.says("zhouting", f"归并 {first} {third}")
    with books(desk) as store:
        assert [m.number for m in store.joined_to(int(first))] == [second, third]
        assert not [d for n in (second, third) for d in store.deadlines(int(n)) if not d.closed]
    desk.says("zhouting", f"分办 {first} 政策咨询 政策法规司")
    assert f"并入 {first}" in desk.says("zhouting", second)
    assert second not in desk.says("handa", "待办")
    assert third not in desk.says("wangfang", "在办")

    assert f"已从 {first} 拆出" in desk.says("zhouting", f"拆出 {third}")
    assert third in desk.says("handa", "待办")
    with books(desk) as store:
        assert [d.due_at for d in store.deadlines(int(third)) if not d.closed] == [
            d.due_at for d in store.deadlines(int(first)) if not d.closed
        ]
    desk.says("handa", f"答复 {first} 系统维护已经结束，现在可以查询。")
    assert any(f"{second} 微博 网友乙 https://weibo.com/1/网友乙" in text for text in desk.texts("handa"))
    assert second in desk.says("handa", "待办")
    desk.taps("handa", "都已回复", number=first)
    with books(desk) as store:
        given = [store.moves(int(n))[-1] for n in (first, second)]
        assert [(m.actor, m.form["回复"]) for m in given] == [("handa", "系统维护已经结束，现在可以查询。")] * 2
        assert not any(store.item(int(n)).open for n in (first, second))  # type: ignore[union-attr]
    assert "没有等您登记" in desk.says("handa", f"都已回复 {first}")


def test_one_by_one_and_under_study(desk: Desk) -> None:
    """先答“正在研究办理”的，各处先后答两次；也可以逐条登记。期限随最早的一条。"""
    desk.now(MONDAY.replace(hour=17, minute=40))
    first = posts(desk, ASKED, "17:35", "网友甲")
    second = posts(desk, "请问证书查询为什么打不开啊", "17:02", "网友乙")
    desk.says("zhouting", f"分办 {first} 政策咨询 政策法规司")
    assert "期限 3月18日 24:00" in desk.says("handa", first)
    assert "已并入" in desk.says("zhouting", f"归并 {first} {second}")
    assert "期限 今天 24:00" in desk.says("handa", first)
    assert any("又并入 1 条" in text for text in desk.texts("handa"))
    desk.says("handa", f"研究办理 {first} 您的问题已收悉，正在研究办理。")
    desk.says("handa", f"答复 {second} 您的问题已收悉，正在研究办理。")
    assert f"并入 {first}" in desk.says("zhouting", second)
    desk.says("handa", f"答复 {first} 已经修好，请再试。")
    desk.says("handa", f"答复 {second}")
    with books(desk) as store:
        assert [m.form["回复"] for m in store.moves(int(second)) if "回复" in m.form] == [
            "您的问题已收悉，正在研究办理。", "已经修好，请再试。",
        ]
        assert not store.item(int(second)).open  # type: ignore[union-attr]


@pytest.mark.rule("saws-R33")
def test_what_many_ask_stays_open_until_its_result_is_published(desk: Desk) -> None:
    """五(二)6：23 条归并成一件，修好以后仍是待发布结果，直到处理结果发布并链接回来。"""
    numbers = [posts(desk, f"{ASKED}，第{n}次了", f"08:{n:02d}", f"网友{n}") for n in range(1, 24)]
    desk.says("zhouting", f"归并 {' '.join(numbers)}")
    issue = numbers[0]
    desk.says("zhouting", f"分办 {issue} 关注度高、反映强烈的问题")
    desk.says("wangfang", f"交办 {issue} 通信信息中心")
    assert any("归并 22 条，一次办理" in text for text in desk.texts("hejing"))
    assert "无人可办" not in desk.says("zhouting", numbers[1])
    assert "待发布结果" not in desk.says("wangfang", issue)
    assert desk.says("hejing", "待办").count("证书") == 1
    desk.says("hejing", f"办结 {issue}")
    assert "待发布结果" in desk.says("wangfang", issue)
    desk.says("xinxi", f"改 {issue} 证书查询已修复\n证书查询系统故障已排除，现在可以正常查询。")
    desk.taps("xinxi", "下一步", number=issue, 渠道="政务微信", 栏目="信息发布")
    desk.taps("xinxi", "送审", number=issue, 内容范围="回应澄清")
    desk.taps("xinmi", "可以公开并确认", number=issue)
    desk.taps("xintou", "同意并确认", number=issue)
    assert "待发布结果" in (shown := desk.says("wangfang", issue))
    assert "归并 22 条" in shown
    desk.says("xinfa", f"已发布 {issue}\n腾讯微信公众服务号 https://mp.weixin.qq.com/s/b")
    with books(desk) as store:
        ends = [store.item(int(n)) for n in numbers]
        assert not any(x.open for x in ends if x)
        assert any("https://mp.weixin.qq.com/s/b" in a.detail for a in store.audit(int(numbers[-1])))
    desk.later(minutes=5)  # more than thirty messages a minute are not sent to one person
    assert any("可以在这些地方回复链接" in text for text in desk.texts("zhouting"))


@pytest.mark.rule("weibo-significance-R2")
def test_the_subjects_that_rise_most_stand_first(opens: Opens) -> None:
    """本周 40 条意见里 17 条是停车难，上周 3 条：周报里停车难在最前，+14。"""
    desk = opens(seats=SORT_CAST)
    desk.says("wangfang", "分办词 增加 停车 政策法规司 主题停车难")
    for n in range(3):
        number = posts(desk, f"停车位{n}号那里实在太少", f"08:0{n}", f"甲{n}")
        desk.says("zhouting", f"分办 {number}")
    desk.now(MONDAY + timedelta(days=7))
    for n in range(40):
        text = f"停车位{n}号那里实在太少" if n < 17 else f"{n}路公交几点钟发车"
        number = posts(desk, text, f"08:{n:02d}", f"乙{n}")
        desk.says("zhouting", f"分办 {number}" if n < 17 else f"主题 {number} 公交")
    assert "1 公交 23 条（+23）\n2 停车难 17 条（+14）" in desk.says("wangfang", "主题")
    desk.now(MONDAY + timedelta(days=14))
    assert any("【本周主题】" in text and "停车难 17 条（+14）" in text for text in desk.texts("zhouzhuren"))
