"""文字的规则, 走完整条路: 个人信息, 信息来源, 建议配图、精简、换说法, 提示词建议类别, 140字。"""

from __future__ import annotations

import re

import pytest

from bot.rules.textcheck import Entry
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books

TITLE = "本周工作情况十二个字整好"
PLAIN = f"{TITLE}\n今天组织了一次活动。"
ID_NUMBER = "110101199003074477"
SHOWN = "身份证号（110101********4477）"


def begins(desk: Desk, who: str, text: str) -> tuple[str, str]:
    """A new draft: its number, and the first answer."""
    reply = desk.says(who, text)
    found = re.search(r"编号 (\d+)", reply)
    assert found, reply
    return found[1], reply


def hands_in(desk: Desk, who: str, number: str, *answers: str, **chosen: str) -> str:
    """Both cards with the first real option wherever nothing is chosen; the answers; the last sentence."""
    for label in ("下一步", "送审"):
        if label not in desk.live(who, number):
            continue
        card = desk.card(who, number)
        picked = {}
        for select in card.get("select_list", ()):
            options = [o["text"].partition(" · ")[0] for o in select["option_list"] if o["id"] != "-"]
            optional = str(select["question_key"]).startswith("tick:")
            picked[select["title"]] = chosen.get(select["title"], "否" if optional else options[0])
        desk.taps(who, label, number=number, **picked)
    for answer in answers:
        desk.says(who, answer)
    return desk.texts(who)[-1]


def sends(desk: Desk, who: str, text: str, *answers: str, **chosen: str) -> str:
    """A draft sent for review; its number."""
    number, _ = begins(desk, who, text)
    last = hands_in(desk, who, number, *answers, **chosen)
    assert f"{number} 已送" in last, last
    return number


# ---- 个人信息 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("dalong-school-R6")
def test_a_pupils_id_number_holds_the_draft(opens: Opens) -> None:
    """涉密信息不得发布: 稿件里有学生身份证号, 送审时拦下, 只显示遮住的号码; 删掉重发才能送审。"""
    desk = opens(slug="dalong-school", seats=())
    number, reply = begins(desk, "informant", f"{TITLE}\n学生张某({ID_NUMBER})获奖。")
    assert SHOWN in reply and ID_NUMBER not in reply

    last = hands_in(desk, "informant", number, "教务处")
    assert f"{number} 有{SHOWN}" in last and "请删掉后重发全文，或回复“说明 理由”" in last
    assert desk.cards("vice_head") == []

    desk.says("informant", f"{TITLE}\n学生张某获奖。")
    assert f"{number} 已送审核签名" in desk.says("informant", f"送审 {number}")
    assert "检查：未见问题" in "".join(desk.texts("vice_head"))


@pytest.mark.rule("mutual-aid-society-R9")
def test_a_members_id_number_is_flagged(opens: Opens) -> None:
    """困难职工的身份证号: 送审时提示; 写全角、隔开也认得; 说明理由后可以送, 审核人看得到说明, 要另外确认。"""
    desk = opens(slug="mutual-aid-society", seats=())
    spaced = "１１０１０１ 19900307 4477"
    number, reply = begins(desk, "provider", f"{TITLE}\n困难职工李某,身份证号{spaced}。")
    assert SHOWN in reply
    last = hands_in(desk, "provider", number, "总会官网", 内容范围="会员案例、会议和业务活动")
    if "身份证号" not in last:
        desk.says("provider", f"送审 {number}")
    assert f"有{SHOWN}" in desk.texts("provider")[-1]
    assert "已送" in desk.says("provider", "说明 本人书面同意公示")
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None and item.explained == {SHOWN: "本人书面同意公示"}


@pytest.mark.rule("hotel-dali-R6")
def test_a_guests_data_are_flagged_and_returned(opens: Opens) -> None:
    """客人信息: 银行卡号拦下; 手机号只提醒审核人; 姓名和房号由审核人以“客人隐私”退回。"""
    desk = opens(slug="hotel-dali", seats=())
    number, _ = begins(desk, "informant", f"{TITLE}\n王先生住308房,卡号6222 0212 3456 7894。")
    assert "有银行卡号（622202******7894）" in hands_in(desk, "informant", number, "前厅部")

    desk.says("informant", f"{TITLE}\n王先生住308房,电话13812345678。")
    assert "已送审核" in desk.says("informant", f"送审 {number}")
    notice = next(t for t in desk.texts("unit_head") if "待您审核" in t)
    assert "检查：房号（308房）；手机号（138****5678）。" in notice
    desk.taps("unit_head", "退回", number=number, 退回原因="客人隐私")
    assert "客人隐私" in desk.texts("informant")[-1]


def test_service_numbers_are_no_personal_data(opens: Opens) -> None:
    """举报电话12350、400热线不算个人信息。"""
    desk = opens(slug="dalong-school", seats=())
    text = f"{TITLE}\n举报电话12350,热线400-810-1234。"
    _, reply = begins(desk, "informant", text)
    assert "检查：未见问题" in reply
    sends_on = hands_in(desk, "informant", "0001", "教务处")
    assert "已送审核签名" in sends_on


