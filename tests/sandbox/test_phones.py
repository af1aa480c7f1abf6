"""The phones in a real browser: what a person sees and does."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.testing import Sandbox, example_config
from tests.sandbox.app_client import AppClient
from tests.sandbox.conftest import MONDAY
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.scene import MENU, everyone_gets_something, png, review_card, submission_card

pytestmark = pytest.mark.browser
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, connected: Sandbox) -> Iterator[Page]:
    """A tab; a script error or a refused resource fails the test."""
    tab = browser.new_page(viewport={"width": 1280, "height": 860})
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    tab.goto(f"{connected.url}/?p=wang,zhang,li&keyboard")
    expect(tab.locator("[data-user]")).to_have_count(3)
    yield tab
    tab.close()
    assert problems == []


def test_typing(page: Page, connected: Sandbox, bot: FakeBot) -> None:
    """Enter sends, Shift+Enter makes a line, and the reply appears by itself."""
    bot.says("收到\n第二行")
    box = page.locator("[data-user=wang] [data-role=input]")
    box.fill("稿件")
    box.press("Shift+Enter")
    box.press_sequentially("正文")
    box.press("Enter")
    expect(page.locator("[data-user=wang] [data-direction=in] .bubble")).to_have_text("收到\n第二行")
    expect(page.locator("[data-user=wang] [data-direction=out] .bubble")).to_have_text("稿件\n正文")
    expect(box).to_have_value("")
    assert bot.last("Content") == "稿件\n正文"
    box.fill("再来")
    page.locator("[data-user=wang] [data-role=send]").click()
    expect(page.locator("[data-user=wang] [data-direction=out]")).to_have_count(2)


def test_a_choice_and_a_tap(page: Page, bot: FakeBot, app: AppClient) -> None:
    app.card("wang", submission_card())
    card = page.locator("[data-task-id='item-0123@draft']")
    card.locator("[data-question=channel]").select_option("wechat")
    with page.expect_response("**/_sandbox/tap"):  # answered once the bot has heard it
        card.locator("[data-key='submit|0123']").click()
    expect(card.locator(".pressed")).to_have_count(1)
    assert [item.findtext("OptionIds/OptionId") for item in bot.heard[-1].iter("SelectedItem")] == [
        "safety", "wechat", "baike",
    ]  # fmt: skip
    app.update(bot.last("ResponseCode"), "wang", button={"replace_name": "已送审 10:02"})
    expect(card.locator("[data-role=replaced]")).to_have_text("已送审 10:02")
    expect(card.locator("[data-role=replaced]")).to_be_disabled()
    expect(card.locator("[data-key]")).to_have_count(0)
    expect(card.locator("[data-question=channel]")).to_have_value("wechat")


def test_an_open_choice_survives_other_messages(page: Page, app: AppClient) -> None:
    app.card("zhang", review_card())
    reason = page.locator("[data-user=zhang] [data-question=reason]")
    reason.select_option("other")
    app.text("zhang", "另一条")
    expect(page.locator("[data-user=zhang] .bubble")).to_have_text("另一条")
    expect(reason).to_have_value("other")


def test_the_menus(page: Page, app: AppClient, bot: FakeBot) -> None:
    app.post("menu/create", MENU, agentid=1000002)
    phone = page.locator("[data-user=wang]")
    phone.locator("[data-role=toggle]").click()
    phone.locator("[data-menu-parent=更多]").click()
    with page.expect_response("**/_sandbox/menu"):
        phone.locator("[data-menu-key=help]").click()
    assert (bot.last("Event"), bot.last("EventKey")) == ("click", "help")
    expect(phone.locator("[data-menu-key=help]")).to_be_hidden()
    app.card("wang", review_card())
    phone.locator("[data-role=card-menu]").click()
    with page.expect_response("**/_sandbox/card_menu"):
        phone.locator("[data-action-key='full|0123']").click()
    assert (bot.last("Event"), bot.last("EventKey")) == ("template_card_menu_event", "full|0123")


def test_text_is_never_run(page: Page, app: AppClient) -> None:
    text = '<img src=x onerror="document.title=1"> <a href="javascript:document.title=2">点</a>'
    app.text("wang", text)
    bubble = page.locator("[data-user=wang] .bubble")
    expect(bubble).to_have_text('<img src=x onerror="document.title=1"> 点')
    expect(bubble.locator("a, img")).to_have_count(0)
    expect(page).to_have_title("审发演示")


def test_pages_open_as_the_person_whose_phone_it_is(
    page: Page, app: AppClient, bot_server: tuple[FakeBot, str]
) -> None:
    """One browser, two people: the second page is the second person's, and the first one is closed."""
    bot, url = bot_server

    async def who(request: Request) -> Response:
        return PlainTextResponse(request.cookies.get("sandbox_user", ""))

    bot.app.router.routes.append(Route("/who", who))
    for user in ("wang", "li"):
        app.text(user, f'<a href="{url}/who">打开</a>')
        page.locator(f"[data-user={user}] .bubble a").click()
        expect(page.locator(f"[data-user={user}] [data-role=page]")).to_have_count(1)
        expect(page.frame_locator(f"[data-user={user}] iframe").locator("body")).to_have_text(user)
    expect(page.locator("[data-role=page]")).to_have_count(1)
    page.locator("[data-role=close-page]").click()
    expect(page.locator("[data-role=page]")).to_have_count(0)


