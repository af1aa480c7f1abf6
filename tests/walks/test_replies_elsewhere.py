"""答复, 投诉, 回访, 敏感话题: the comment rules of the companies, the association, the project and the government."""

from __future__ import annotations

import pytest

from bot.rules.item import State
from bot.rules.roster import Seat
from tests.walks.company import COMPANY, item
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.test_replies import at, collected

FIRM = (
    *(seat for seat in COMPANY if seat.userid != "linxia"),
    Seat("luoping", "罗平", "客服部", "service_officer"),
    Seat("xiaoqi", "肖琪", "销售部", "handler"),
    Seat("xiaotou", "肖经理", "销售部", "unit_head"),
)
HOTEL = (
    Seat("duan", "段小雨", "营销部", "editor"),
    Seat("muchun", "木春", "营销部", "central_head"),
    Seat("kefu", "客服小张", "客服", "service_officer"),
)
FLOWS = {"company-qiguanbu": FIRM, "hotel-dali": HOTEL}


def deadline(desk: Desk, number: str) -> str:
    return desk.says(desk.seats[0].userid, f"期限 {number}")


@pytest.mark.rule("company-qiguanbu-R19")
def test_a_question_that_another_department_must_answer_stays_open(opens: Opens) -> None:
    """编辑先答“已转销售部”, 交给销售部; 销售部办了、最后答复登记了, 才到回访。"""
    desk = opens(slug="company-qiguanbu", seats=FIRM, start=at(14, 9, 30))
    number = collected(desk, "zhengjie", "官方微博 @客户甲 09:12 E-200型有现货吗?", "客户咨询")
    assert "须其他部门处理" in desk.live("zhengjie", number)
    desk.taps("zhengjie", "须其他部门处理", number=number)
    said = desk.says("zhengjie", "已转销售部,稍后答复")
    assert "已记当日答复" in said
    desk.says("zhengjie", f"交办 {number} 销售部")
    assert "现在“处理”环节，由肖琪办理" in desk.says("zhengjie", number)
    assert "先要办“处理”" in desk.says("zhengjie", f"答复 {number} 有现货")
    desk.now(at(20, 8, 30))
    assert any("逾期" in text and number in text for text in desk.texts("xiaoqi"))
    desk.says("xiaoqi", f"办结 {number}")
    assert item(desk, number).open
    desk.taps("zhengjie", "直接答复", number=number)
    assert "已记办结答复" in desk.says("zhengjie", "您好，E-200型有现货，三天内发货。")
    desk.says("zhengjie", f"办结 {number}")
    desk.says("zhengjie", "满意")
    assert item(desk, number).state is State.DONE


@pytest.mark.rule("company-qiguanbu-R20", "company-qiguanbu-R21")
def test_a_complaint_goes_to_the_service_and_back_until_the_customer_is_content(opens: Opens) -> None:
    """投诉当天转客服部, 罗平没有登记就不能结; 回访 3 月 17 日前没登记就催, 不满意的退回客服部再办。"""
    desk = opens(slug="company-qiguanbu", seats=FIRM, start=at(10, 9, 30))
    number = collected(desk, "zhengjie", "官方微信 @客户乙 09:12 地板三天就开裂,要求退款", "客户投诉")
    desk.taps("zhengjie", "转客服部", number=number)
    assert "地板三天就开裂" in desk.texts("luoping")[-1]
    refused = desk.says("zhengjie", f"答复 {number} 已处理")
    assert "罗平" in refused
    assert "罗平" in desk.says("zhengjie", f"办结 {number}")
    desk.says("luoping", f"办结 {number}")
    desk.taps("zhengjie", "直接答复", number=number)
    desk.says("zhengjie", "您好，已安排退款，三日内到账。")
    assert "3月17日 24:00" in desk.says("zhengjie", f"期限 {number}")
    desk.new("zhengjie")
    desk.now(at(17, 17, 30))
    assert any("提醒" in text and "回访" in text for text in desk.new("zhengjie"))

    desk.taps("zhengjie", "填写结果", number=number)
    desk.says("zhengjie", "不满意")
    again = desk.says("zhengjie", "退款还没有到账")
    assert "现在“协调处理”环节，由罗平办理" in again
    assert "不满意的原因 退款还没有到账" in desk.texts("luoping")[-1]
    desk.says("luoping", f"办结 {number}")
    desk.says("zhengjie", f"答复 {number} 您好，退款今天已到账。")
    desk.says("zhengjie", f"办结 {number}")
    assert "已办结" in desk.says("zhengjie", "满意")