# ---- 信息来源 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("meikang-floor-R8")
def test_without_its_source_nothing_is_sent(opens: Opens) -> None:
    """第十条: 没有信息来源, 送审被拒“请注明信息来源（第十条）”; 回复“没有”也不行, 注明后才送。"""
    desk = opens(slug="meikang-floor", seats=())
    number, _ = begins(desk, "writer", PLAIN)
    assert "请注明信息来源（第十条）" in hands_in(desk, "writer", number)
    assert desk.cards("market_head") == []

    assert "信息来源要写明才能送审" in desk.says("writer", "没有")
    assert "送审前请核实：信息真实、准确、及时。确实如此请回复“确认”。" in desk.says("writer", "市场部周斌")
    assert "已送审核" in desk.says("writer", "确认")
    assert "信息来源：市场部周斌" in "".join(desk.texts("market_head"))


@pytest.mark.parametrize(
    ("slug", "who", "checker"),
    [
        pytest.param("dalong-school", "informant", "vice_head", marks=pytest.mark.rule("dalong-school-R8")),
        pytest.param("hotel-dali", "informant", "unit_head", marks=pytest.mark.rule("hotel-dali-R8")),
    ],
)
def test_an_empty_source_is_refused(opens: Opens, slug: str, who: str, checker: str) -> None:
    """要注明信息来源: 来源为空的, 送审被拒, 审核人收不到; 文末注明“来源:…”的直接送出。"""
    desk = opens(slug=slug, seats=())
    number, _ = begins(desk, who, PLAIN)
    assert "请注明信息来源" in hands_in(desk, who, number)
    assert desk.cards(checker) == []

    desk.says(who, f"{PLAIN}\n来源:办公室")
    assert "已送" in desk.says(who, f"送审 {number}")
    assert "信息来源：办公室" in "".join(desk.texts(checker))


@pytest.mark.rule("project-team-R9")
def test_an_unclear_source_is_returned(opens: Opens) -> None:
    """来源写“朋友圈”: 审核人以“来源不明”退回。"""
    desk = opens(slug="project-team", seats=())
    number = sends(desk, "editor", PLAIN, "朋友圈")
    desk.taps("reviewer", "退回", number=number, 退回原因="来源不明")
    assert "来源不明" in desk.texts("editor")[-1]


@pytest.mark.rule("company-qiguanbu-R8")
def test_the_central_checker_returns_for_its_source(opens: Opens) -> None:
    """来源写“网络”: 企管办审核时以“来源不明”退回, 理由留在记录里。"""
    desk = opens(slug="company-qiguanbu", seats=())
    number = sends(desk, "informant", PLAIN, "网络")
    desk.taps("unit_head", "同意并确认", number=number)
    desk.taps("central_checker", "退回", number=number, 退回原因="来源不明")
    with books(desk) as store:
        assert [m.reason for m in store.moves(int(number)) if m.actor == "central_checker"] == ["来源不明"]


# ---- 建议 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "who", "answers"),
    [
        pytest.param("dalong-school", "informant", ["教务处"], marks=pytest.mark.rule("dalong-school-R9")),
        pytest.param("newmedia-trial", "informant", [], marks=pytest.mark.rule("newmedia-trial-R13")),
        pytest.param(
            "yunnan-catering-association", "provider", ["会员部"],
            marks=pytest.mark.rule("yunnan-catering-association-R11"),
        ),
        pytest.param(
            "mutual-aid-society", "provider", ["总会官网2025-03-12", "https://www.zonghui.org.cn/1", "总会"],
            marks=pytest.mark.rule("mutual-aid-society-R11"),
        ),
    ],
)  # fmt: skip
def test_pictures_are_advised_and_never_demanded(opens: Opens, slug: str, who: str, answers: list[str]) -> None:
    """没有图片: “建议配图”, 照样送审。"""
    desk = opens(slug=slug, seats=())
    number, reply = begins(desk, who, PLAIN)
    assert "建议配图。" in reply
    assert "已送" in hands_in(desk, who, number, *answers)


@pytest.mark.rule("meikang-floor-R9")
def test_without_a_picture_it_still_goes_to_its_checker(opens: Opens) -> None:
    """没有图片: “建议配图”, 仍送市场部; 可以按条文里的理由“文字表达不清晰”退回。"""
    desk = opens(slug="meikang-floor", seats=())
    number, reply = begins(desk, "writer", PLAIN)
    assert "建议配图。" in reply
    assert "已送审核" in hands_in(desk, "writer", number, "市场部", "确认")
    desk.taps("market_head", "退回", number=number, 退回原因="文字表达不清晰")
    assert "文字表达不清晰" in desk.texts("writer")[-1]


@pytest.mark.rule("project-team-R10")
def test_a_picture_can_be_asked_for_from_the_advice(opens: Opens) -> None:
    """只有文字: “建议配图”并告诉怎样请人配图; 送审卡片上把“须配图”选为“是”, 审核后由图片编辑制作。"""
    desk = opens(slug="project-team", seats=())
    number, reply = begins(desk, "editor", PLAIN)
    assert "建议配图，也可以在送审卡片上把“须配图”选为“是”。" in reply
    hands_in(desk, "editor", number, "项目部", 须配图="是")
    desk.taps("reviewer", "同意并确认", number=number)
    assert desk.card("designer", number)["main_title"]["title"] == TITLE


