"""账号在公司里: 申请、会签、审批后才能开立；档案、保护字样、谁开设谁主管。

研究部: 郭申申请，徐岩运营，钱复负责，高磊分管，周总审批；赵禾、孙冬、李昕会签。
研发部: 严发申请，秘舒批准，石晴建档，董斑报备。
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bot.clock import BEIJING
from bot.regulation import load, shipped
from bot.rules.accounts import opens
from bot.rules.item import State
from bot.rules.regulation import Flow, Kind
from bot.web.case import Case
from bot.web.trail import ahead
from tests.walks.accounts import (
    BROKERS,
    FILE,
    LISTED,
    OPEN_BROKER,
    OPEN_LISTED,
    RECORD_BROKER,
    answered,
    applied,
    begun,
    in_use,
    item,
    opened,
    opened_listed,
    passed,
    register,
)
from tests.walks.desk import Desk
from tests.walks.flows import books, differences, end_state
from tests.walks.robot import Robot

Opens = Callable[..., Desk]


@pytest.fixture
def broker(opens: Opens) -> Desk:
    return opens(slug="citics", seats=BROKERS, words=())


@pytest.fixture
def listed(opens: Opens) -> Desk:
    return opens(slug="listed-company-ir", seats=LISTED, words=())


# ---- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("citics-R3")
def test_an_account_without_a_flow_is_not_registered(broker: Desk) -> None:
    """未经批准不得开立: 上海分公司的订阅号没有办流程，谁也登记不成在用；办完流程的写明是服务号还是订阅号。"""
    said = broker.says("zhaohe", "登记账号 微信公众号 上海研究 上海分公司")
    assert said == (
        "没有办完“开立官方微博、微信公众号”不能登记为在用（依据 第五条、第六条、第八条）。由申请经办人发起；"
            "2025年3月17日以前就开通的，在最后写上开通日期。"
    )
    said = broker.says("shangshan", "登记账号 微信公众号 上海研究 上海分公司")
    assert said.endswith("请发“发起 开立官方微博、微信公众号”。")
    assert register(broker) == {}

    opened(broker)
    assert in_use(broker) == ["中信证券研究"]
    assert "微信公众号(服务号、订阅号) · 中信证券研究，订阅号，研究部，在用" in broker.says("zhaohe", "账号")
    assert "不能登记为停用" in broker.says("zhaohe", "账号 中信证券研究 停用")


@pytest.mark.rule("citics-R4")
def test_all_three_countersign_before_the_leader(broker: Desk) -> None:
    """合规部和信息技术中心已同意、董事会办公室没有: 公司分管领导没有卡片，事项写着会签2/3；三家都同意才到他。"""
    number = applied(broker)
    broker.taps("zhaohe", "同意", number=number)
    assert broker.says("lixin", f"同意 {number}") == f"{number} 已同意，会签2/3。"
    assert broker.live("zhouzong", number) == []

    said = broker.says("guoshen", f"进度 {number}")
    assert f"{number} 现在“会签”环节，会签2/3，由孙冬办理" in said
    assert "会签2/3。已办：合规部会签人、信息技术中心会签人\n未办：董事会办公室会签人（孙冬）" in said

    with books(broker) as store:
        case = Case(
            item(broker, number), store.moves(int(number)), broker.regulation, store.roster(), broker.clock.now(), store
        )
        assert [(step.act, step.who) for step in ahead(case)][:2] == [("会签 2/3", "孙冬"), ("审批", "公司分管领导")]

    broker.taps("sundong", "同意", number=number)
    assert "同意" in broker.live("zhouzong", number)
    passed(broker, number, "zhouzong")
    assert "填写结果" in broker.live("lixin", number)


@pytest.mark.rule("citics-R4")
def test_a_refusal_comes_with_the_others_opinions(broker: Desk) -> None:
    """一家不同意: 申请人看到理由和其他各家的意见；改一项再送，三家重新会签。"""
    number = passed(broker, applied(broker), "zhaohe")
    broker.says("sundong", f"退回 {number} 名称太像公司官方号")

    assert broker.texts("guoshen")[-1] == (
        f"{number}《开立官方微博、微信公众号：中信证券研究》会签未通过（孙冬，退回）：名称太像公司官方号。\n"
        "其他意见：合规部会签人 赵禾 同意；信息技术中心会签人 还没有意见。\n"
        f"要改哪一项，回复“改 {number} 项目 新内容”；改好回复“送审 {number}”；要撤回复“撤回 {number}”。"
    )
    assert broker.live("lixin", number) == [] and broker.live("zhouzong", number) == []

    said = broker.says("guoshen", f"填写 {number} 名字 研究")
    assert "没有“名字”这一项，可以填的有：渠道、开立理由、账号名称" in said
    said = broker.says("guoshen", f"填写 {number} 账号名称 中信证券研究所")
    assert said.startswith("已记账号名称：中信证券研究所。“中信证券研究所”用了保护字样：中信证券。")
    broker.says("guoshen", f"送审 {number}")
    assert [bool(broker.live(who, number)) for who in ("zhaohe", "sundong", "lixin", "zhouzong")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert "中信证券研究所" in broker.texts("zhaohe")[-1]


@pytest.mark.rule("citics-R5")
def test_no_mailbox_no_account(broker: Desk) -> None:
    """审批后信息技术中心登记邮箱、开通日期、认证: 没有邮箱办不成，已填的再点一次也不丢。"""
    number = passed(broker, applied(broker), "zhaohe", "sundong", "lixin", "zhouzong")
    broker.taps("lixin", "填写结果", number=number)
    asked = f"{number} 开立认证缺：专用邮箱、开通日期、认证情况。请回复专用邮箱。"
    assert broker.texts("lixin")[-1] == asked
    assert in_use(broker) == []

    broker.says("lixin", RECORD_BROKER[0])
    said = broker.says("lixin", f"办结 {number}")
    assert said == f"{number} 开立认证缺：开通日期、认证情况。请回复开通日期（如 3月14日）。"
    answered(broker, "lixin", RECORD_BROKER[1:])
    assert in_use(broker) == ["中信证券研究"]
    assert register(broker)["中信证券研究"].facts["专用邮箱"] == RECORD_BROKER[0]


@pytest.mark.rule("citics-R7", "citics-R8")
@pytest.mark.parametrize(
    ("field", "place"), [("头像图片版权说明", 8), ("LOGO及公司字样使用说明(VIS)", 9)], ids=["avatar", "logo"]
)
def test_without_its_statement_it_is_not_sent(field: str, place: int, broker: Desk) -> None:
    """名称含“中信证券”的: 版权说明、VIS说明不写就送不出；写了，会签的人看得到，保护字样也标给他们。"""
    number = begun(broker, "guoshen", "开立官方微博、微信公众号", OPEN_BROKER[:place])
    said = broker.says("guoshen", f"送审 {number}")
    assert said.startswith(f"{number} 还不能送审，缺：{field}、")
    assert f"请回复{field}。" in said
    assert item(broker, number).state is State.PREPARING
    assert broker.live("zhaohe", number) == []

    answered(broker, "guoshen", OPEN_BROKER[place:])
    broker.taps("guoshen", "送审", number=number)
    shown = broker.texts("zhaohe")[-1]
    assert f"{field}：{OPEN_BROKER[place]}" in shown
    assert "“中信证券研究”用了保护字样：中信证券。头像和商标请人工核对。" in shown


@pytest.mark.rule("citics-R12")
def test_an_account_needs_its_people(broker: Desk) -> None:
    """财富管理部没有账号负责人员: 送审时提醒，设为在用时“缺：账号负责人员”；合规部登记后才办得成。"""
    answers = ("微信公众号", "服务客户", "财富课堂", "服务号", "投资者教育", "高才", "待定", "云彩", "自有图片")
    number = begun(broker, "caifu", "开立官方微博、微信公众号", (*answers, "不使用", FILE))
    broker.taps("caifu", "送审", number=number)
    assert broker.texts("caifu")[-1].endswith("财富管理部还缺账号负责人员，办“开立认证”以前要先登记。")
    passed(broker, number, "zhaohe", "sundong", "lixin", "caizong")

    said = broker.says("lixin", f"办结 {number}")
    assert said == (
        f"{number} 不能办“开立认证”，缺：账号负责人员（财富管理部）。"
        "请高才、赵禾先登记：回复“任命 财富管理部 账号负责人员 姓名”。"
    )
    assert in_use(broker) == []
    broker.says("caigao", "任命 财富管理部 账号负责人员 蔡芙")
    broker.says("lixin", f"办结 {number}")
    answered(broker, "lixin", RECORD_BROKER)
    assert in_use(broker) == ["财富课堂"]


@pytest.mark.rule("listed-company-ir-R4")
def test_nobody_opens_without_the_secretary(listed: Desk) -> None:
    """研发部申请，董事会秘书没有批准: 市场部建不了档案，也登记不成在用。"""
    number = begun(listed, "yanfa", "开设账号", OPEN_LISTED)
    listed.taps("yanfa", "送审", number=number)
    said = listed.says("shiqing", f"办结 {number}")
    assert said == f"未经董事会秘书批准，不得开设。{number} 现在“批准”环节，由秘舒办理。"
    assert "没有办完“开设账号”不能登记为在用" in listed.says("shiqing", "登记账号 微信(公众平台) 华东新材资讯 研发部")
    assert register(listed) == {}

    passed(listed, number, "mishu")
    assert "填写结果" in listed.live("shiqing", number)


@pytest.mark.rule("listed-company-ir-R3")
def test_an_account_of_a_person_names_him(listed: Desk) -> None:
    """财务总监的认证微博没有写持有人: 送不出；写明持有人和职务，账号里看得到。"""
    number = begun(listed, "yanfa", "开设账号", ("官方认证微博", "工作人员认证"))
    said = listed.says("yanfa", f"送审 {number}")
    assert said.startswith(f"{number} 还不能送审，缺：持有人、持有人职务、昵称、主要用途。")
    assert listed.texts("mishu") == []

    answered(listed, "yanfa", ("蔡务", "高级管理人员", "财经漫谈", "个人观点"))
    listed.taps("yanfa", "送审", number=number)
    passed(listed, number, "mishu")
    listed.says("shiqing", f"办结 {number}")
    answered(listed, "shiqing", ("https://weibo.com/cw", "个人认证", "蔡务", "021-6666"))
    account = register(listed)["财经漫谈"]
    assert (account.state, account.facts["持有人"], account.facts["持有人职务"]) == ("在用", "蔡务", "高级管理人员")
    assert "财经漫谈，工作人员认证，研发部，在用，管理 蔡务" in listed.says("shiqing", "账号")


@pytest.mark.rule("listed-company-ir-R9")
def test_the_file_is_complete_or_it_is_none(listed: Desk) -> None:
    """档案六项: 联系方式没填，市场部存不成；填齐了，以后的变更都留着。"""
    number = begun(listed, "yanfa", "开设账号", OPEN_LISTED)
    listed.taps("yanfa", "送审", number=number)
    passed(listed, number, "mishu")
    listed.taps("shiqing", "填写结果", number=number)
    answered(listed, "shiqing", ("https://mp.weixin.qq.com/hd", "企业认证", "石晴"))
    said = listed.says("shiqing", f"办结 {number}")
    assert said == f"{number} 建立档案缺：联系方式。请回复联系方式。"
    assert register(listed) == {}

    listed.says("shiqing", "021-5555")
    account = register(listed)["华东新材资讯"]
    assert {"网址", "昵称", "认证信息", "主要用途", "管理人员姓名", "联系方式"} <= account.facts.keys()

    change = begun(listed, "shiqing", "变更", ("管理人员", "金新", "021-7777", "今天"))
    listed.taps("shiqing", "送出", number=change)
    listed.says("shiqing", f"办结 {change}")
    account = register(listed)["华东新材资讯"]
    assert (account.facts["管理人员姓名"], account.facts["联系方式"]) == ("金新", "021-7777")
    before = f"账号及管理部门、人员信息变更：更新档案（{change}）：管理人员姓名 石晴、联系方式 021-5555 → "
    assert before in listed.says("shiqing", "账号 华东新材资讯")


# ---- changes ---------------------------------------------------------------------------------------------------------


CHANGE = (
    "名称", "中信证券研究服务", "业务扩大", "2025-04-01", "自有图片", "使用公司简称，符合VIS规范", FILE,
)  # fmt: skip


@pytest.mark.rule("citics-R6")
def test_a_change_waits_for_its_approval(broker: Desk) -> None:
    """“中信证券研究”4月1日要改名: 到那天还没批，运营人员改不了，申请人也知道；批了才改，账号跟着改名。"""
    opened(broker)
    number = begun(broker, "guoshen", "账号名称、功能变化", CHANGE)
    broker.taps("guoshen", "送审", number=number)
    passed(broker, number, "zhaohe", "sundong", "lixin")
    broker.new("guoshen")

    broker.now(datetime(2025, 4, 1, 9, 0, tzinfo=BEIJING))
    said = broker.new("guoshen")[-1]
    assert f"【逾期 第1次】{number}《账号名称、功能变化：中信证券研究》待审批，由周总办理" in said
    assert said.endswith("名称、功能变化未经审批，不得更改。")
    assert broker.says("xuyan", f"办结 {number}") == (
        f"名称、功能变化未经审批，不得更改。{number} 现在“审批”环节，由周总办理。"
    )
    assert in_use(broker) == ["中信证券研究"]

    passed(broker, number, "zhouzong")
    broker.says("xuyan", f"办结 {number}")
    broker.says("xuyan", "今天")
    assert in_use(broker) == ["中信证券研究服务"]
    assert "未批先改" not in broker.says("zhaohe", "账号 中信证券研究服务")


def test_an_answer_that_is_not_asked_any_more_is_forgotten(broker: Desk) -> None:
    """先选名称、填了新名，再改成功能: 新名不算，账号名称不变，功能改到档案里。"""
    opened(broker)
    number = begun(broker, "guoshen", "账号名称、功能变化", CHANGE)
    assert "变化后账号功能" not in broker.says("guoshen", f"填写 {number}")
    assert "请回复变化后账号功能" in broker.says("guoshen", f"填写 {number} 变化事项 功能")
    broker.says("guoshen", "发布研究报告")
    broker.taps("guoshen", "送审", number=number)
    assert "变化后名称" not in broker.texts("zhaohe")[-1]
    passed(broker, number, "zhaohe", "sundong", "lixin", "zhouzong")
    broker.says("xuyan", f"办结 {number}")
    broker.says("xuyan", "今天")
    assert register(broker)["中信证券研究"].facts["账号功能"] == "发布研究报告"


@pytest.mark.rule("citics-R6")
def test_a_change_before_its_approval_is_marked(broker: Desk) -> None:
    """3月20日已经改了，3月24日才批: 记成未批先改，合规部、董事会办公室和申请人都知道。"""
    opened(broker)
    number = begun(broker, "guoshen", "账号名称、功能变化", CHANGE)
    broker.taps("guoshen", "送审", number=number)
    broker.now(datetime(2025, 3, 24, 9, 0, tzinfo=BEIJING))
    passed(broker, number, "zhaohe", "sundong", "lixin", "zhouzong")
    broker.says("xuyan", f"办结 {number}")
    broker.says("xuyan", "3月20日")

    told = "【未批先改】" + f"{number}《账号名称、功能变化：中信证券研究》实际变化日期 2025-03-20，批准 2025-03-24"
    for who in ("zhaohe", "sundong", "guoshen", "xuyan"):
        assert any(told in text for text in broker.texts(who)), who
    with books(broker) as store:
        assert [line.detail for line in store.audit(int(number)) if line.action == "未批先改"]
    assert "未批先改：实际变化日期 2025-03-20，批准 2025-03-24" in broker.says("zhaohe", "账号 中信证券研究服务")


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("citics-R1", "citics-R2")
@pytest.mark.parametrize(
    ("name", "words", "person", "result"),
    [("citics小王", "CITICS", "王武", "已改名"), ("中信证券VIP交流群", "中信证券", "王武", "已解散")],
)
def test_misuse_becomes_a_task(name: str, words: str, person: str, result: str, broker: Desk) -> None:
    """“citics小王”“中信证券VIP交流群”: 查名认得出，登记时看到比对结果，交给王武所在的研究部整改，办完合规部确认。"""
    said = broker.says("lianjie", f"查名 {name}")
    assert said == f"“{name}”用了保护字样：{words}。未经批准不能使用。要登记整改，发“发起 冒用名称、擅自开设的整改”。"
    number = begun(broker, "lianjie", "冒用名称、擅自开设的整改")
    said = broker.says("lianjie", name)
    assert said.startswith(f"已记账号或群名称：{name}。“{name}”用了保护字样：{words}。")
    broker.says("lianjie", person)
    broker.taps("lianjie", "送出", number=number)

    assert f"“{name}”用了保护字样：{words}。" in broker.texts("zhaohe")[-1]
    broker.says("zhaohe", f"交办 {number} 研究部")
    task = broker.texts("lianjie")[-1]
    assert task.startswith(f"【待您整改】{number}") and "期限 3月24日 24:00" in task
    broker.says("lianjie", f"办结 {number}")
    broker.says("lianjie", result)
    assert f"整改结果：{result}" in broker.texts("zhaohe")[-1]
    assert broker.says("zhaohe", f"收到 {number}") == "备 2025-001 已确认收到。"


@pytest.mark.rule("citics-R1")
@pytest.mark.parametrize("name", ["ＣＩＴＩＣＳ小王", "C i t i c s 小王", "中 信小王", "Citics·小王"])
def test_disguised_names_are_recognised(name: str, broker: Desk) -> None:
    assert "用了保护字样" in broker.says("lianjie", f"查名 {name}")
    assert "没有用到保护字样" in broker.says("lianjie", "查名 小王的日常")


@pytest.mark.rule("listed-company-ir-R5")
def test_a_nickname_with_a_reserved_word(listed: Desk) -> None:
    """“600XXX小编”: 不经批准的变更不能用；开设时标给审核的人；被举报的，整改任务到持有人的单位和董事会办公室。"""
    listed.says("dongban", "保护字样 增加 600XXX")
    listed.says("dongban", "确认修改")
    opened_listed(listed)

    begun(listed, "shiqing", "变更", ("昵称",))
    assert listed.says("shiqing", "600XXX小编") == (
        "“600XXX小编”用了保护字样：600XXX，未经批准不能使用（依据 第七条、第八条）。请换一个名称。"
    )
    other = begun(listed, "huadong", "开设账号", ("微信(公众平台)", "官方认证", "600XXX小编", "投资者交流"))
    listed.taps("huadong", "送审", number=other)
    assert "“600XXX小编”用了保护字样：600XXX。" in listed.texts("mishu")[-1]
    listed.says("mishu", f"退回 {other} 昵称不合适")

    assert "用了保护字样：600XXX" in listed.says("shiqing", "查名 600XXX小编")
    number = begun(listed, "shiqing", "冒用名称、擅自开设的整改", ("600XXX小编", "严发"))
    listed.taps("shiqing", "送出", number=number)
    assert f"【待您交办】{number}" in listed.texts("dongban")[-1]
    listed.says("dongban", f"交办 {number} 研发部")
    assert f"【待您整改】{number}" in listed.texts("yanfa")[-1]
    listed.says("yanfa", f"办结 {number}")
    listed.says("yanfa", "已改名")
    assert "确认收到" in listed.live("dongban", number)


@pytest.mark.rule("listed-company-ir-R5")
def test_a_reserved_word_is_not_registered(opens: Opens) -> None:
    """没有开设流程的制度，登记账号也不能用保护字样。"""
    desk = opens(slug="company-qiguanbu", seats=(), words=())
    who = next(s.userid for s in desk.seats if s.role and desk.regulation.role[s.role].oversees)
    word = "兴和"
    desk.says(who, f"保护字样 增加 {word}")
    desk.says(who, "确认修改")
    label = next(iter(desk.regulation.channel.values())).label
    assert "用了保护字样：兴和，未经批准不能登记" in desk.says(who, f"登记账号 {label} 兴和小编")
    assert "已登记" in desk.says(who, f"登记账号 {label} 小编日记")


# ---- the register ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("listed-company-ir-R1", "listed-company-ir-R2")
def test_the_register_by_company(listed: Desk) -> None:
    """5个账号，其中1个是子公司华东材料的: 市场部发“账号”，按公司列出状态、最近发布、管理人员；子公司的规矩一样。"""
    for n, name in enumerate(("新材一号", "新材二号", "新材三号", "新材四号")):
        kind = ("官方认证微博", "微信(公众平台)")[n % 2]
        opened_listed(listed, answers=(kind, "官方认证", name, "投资者交流"))
    said = listed.says("shiqing", "登记账号 微信(公众平台) 华东之声 华东材料")
    assert "没有办完“开设账号”不能登记为在用" in said
    opened_listed(listed, "huadong", ("微信(公众平台)", "官方认证", "华东之声", "客户服务"))

    reply = listed.says("shiqing", "安全生产月活动\n本周在各厂区开展安全检查，欢迎监督。")
    number = reply.partition("编号 ")[2][:4]
    listed.taps("shiqing", "下一步", number=number, 渠道="微信(公众平台)")
    listed.taps("shiqing", "送审", number=number)
    assert "请回复序号：\n1. 新材二号\n2. 新材四号\n3. 华东之声" in listed.texts("shiqing")[-1]
    listed.says("shiqing", "3")
    listed.says("dongban", f"同意 {number}")
    listed.says("shiqing", f"已发布 {number}\n微信(公众平台) https://mp.weixin.qq.com/s/a")
    assert item(listed, number).published_at is not None

    lines = listed.says("shiqing", "账号").splitlines()
    assert lines[:2] == ["账号 5 个：", "【研发部】4 个"]
    assert lines[6] == "【华东材料】1 个"
    assert lines[7].startswith("微信(公众平台) · 华东之声，官方认证，华东材料，在用，管理 石晴，保管 华栋，")
    assert lines[7].endswith("最近发布 3月17日，在办 0005")
    assert lines[2] == "官方认证微博 · 新材一号，官方认证，研发部，在用，管理 石晴，保管 严发，还没有发布，在办 0001"
    assert "还没有发布" in lines[3]
    assert listed.says("shiqing", "账号 华东材料").startswith("华东材料的账号 1 个：\n微信(公众平台) · 华东之声")

    listed.says("shiqing", "单位 研发部 上级 华东材料")
    assert "【" not in listed.says("shiqing", "账号")


@pytest.mark.rule("citics-R11")
def test_a_post_names_who_answers_for_it(broker: Desk) -> None:
    """一篇文章被质疑: 打开看到开设部门研究部、主管、发布徐岩；账号里也有。"""
    opened(broker)
    number = broker.says("xuyan", "今日观点\n市场震荡，注意风险。").partition("编号 ")[2][:4]
    broker.taps("xuyan", "下一步", number=number, 渠道="微信公众号(服务号、订阅号)")
    broker.taps("xuyan", "送审", number=number)
    broker.says("qianfu", f"同意 {number}")
    broker.says("xuyan", f"已发布 {number}\n微信公众号(服务号、订阅号) https://mp.weixin.qq.com/s/a")

    assert "开设部门 研究部（主管 高磊），发布 徐岩。" in broker.says("zhaohe", f"进度 {number}").splitlines()
    shown = broker.says("zhaohe", "账号 中信证券研究").splitlines()
    assert {"开设部门：研究部", "主管：高磊", "发布人员：徐岩"} <= set(shown)


def test_a_post_takes_no_field_of_its_own_making(broker: Desk) -> None:
    """填写 编号 项目: 稿件没有的项目不收，别人的事项也填不了。"""
    number = broker.says("xuyan", "今日观点\n市场震荡，注意风险。").partition("编号 ")[2][:4]
    assert broker.says("xuyan", f"填写 {number} 批准人 高磊") == f"{number} 没有“批准人”这一项。"
    assert "批准人" not in item(broker, number).form

    mine = begun(broker, "guoshen", "开立官方微博、微信公众号", OPEN_BROKER)
    assert broker.says("caifu", f"填写 {mine} 运营人员 蔡芙") == f"没有您可以填写的事项 {mine}。"
    assert item(broker, mine).form["运营人员"] == "徐岩"


@pytest.mark.rule("listed-company-ir-R10")
def test_what_must_be_disclosed_has_its_announcement(listed: Desk) -> None:
    """年度分红方案: 审核的标注涉及应披露信息，董事会秘书批准；没有公告编号就发不了。"""
    opened_listed(listed)
    number = listed.says("shiqing", "年度分红方案\n每10股派2元。").partition("编号 ")[2][:4]
    listed.taps("shiqing", "下一步", number=number, 渠道="微信(公众平台)")
    listed.taps("shiqing", "送审", number=number)
    listed.corner("dongban", "标注：涉及应披露信息", number=number)
    listed.says("dongban", f"同意 {number}")
    assert "未经审核的信息不得发布" in listed.says("shiqing", f"已发布 {number}")
    passed(listed, number, "mishu")
    said = listed.says("shiqing", f"已发布 {number}\n微信(公众平台) https://mp.weixin.qq.com/s/a")
    assert said == f"涉及应披露信息，尚未登记公告编号。{number} 现在“登记公告编号”环节，由董斑办理。"

    listed.says("dongban", f"办结 {number}")
    listed.says("dongban", "2025-012")
    listed.says("shiqing", f"已发布 {number}\n微信(公众平台) https://mp.weixin.qq.com/s/a")
    assert item(listed, number).published_at is not None
    assert item(listed, number).form["公告编号"] == "2025-012"


# ---- for every regulation --------------------------------------------------------------------------------------------


def _opening(slug: str) -> Flow | None:
    flows = load(slug).flows(Kind.ACCOUNT)
    return next((f for f in flows if opens(f) and not f.every), None)


@pytest.mark.parametrize("slug", [s for s in shipped() if _opening(s)])
def test_nothing_is_in_use_without_its_flow(slug: str, opens: Opens) -> None:
    """开设流程每走一步，账号都还没有在用，谁登记都不行；走到那一步才在用。"""
    desk = opens(slug=slug, seats=(), words=())
    flow = _opening(slug)
    assert flow is not None
    last = next(n for n, step in enumerate(flow.steps) if step.sets == "在用")
    before = set(in_use(desk))
    label = next(iter(desk.regulation.channel.values())).label
    robot = Robot(desk, flow)
    robot.begin()
    while (now := robot.turn()) is not None and robot.item().position <= last:
        assert set(in_use(desk)) == before
        for who in dict.fromkeys(s.userid for s in desk.seats):
            desk.says(who, f"登记账号 {label} 私自开的")
            desk.says(who, f"账号 {robot.item().title} 在用")
        assert set(in_use(desk)) == before
        robot.act(*now)
    assert len(set(in_use(desk)) - before) == 1


def countersigned(desk: Desk) -> None:
    """会签 with a refusal, a change, three who pass, the leader, the opening."""
    number = passed(desk, applied(desk), "zhaohe")
    desk.says("sundong", f"退回 {number} 名称太像公司官方号")
    desk.says("guoshen", f"填写 {number} 账号名称 研究观察")
    desk.says("guoshen", f"送审 {number}")
    desk.taps("lixin", "同意", number=number)
    desk.says("sundong", f"同意 {number}")
    desk.taps("zhaohe", "同意", number=number)
    passed(desk, number, "zhouzong")
    desk.taps("lixin", "填写结果", number=number)
    answered(desk, "lixin", RECORD_BROKER)


@pytest.mark.rule("every-8", "every-10")
def test_repeats_and_restarts_do_not_show_in_an_opening(opens: Opens) -> None:
    """会签的开立流程: 回调重复两次、每一步之间重启，结果一样，账号只有一个。"""

    def walked(**settings: Any) -> dict[str, Any]:
        desk = opens(slug="citics", seats=BROKERS, words=(), **settings)
        countersigned(desk)
        assert in_use(desk) == ["研究观察"]
        return end_state(desk)

    plain = walked()
    assert plain["waiting"] == []
    assert differences(walked(twice=True), plain) == []
    assert differences(walked(restarts=True), plain) == []