@pytest.mark.rule("hotel-dali-R19", "hotel-dali-R20", "hotel-dali-R21")
def test_the_hotel_answers_hands_over_and_calls_back(opens: Opens) -> None:
    """咨询 11:20 答复, 回访后结; 投诉当即到客服; 3 月 17 日过完没有回访就逾期。"""
    desk = opens(slug="hotel-dali", seats=HOTEL, start=at(10, 11, 10))
    asked = collected(desk, "duan", "官方微博 @客人 11:00 五一还有房吗?", "客户咨询")
    complained = collected(desk, "duan", "官方微博 @客人乙 11:05 空调坏了没人修", "客户投诉")
    desk.taps("duan", "转客服", number=complained)
    assert any("空调坏了没人修" in text for text in desk.texts("kefu"))
    desk.now(at(10, 11, 20))
    assert "从发表到答复 20 分钟" in desk.says("duan", f"答复 {asked} 您好，五一还有大床房。")
    assert item(desk, asked).open
    desk.says("kefu", f"办结 {complained}")
    desk.says("duan", f"答复 {complained} 您好，空调已修好，房费打八折。")
    desk.says("duan", f"办结 {asked}")
    assert "已办结" in desk.says("duan", "满意")
    desk.now(at(18, 0, 5))
    assert "逾期" in desk.says("duan", complained)
    desk.now(at(18, 8, 30))
    assert any("回访" in text and "逾期" in text for text in desk.texts("duan"))


@pytest.mark.rule("project-team-R6")
def test_the_reviewer_answers_the_community(opens: Opens) -> None:
    """“请问班车几点?”到 17:30 没有答复, 提醒内容审核。"""
    seats = (Seat("qin", "秦风", "项目部", "editor"), Seat("shen", "申华", "项目部", "reviewer"))
    desk = opens(slug="project-team", seats=seats, start=at(14, 10, 5))
    number = collected(desk, "shen", "项目微博 @工友 10:00 请问班车几点?", "社区回复、客户问题反馈")
    desk.new("shen")
    desk.now(at(14, 17, 30))
    assert any(number in text and "提醒" in text for text in desk.new("shen"))
    assert "已办结" in desk.says("shen", f"答复 {number} 班车早上七点半发车。")


GOV = (
    Seat("jibian", "纪边", "政务微博工作小组", "editor"),
    Seat("zuzhang", "范蕾", "政务微博工作小组", "group_lead"),
    Seat("zhuguan", "陶主任", "本机关领导", "chief"),
    Seat("jiaolian", "焦联", "教育局", "contact"),
    Seat("jiaoling", "焦局长", "教育局", "unit_leader"),
)


@pytest.mark.rule("gov-weibo-assessment-R8", "gov-weibo-assessment-R18")
def test_a_sensitive_topic_waits_for_the_units_leader_and_hours_follow_the_setting(opens: Opens) -> None:
    """学区划分的回应, 教育局领导审查以前不能发; 期限改成 24 小时, 新来的评论照新的算。"""
    desk = opens(slug="gov-weibo-assessment", seats=GOV, start=at(14, 9, 30))
    number = collected(desk, "jibian", "官方微博 @家长 09:00 学区划分什么时候公布?", "敏感话题回应", "教育局")
    desk.says("jiaolian", f"拟复 {number} 学区划分方案四月公布。")
    refused = desk.says("jibian", f"答复 {number} 学区划分方案四月公布。")
    assert "答复要先审定" in refused
    assert "焦局长" in refused
    desk.taps("jiaoling", "同意", number=number)
    desk.taps("jibian", "已按此答复", number=number)
    assert item(desk, number).state is State.DONE

    old = collected(desk, "jibian", "官方微博 @市民 09:05 路灯不亮", "网民问题督办回复")
    desk.says("jibian", f"交办 {old} 教育局")
    desk.says("zuzhang", "期限 网民问题督办回复 当日答复 24小时")
    desk.says("zuzhang", "确认修改")
    new = collected(desk, "jibian", "官方微博 @市民乙 09:10 井盖坏了", "网民问题督办回复")
    desk.says("jibian", f"交办 {new} 教育局")
    assert "3月14日 24:00" in desk.says("jiaolian", f"期限 {old}")
    assert "3月15日 09:10" in desk.says("jiaolian", f"期限 {new}")