def test_nothing_is_advised_where_nothing_is_wanting(opens: Opens) -> None:
    """分段清楚、文字平实的, 除了配图没有别的建议。"""
    desk = opens(slug="gov-newmedia-trial", seats=())
    _, reply = begins(desk, "informant", f"{TITLE}\n{'安' * 299}\n{'全' * 299}")
    assert reply.endswith("检查：未见问题。建议配图。")


@pytest.mark.rule("gov-newmedia-trial-R13")
def test_a_long_paragraph_should_be_split(opens: Opens) -> None:
    """正文600字不分段: “建议精简分段”, 照样送审。"""
    desk = opens(slug="gov-newmedia-trial", seats=())
    number, reply = begins(desk, "informant", f"{TITLE}\n{'安' * 600}")
    assert "建议精简分段。" in reply
    assert "已送审核" in hands_in(desk, "informant", number)


@pytest.mark.rule("weibo-opinion-paper-R1")
def test_stiff_phrases_get_a_plainer_wording(opens: Opens) -> None:
    """更平和开放的语气: “现将有关事项通知如下”给出平实的说法, 不拦; 审核人那里不提。"""
    desk = opens(slug="newmedia-trial", seats=())
    number, reply = begins(desk, "informant", f"{TITLE}\n现将有关事项通知如下:明天停电,特此通知。")
    assert "“现将有关事项通知如下”建议改为“告诉您几件事”。“特此通知”建议改为“跟大家说一声”。" in reply
    assert "已送审核" in hands_in(desk, "informant", number)
    assert "建议" not in "".join(desk.texts("unit_head"))


def test_words_of_tone_say_what_to_write_instead(opens: Opens) -> None:
    """词表里的语气词: 提醒并给出说明, 不拦。"""
    desk = opens(slug="newmedia-trial", seats=(), words=[Entry("别问了", "语气", "欢迎继续提问")])
    number, reply = begins(desk, "informant", f"{TITLE}\n这个别问了。")
    assert "“别问了”（语气）建议换个说法：欢迎继续提问。" in reply
    assert "已送审核" in hands_in(desk, "informant", number)


# ---- 提示词建议类别 --------------------------------------------------------------------------------------------------


@pytest.mark.rule("gov-weibo-assessment-R17")
@pytest.mark.parametrize("category", ["敏感信息", "sensitive"])
def test_sensitive_words_propose_the_kind(opens: Opens, category: str) -> None:
    """含“学区”的, 建议选“敏感信息”, 卡片上已经选好; 起草人可以改选。"""
    desk = opens(slug="gov-weibo-assessment", seats=(), words=[Entry("学区", category)])
    number, reply = begins(desk, "contact", f"{TITLE}\n今年学区划分方案公布。")
    assert "含“学区”，建议选“敏感信息”。" in reply
    [kind] = [s for s in desk.card("contact", number)["select_list"] if s["title"] == "类别"]
    assert kind["selected_id"] == "sensitive"

    desk.taps("contact", "下一步", number=number)
    hands_in(desk, "contact", number)
    with books(desk) as store:
        item = store.item(int(number))
    assert item is not None and item.flow is not None and item.flow.id == "sensitive"
    assert "“学区”（敏感信息）" in "".join(desk.texts("group_lead"))


def test_other_texts_propose_nothing(opens: Opens) -> None:
    """没有提示词的, 卡片停在“请选择”。"""
    desk = opens(slug="gov-weibo-assessment", seats=(), words=[Entry("学区", "敏感信息")])
    number, reply = begins(desk, "contact", f"{TITLE}\n关于停水。")
    assert "建议选" not in reply
    [kind] = [s for s in desk.card("contact", number)["select_list"] if s["title"] == "类别"]
    assert kind.get("selected_id", "-") == "-"


# ---- 字数 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug",
    [
        pytest.param("company-qiguanbu", marks=pytest.mark.rule("company-qiguanbu-R9")),
        pytest.param("hotel-dali", marks=pytest.mark.rule("hotel-dali-R9")),
    ],
)
@pytest.mark.parametrize(("chars", "over"), [(140, ""), (141, "共141字，超出1字"), (156, "共156字，超出16字")])
def test_weibo_takes_140_characters(opens: Opens, slug: str, chars: int, over: str) -> None:
    """微博文字信息应在140字以内: 140字通过, 141字、156字被拒并说明超出几字; 微信不受这一条限制。"""
    desk = opens(slug=slug, seats=())
    text = f"{TITLE}\n{'安' * (chars - len(TITLE) - 1)}。"
    number, _ = begins(desk, "informant", text)
    last = hands_in(desk, "informant", number, *(["办公室"] if not over else []), 渠道="官方微博")
    assert ("已送审核" in last) is (not over)
    assert over in last
    if over:
        desk.says("informant", "只发官方微信")
        assert "已送审核" in desk.says("informant", "办公室")
