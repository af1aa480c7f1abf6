"""评论来件: pasted, imported or brought by a connector; each known once, none lost, and what is wrong put right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.app import reading
from bot.clock import BEIJING
from bot.rules.item import Item
from bot.rules.roster import Seat
from storage.read import Reader
from tests.walks.desk import MONDAY, Desk
from tests.walks.test_comments import COMMENT_CAST

BOTH = Seat("liangyong", "梁用", "宣传教育中心", "informant"), Seat("liangyong", "梁用", "宣传教育中心", "collector")
PASTE = """网友甲
小微企业要不要办安全生产许可证？
今天 08:12 来自 iPhone客户端
回复 赞 3
路过的人：我的电话13812345678，请回电话
昨天 23:50 来自 北京
回复 赞
3. 微博 @早起的人 23:59 明天的事
4. 微博 @只有名字 08:30
5、 @没写时间 证书在哪里查询
"""


def item(desk: Desk, number: int) -> Item:
    with reading(desk.folder / "shenfa.db") as db:
        found = Reader(db, desk.org).item(number)
    assert found is not None
    return found


def actions(desk: Desk, number: int | None = None) -> list[str]:
    with reading(desk.folder / "shenfa.db") as db:
        return [row.action for row in Reader(db, desk.org).audit(number)]


def test_what_was_pasted_is_shown_and_put_right(tmp_path: Path) -> None:
    """一次贴几条：拆出平台、昵称、时间、内容；看不懂的按行说明，其余照登；有误可改，再贴一次只告诉编号。"""
    with Desk(tmp_path, seats=COMMENT_CAST, twice=True) as desk:
        said = desk.says("zhouting", f"评论\n{PASTE}")
        assert "收到 3 条" in said
        assert "0001 平台未写 @网友甲 今天 08:12「小微企业要不要办安全生产许可证？」" in said
        assert "0002 平台未写 @路过的人 3月16日 23:50「我的电话138****5678，请回电话」" in said
        assert "0003 平台未写 @没写时间 今天 09:00「证书在哪里查询」，时间按现在" in said
        assert "第 9 行没有登记：发表时间 3月17日 23:59 还没有到，请写上日期，例如 昨天 23:59。" in said
        assert "第 10 行没有登记：没有内容。" in said
        assert "改 0001 网民 名字" in said

        assert "0003 微博 @没写时间 3月16日 22:10" in (
            desk.says("zhouting", "改 0003 平台 微博") and desk.says("zhouting", "改 0003 时间 昨天 22:10")
        )
        assert "看不懂时间" in desk.says("zhouting", "改 0003 时间 某天")
        assert "没有您的事项" in desk.says("handa", "改 0003 时间 昨天 22:10")
        assert item(desk, 3).form["发表时间"] == "2025-03-16 22:10"
        assert actions(desk, 3).count("更正登记") == 2

        again = desk.says("zhouting", "网友甲\n小微企业要不要办 安全生产许可证？\n今天 08:12 来自 iPhone客户端")
        assert "这条已登记，编号 0001，不再登记" in again
        assert "编号 0003" in desk.says("zhouting", "评论 新浪网 @没写时间 昨天22:10 证书在哪里查询")

        assert "您没有登记评论的权限，请转给周婷" in desk.says("heping", "评论 微博 @甲 08:00 内容")
        assert "把评论粘贴在“评论”后面" in desk.says("zhouting", "评论")

        png = (Path(__file__).parents[2] / "docs" / "pictures" / "phone.png").read_bytes()
        assert "截图已附在评论 0003（共 1 个）" in desk.sends("zhouting", "image", "a.png", png)
        desk.later(minutes=20)
        assert "请接着发评论" in desk.sends("zhouting", "image", "b.png", png)
        desk.says("zhouting", "评论 微博 @有图的人 08:40 请看截图")
        assert [len(item(desk, n).files) for n in (1, 3, 4)] == [0, 1, 1]
        assert item(desk, 4).files[0].sha
        assert desk.says("zhouting", "帮助").startswith("登记评论：把评论粘贴在“评论”后面")
        assert "“主题”看哪些上升最快" in desk.says("zhouting", "帮助评论")
        assert desk.says("handa", "帮助").startswith("答复评论：")


def test_forty_at_once_are_one_answer(tmp_path: Path) -> None:
    """一条消息里四十条评论：一次回答，全部登记，不会一下子来四十张卡片；说的别的话先问是不是评论，不当成评论。"""
    with Desk(tmp_path, seats=COMMENT_CAST) as desk:
        lines = [f"微博 @网友{n} 08:{n:02d} 第{n}问 https://weibo.com/1/{n}" for n in range(40)]
        said = desk.says("zhouting", "\n".join(lines))
        told = "\n".join([said, *desk.texts("zhouting")])
        assert "收到 40 条" in said
        assert all(f"@网友{n} 今天 08:{n:02d}" in told for n in range(40))
        assert [item(desk, n).form["网民"] for n in (1, 40)] == ["网友0", "网友39"]
        assert len(desk.cards("zhouting")) <= 2
        for not_one in ("谢谢", "延其 0001", "这个怎么弄？"):
            assert "没看懂" in desk.says("zhouting", not_one)
        assert "是网民的评论吗" in desk.says("zhouting", "今天辛苦了，证书的事明天再说吧")
        hello = desk.platform.post("enter", user="handa")["reply"]["content"]
        assert "网民评论按时答复" in hello and "\n答复评论：" in hello and hello.endswith("其他能办的发“帮助”。")
        assert hello.count("\n") == 3
        assert "待分办 40 条" in desk.says("zhouting", "待分办")
        desk.taps("zhouting", "是评论")
        assert item(desk, 41).form["内容"] == "今天辛苦了，证书的事明天再说吧"


def test_who_collects_and_drafts_says_which(tmp_path: Path) -> None:
    """又登记评论又写稿的人：加“评论”就是评论；看起来像评论的先问一句，不猜；别的还是稿件。"""
    with Desk(tmp_path, seats=(*COMMENT_CAST, *BOTH)) as desk:
        assert "编号 0001" in desk.says("liangyong", "评论 微博 @甲 08:12 第一条")
        assert "是评论还是稿件" in desk.says("liangyong", "微博 @乙 08:13 第二条")
        desk.taps("liangyong", "是评论")
        assert any("编号 0002" in text for text in desk.texts("liangyong"))
        assert "是评论还是稿件" in desk.says("liangyong", "微博 @丙 08:14 第三条是一篇稿件的开头，后面还有一些文字。")
        assert "收到，编号 0003" in desk.says("liangyong", "是稿件")
        assert item(desk, 3).kind.value == "post"
        assert item(desk, 2).kind.value == "comment"
        assert "评论 0003" not in desk.says("liangyong", "是稿件")


@pytest.mark.rule("weibo-significance-R4")
def test_a_comment_of_saturday_night_has_its_true_time(tmp_path: Path) -> None:
    """周六 23:10 发表，周一 08:40 登记：发表时间是周六 23:10，期限按周一算；隔了几天才登记的记采集延迟。"""
    monday = datetime(2025, 3, 17, 8, 40, tzinfo=BEIJING)
    with Desk(tmp_path, slug="saws", add=("weibo-significance",), seats=COMMENT_CAST, start=monday) as desk:
        assert "3月15日 23:10" in desk.says("zhouting", "评论 微博 @夜里的人 周六 23:10 半夜机器响")
        assert item(desk, 1).form["发表时间"] == "2025-03-15 23:10"
        assert "采集延迟" not in item(desk, 1).form
        desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
        told = desk.says("zhouting", "期限 0001")
        assert "3月17日 24:00" in told or "今天 24:00" in told

        assert "采集延迟" in desk.says("zhouting", "评论 微博 @早些的人 3月12日 10:00 早就问过")
        assert "采集延迟" in actions(desk, 2)
        desk.taps("zhouting", "交办", number="0002", 类别="一般性评论、政策咨询", 单位="政策法规司")
        told = desk.says("zhouting", "期限 0002")
        assert "采集延迟" in told


@pytest.mark.rule("weibo-opinion-paper-R3")
def test_two_turns_stand_in_one_thread(tmp_path: Path) -> None:
    """“蓝田黛雪”09:00 留言、09:06 得到回复，09:20 又说：两句在一段对话里，各有相隔的分钟，新的一句要自己的回复。"""
    with Desk(tmp_path, add=("weibo-opinion-paper",), seats=COMMENT_CAST, start=MONDAY) as desk:
        desk.says("zhouting", "评论 微博 @蓝田黛雪 09:00 桃花开了没有")
        desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
        desk.later(minutes=6)
        desk.says("handa", "答复 0001 欢迎大家三月来看桃花")
        desk.later(minutes=14)
        assert "接着 0001" in desk.says("zhouting", "评论 新浪微博 @蓝田黛雪 09:20 门票多少钱")
        desk.taps("zhouting", "交办", number="0002", 类别="一般性评论、政策咨询", 单位="政策法规司")
        thread = desk.says("handa", "0002")
        assert "09:00 网民：桃花开了没有（0001）" in thread
        assert "09:06 答复：欢迎大家三月来看桃花（6 分钟后）" in thread
        assert "09:20 网民：门票多少钱（0002，14 分钟后）" in thread
        assert "由韩答办理" in thread
        assert any("09:06 答复：欢迎大家三月来看桃花" in text for text in desk.texts("handa"))
        assert "0002" not in desk.says("zhouting", "评论 微信 @蓝田黛雪 09:20 别处的同名人").partition("接着")[2]


@pytest.mark.rule("saws-R6")
def test_the_days_opinions_in_one_digest(tmp_path: Path) -> None:
    """周婷发“今日意见”：当天14条按类别列出，没有答复的两条有标记；王芳同时收到同样的一份；17:30整理报送已预填。"""
    start = datetime(2025, 3, 14, 9, 0, tzinfo=BEIJING)
    with Desk(tmp_path, seats=COMMENT_CAST, start=start) as desk:
        desk.now(start.replace(hour=17, minute=10))
        desk.says("zhouting", "\n".join(f"微博 @网友{n} 08:{n:02d} 第{n}问怎么办证" for n in range(1, 13)))
        for n in range(1, 13):
            desk.says("zhouting", f"分办 {n:04d} 一般性评论、政策咨询 政策法规司")
        for n in range(1, 12):
            desk.says("handa", f"答复 {n:04d} 第{n}问的答复：带齐材料到窗口办理。")
        desk.says("zhouting", "评论 微信 @骂人的 08:30 胡说八道")
        desk.says("zhouting", "恶意 0013 谩骂")
        assert "理由：谩骂" in desk.says("zhouting", "0013")
        assert "0013 已办结，不能再换类别" in desk.says("zhouting", "恶意 0013 谩骂")
        desk.says("zhouting", "评论 微博 @刚来的 17:05 请问电话13812345678是你们的吗")
        desk.new("wangfang")
        desk.new("zhouting")
        desk.says("zhouting", "今日意见")
        told = "\n".join(desk.new("zhouting"))
        assert "3月14日网民意见：\n共 14 条，未答复 2 条" in told
        assert told.count("「") == 14
        assert told.count("【未答复】") == 2
        assert "【待分办】1 条\n1. 【未答复】0014 微博 @刚来的 17:05「请问电话138****5678是你们的吗」" in told
        assert "【一般性评论、政策咨询】12 条" in told
        assert "【未答复】0012" in told
        assert "【恶意言论】1 条" in told
        copy = "\n".join(desk.new("wangfang"))
        assert "周婷报送的3月14日网民意见" in copy
        assert copy.replace("周婷报送的", "") in told
        assert "已同时报送王芳" in told
        assert "网民意见由采集人员和归口部门查看" in desk.says("heping", "今日意见")
        assert "没有收到网民意见" in desk.says("wangfang", "昨日意见")

        desk.now(start.replace(hour=17, minute=30))
        with reading(desk.folder / "shenfa.db") as db:
            digest = next(x for x in Reader(db, desk.org).open_items() if x.period)
        assert digest.current.body.startswith("共 14 条，未答复 2 条")
        desk.taps("zhouting", "不改，送出", number=digest.number)
        assert item(desk, digest.id).state.value == "done"
