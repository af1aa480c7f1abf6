"""活动征集的意见, as a workbook to take away: when, who, where, what."""

from __future__ import annotations

from bot.rules import activities
from bot.rules.collectors import collecting_roles
from bot.rules.comments import is_comment
from bot.rules.item import State
from bot.rules.regulation import Kind
from bot.rules.routing import Desk, may_see
from bot.rules.textcheck import shown_title
from bot.web.given import Pages
from bot.web.workbook import book
from storage.read import Reader


def opinions(number: int, userid: str, pages: Pages, reader: Reader) -> tuple[str, bytes] | None:
    """The file's name and content; None when there is no such activity for this person."""
    plan, regulation, roster = reader.item(number), pages.regulation_of(reader), reader.roster()
    if plan is None or plan.kind is not Kind.MATTER:
        return None
    desk = Desk(regulation, roster, pages.clock.now())
    collects = bool(roster.roles_of(userid) & set(collecting_roles(regulation)))
    if not collects and not may_see(userid, plan, reader.moves(plan.id), desk):
        return None
    linked = [x for x in reader.linked_to(plan.id) if is_comment(x) and x.state is not State.WITHDRAWN]
    title = shown_title(plan.title) or plan.number
    return f"意见 {title}.xlsx", book(f"意见 {plan.number}", activities.COLUMNS, activities.rows(linked))