def test_pictures_go_both_ways(page: Page, app: AppClient, bot: FakeBot) -> None:
    file: FilePayload = {"name": "现场.png", "mimeType": "image/png", "buffer": png()}
    with page.expect_response("**/_sandbox/send_media"):
        page.locator("[data-user=wang] [data-role=file]").set_input_files(file)
    expect(page.locator("[data-user=wang] img.picture")).to_have_count(1)
    page.locator("[data-user=wang] img.picture").click()
    expect(page.locator(".viewer")).to_be_visible()
    assert bot.last("MsgType") == "image"


def test_who_holds_a_phone(page: Page, app: AppClient) -> None:
    """A dot says that somebody without a phone has news; choosing them puts them into the address."""
    seat = page.locator(".seat").nth(2)
    expect(seat.locator(".who .dot")).to_have_count(0)
    app.text("zhao", "新消息")
    expect(seat.locator(".who .dot")).to_have_count(1)
    seat.locator("[data-role=person]").click()
    expect(seat.locator("[data-person=zhao] [data-role=unread]")).to_have_count(1)
    seat.locator("[data-person=zhao]").click()
    expect(page.locator("[data-user=zhao] .bubble")).to_have_text("新消息")
    expect(page.locator(".dot")).to_have_count(0)
    assert "p=wang,zhang,zhao" in page.url
    page.locator("[data-role=add-phone]").click()
    expect(page.locator("[data-user]")).to_have_count(4)
    page.locator("[data-role=remove-phone]").first.click()
    expect(page.locator("[data-user]")).to_have_count(3)


def test_every_kind_of_message_is_drawn(page: Page, app: AppClient) -> None:
    page.locator("[data-role=add-phone]").click()
    everyone_gets_something(app)
    expect(page.locator("[data-task-id]")).to_have_count(5)
    expect(page.locator(".recalled")).to_have_text("审发撤回了一条消息")
    expect(page.locator("[data-user=zhao] [data-role=file-link] b")).to_have_text("保密审查登记表.docx")
    expect(page.locator("[data-user=li] .md b")).to_have_text("3")
    assert page.locator("text=不能显示的消息").count() == 0


def test_a_real_phone_shows_exactly_one(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    expect(page.locator("[data-user]:visible")).to_have_count(1)
    box = page.locator("[data-user]:visible").bounding_box()
    assert box is not None and box["width"] == 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_clock_is_moved_in_the_demonstration_only(page: Page, browser: Browser) -> None:
    expect(page.locator("[data-preset]")).to_have_count(0)
    with Sandbox(example_config(demo=True, start_at=MONDAY)) as demo:
        tab = browser.new_page()
        tab.goto(demo.url)
        expect(tab.locator("[data-role=now]")).to_have_text("11月23日 周一 09:40")
        tab.locator("[data-preset='17:00']").click()
        expect(tab.locator("[data-role=now]")).to_have_text("11月23日 周一 17:00")
        expect(tab.locator("[data-role=clock]").first).to_have_text("17:00")
        tab.close()
