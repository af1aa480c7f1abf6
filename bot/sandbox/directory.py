"""Members and departments as a self-built app may read them (path/90196, 90200, 90201, 90208, 95350)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.config import Person
from bot.sandbox.errors import ApiError

JSON = dict[str, Any]
ROOT = 1


@dataclass(slots=True)
class Directory:
    """Everyone in the app's visible range; a department per unit below the root."""

    root_name: str
    people: dict[str, Person] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        self.units.setdefault(person.unit, ROOT + 1 + len(self.units))
        self.people[person.userid.lower()] = person

    def remove(self, userid: str) -> None:
        self.people.pop(userid.lower(), None)

    def find(self, userid: str) -> Person | None:
        """userids are case-insensitive on the platform (path/90196)."""
        return self.people.get(userid.lower())

    def in_department(self, number: int) -> list[Person]:
        return [person for person in self.people.values() if self.units[person.unit] == number]

    def known_department(self, number: int) -> bool:
        return number == ROOT or number in self.units.values()

    def departments(self) -> list[JSON]:
        root: JSON = {"id": ROOT, "name": self.root_name, "parentid": 0, "order": 1}
        rest = [{"id": number, "name": unit, "parentid": ROOT, "order": number} for unit, number in self.units.items()]
        return [root, *rest]

    def below(self, number: int | None) -> list[JSON]:
        everything = self.departments()
        if number is None or number == ROOT:
            return everything
        return [department for department in everything if department["id"] == number]


def user_get(directory: Directory, query: Mapping[str, str]) -> JSON:
    userid = query.get("userid", "")
    if not userid:
        raise ApiError(40063, "userid missing")
    person = directory.find(userid)
    if person is None:
        raise ApiError(60111, f"userid not found: {userid}")
    return _member(directory, person)


def user_simplelist(directory: Directory, query: Mapping[str, str]) -> JSON:
    members = directory.in_department(_department(directory, query, "department_id"))
    return {"userlist": [_brief(directory, person) for person in members]}


def user_list(directory: Directory, query: Mapping[str, str]) -> JSON:
    members = directory.in_department(_department(directory, query, "department_id"))
    return {"userlist": [_member(directory, person) for person in members]}


def department_list(directory: Directory, query: Mapping[str, str]) -> JSON:
    chosen = directory.below(_optional_department(directory, query))
    return {"department": [{**department, "name_en": "", "department_leader": []} for department in chosen]}


def department_simplelist(directory: Directory, query: Mapping[str, str]) -> JSON:
    chosen = directory.below(_optional_department(directory, query))
    return {"department_id": [_only(department, ("id", "parentid", "order")) for department in chosen]}


def _optional_department(directory: Directory, query: Mapping[str, str]) -> int | None:
    return _department(directory, query, "id") if query.get("id") else None


def _department(directory: Directory, query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    if not text:
        raise ApiError(40063, f"{name} missing")
    if not text.isdecimal() or not directory.known_department(int(text)):
        raise ApiError(40066, f"invalid department: {text}")
    return int(text)


def _brief(directory: Directory, person: Person) -> JSON:
    return {"userid": person.userid, "name": person.name, "department": [directory.units[person.unit]]}


def _member(directory: Directory, person: Person) -> JSON:
    """avatar, gender, mobile, email, biz_mail, qr_code and address are withheld from apps made since 2022-06-20."""
    return _brief(directory, person) | {
        "order": [0],
        "position": "",
        "is_leader_in_dept": [0],
        "direct_leader": [],
        "main_department": directory.units[person.unit],
        "status": 1,
        "extattr": {"attrs": []},
    }


def _only(mapping: Mapping[str, Any], names: Iterable[str]) -> JSON:
    return {name: mapping[name] for name in names}