@pytest.mark.rule("mutual-aid-society-R14")
def test_who_provided_the_post_proposes_and_the_office_answers(opens: Opens) -> None:
    """14:00 的评论登记后赵敏有卡片; 14:30 提出答复意见, 办公室有当天到期的答复卡片, 可以照此答复。"""
    seats = (
        Seat("zhaomin", "赵敏", "业务部", "provider"),
        Seat("bangong", "办小文", "办公室", "editor"),
        Seat("zhuren", "主任", "办事处领导", "director"),
    )
    desk = opens(slug="mutual-aid-society", seats=seats, start=at(14, 14, 5))
    number = collected(desk, "bangong", "官方微博 @职工 14:00 住院几天内申请?", "微博回复内容跟踪", "业务部")
    assert "写答复" in desk.live("zhaomin", number)
    desk.now(at(14, 14, 30))
    desk.says("zhaomin", f"拟复 {number} 出院后三十天内申请。")
    assert "拟答复：出院后三十天内申请。" in desk.texts("bangong")[-1]
    assert "3月14日 24:00" in desk.says("bangong", f"期限 {number}")
    desk.taps("bangong", "按此答复", number=number)
    assert item(desk, number).state is State.DONE




@pytest.mark.rule("mutual-aid-society-R7")
def test_what_was_answered_before_is_found_and_offered(opens: Opens) -> None:
    """“住院几天内申请?/出院后三十天内”记下以后: 查得到, 来了相似的评论作为拟稿提供; 不公开的流程不记。"""
    seats = (
        Seat("zhaomin", "赵敏", "业务部", "provider"),
        Seat("bangong", "办小文", "办公室", "editor"),
        Seat("zhuren", "主任", "办事处领导", "director"),
    )
    desk = opens(slug="mutual-aid-society", seats=seats, start=at(14, 14, 5))
    flow = "微博回复内容跟踪"
    assert "分两行写" in desk.says("zhaomin", "记问答 住院几天内申请?")
    desk.says("zhaomin", "记问答 住院几天内申请?\n出院后三十天内申请。")
    assert "答：出院后三十天内申请。" in desk.says("bangong", "查答复 住院")
    assert "没有查到" in desk.says("bangong", "查答复 停车")
    number = collected(desk, "bangong", "官方微博 @职工 14:00 请问住院后几天内申请补助?", flow, "业务部")
    assert "答：出院后三十天内申请。" in desk.texts("zhaomin")[-1]
    other = collected(desk, "bangong", "官方微博 @职工乙 14:01 食堂几点开门?", flow, "业务部")
    assert "用以前的答复" not in desk.live("zhaomin", other)
    desk.taps("zhaomin", "用以前的答复", number=number)
    desk.taps("bangong", "按此答复", number=number)
    desk.says("zhaomin", f"拟复 {other} 早上七点。")
    desk.says("bangong", f"答复 {other} 早上七点半，请拨13812345678。")
    desk.taps("bangong", "照此答复", number=other)
    assert "138****5678" in desk.says("zhaomin", "查答复 食堂")


def test_private_flows_are_never_offered_to_others(opens: Opens) -> None:
    """投诉的问和答不进问答。"""
    desk = opens(slug="hotel-dali", seats=HOTEL, start=at(10, 11, 10))
    number = collected(desk, "duan", "官方微博 @客人乙 11:05 空调坏了没人修", "客户投诉")
    desk.taps("duan", "转客服", number=number)
    desk.says("kefu", f"办结 {number}")
    desk.says("duan", f"答复 {number} 您好，空调已修好。")
    assert "没有查到" in desk.says("duan", "查答复 空调")
