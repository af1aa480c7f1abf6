"""The tables. What must never be is forbidden here, by unique and partial indexes, checks and triggers.

Every table that holds an organisation's data has `org`. Moments are texts (see when.py). A migration that has been
released is never edited; a change is another migration below it.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from bot.rules.comments import bare_address
from storage.db import script, transaction

migrations = Migrations("shenfa")

ITEMS = """
CREATE TABLE items (
    org TEXT NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, flow TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('preparing', 'running', 'done', 'withdrawn')),
    unit TEXT NOT NULL, author TEXT NOT NULL, position INTEGER NOT NULL, step_do TEXT NOT NULL, title TEXT NOT NULL,
    since TEXT, published_at TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    doc TEXT NOT NULL,  -- the whole Item; the other columns are copies to search by
    PRIMARY KEY (org, id)
);
CREATE INDEX items_open ON items (org, unit, author) WHERE state IN ('preparing', 'running');
CREATE INDEX items_author ON items (org, author, id);
CREATE INDEX items_published ON items (org, published_at) WHERE published_at IS NOT NULL;

CREATE TABLE versions (
    org TEXT NOT NULL, item INTEGER NOT NULL, no INTEGER NOT NULL, fingerprint TEXT NOT NULL, at TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (org, item, no), FOREIGN KEY (org, item) REFERENCES items (org, id)
);
CREATE TRIGGER versions_stay BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions are only added'); END;
CREATE TRIGGER versions_last BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions are only added'); END;

CREATE TABLE moves (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, item INTEGER NOT NULL, round INTEGER NOT NULL, step INTEGER NOT NULL, version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, acting_for TEXT NOT NULL,
    decision TEXT NOT NULL, at TEXT NOT NULL, doc TEXT NOT NULL,
    FOREIGN KEY (org, item) REFERENCES items (org, id)
);
-- The first writer wins. Role and acting_for are part of it: who sits on two seats of a 会签 decides for both.
CREATE UNIQUE INDEX moves_once ON moves (org, item, round, step, actor, role, acting_for, decision)
    WHERE decision IN ('passed', 'returned');
CREATE INDEX moves_item ON moves (org, item, id);
CREATE TRIGGER moves_stay BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'moves are only added'); END;
CREATE TRIGGER moves_last BEFORE DELETE ON moves BEGIN SELECT RAISE(ABORT, 'moves are only added'); END;
"""

MESSAGES = """
CREATE TABLE inbox (
    org TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    reply TEXT, card TEXT,  -- what was answered; a repeat is answered the same
    PRIMARY KEY (org, key)
) WITHOUT ROWID;

CREATE TABLE cards (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, task_id TEXT NOT NULL, item INTEGER, userid TEXT NOT NULL, purpose TEXT NOT NULL,
    position INTEGER NOT NULL, round INTEGER NOT NULL, version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'closed', 'failed')),
    code TEXT NOT NULL DEFAULT '', code_expires_at TEXT, msgid TEXT NOT NULL DEFAULT '', sent_at TEXT,
    remind_at TEXT,  -- when a handler shall hear that the code ends soon; null before sending and once it has heard
    doc TEXT NOT NULL,  -- the Card as it was last shown
    UNIQUE (org, task_id)
);
CREATE INDEX cards_live ON cards (org, item) WHERE state IN ('queued', 'sent');
CREATE INDEX cards_expiring ON cards (org, remind_at) WHERE state = 'sent' AND remind_at IS NOT NULL;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: the platform's duplicate check goes by it
    org TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('send', 'update', 'fetch')),
    receiver TEXT NOT NULL, item INTEGER, doc TEXT NOT NULL,
    notice INTEGER NOT NULL DEFAULT 0, task_id TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '',
    closing INTEGER NOT NULL DEFAULT 0,  -- an update after which nothing can be tapped
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
    merged_into INTEGER REFERENCES outbox (id),  -- part of that row's digest
    attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,  -- 1: an attempt's outcome is unknown
    next_at TEXT NOT NULL, lease_until TEXT, created_at TEXT NOT NULL,
    sent_at TEXT,  -- when it was settled, for better or worse
    msgid TEXT NOT NULL DEFAULT '', code_no INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT '{}',
    fault INTEGER NOT NULL DEFAULT 0,  -- 1: an operator must act
    news_at TEXT,  -- not null: from then on a handler shall hear what became of it
    UNIQUE (org, key)
);
CREATE INDEX outbox_due ON outbox (org, next_at, id) WHERE state = 'waiting' AND merged_into IS NULL AND kind = 'send';
CREATE INDEX outbox_first ON outbox (org, next_at, id) WHERE state = 'waiting' AND kind <> 'send';
CREATE INDEX outbox_order ON outbox (org, receiver, item, id) WHERE state = 'waiting' AND kind = 'send';
CREATE INDEX outbox_card ON outbox (org, task_id, id) WHERE state = 'waiting' AND task_id <> '';
CREATE INDEX outbox_pace ON outbox (org, receiver, sent_at) WHERE state = 'sent' AND kind = 'send';
CREATE INDEX outbox_digest ON outbox (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (org, item) WHERE state = 'failed';
CREATE INDEX outbox_news ON outbox (org, news_at) WHERE news_at IS NOT NULL;

CREATE TABLE media (
    org TEXT NOT NULL, sha TEXT NOT NULL, content BLOB NOT NULL, size INTEGER NOT NULL, format TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (org, sha)
);
CREATE TABLE received_media (
    org TEXT NOT NULL, media_id TEXT NOT NULL, sha TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (org, media_id),
    FOREIGN KEY (org, sha) REFERENCES media (org, sha)
);
CREATE TABLE uploads (
    org TEXT NOT NULL, sha TEXT NOT NULL, kind TEXT NOT NULL, media_id TEXT NOT NULL, expires_at TEXT NOT NULL,
    PRIMARY KEY (org, sha, kind)
);
CREATE TABLE tokens (app TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at TEXT NOT NULL);
"""

TIME = """
CREATE TABLE deadlines (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, key TEXT NOT NULL, item INTEGER NOT NULL, due_at TEXT,
    ladder TEXT NOT NULL, rung TEXT NOT NULL, alert_after TEXT,
    explanation TEXT NOT NULL, provisional INTEGER NOT NULL,
    opened_at TEXT NOT NULL, closed_at TEXT, closed INTEGER NOT NULL DEFAULT 0 CHECK (closed = (closed_at IS NOT NULL)),
    FOREIGN KEY (org, item) REFERENCES items (org, id)
);
CREATE UNIQUE INDEX deadlines_open ON deadlines (org, key) WHERE closed = 0;
CREATE INDEX deadlines_due ON deadlines (org, alert_after) WHERE closed = 0;
CREATE INDEX deadlines_item ON deadlines (org, item);
CREATE INDEX deadlines_key ON deadlines (org, key);

CREATE TABLE nags (
    id INTEGER PRIMARY KEY,
    deadline INTEGER NOT NULL REFERENCES deadlines (id), rung TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (deadline, rung)  -- a rung is climbed once
);
"""

PEOPLE = """
CREATE TABLE seats (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, userid TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, role TEXT NOT NULL,
    UNIQUE (org, userid, unit, role)
);
CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, userid TEXT NOT NULL, role TEXT NOT NULL, unit TEXT NOT NULL,
    granted_by TEXT NOT NULL, granted_at TEXT NOT NULL, revoked_by TEXT, revoked_at TEXT
);
CREATE UNIQUE INDEX grants_in_force ON grants (org, userid, role, unit) WHERE revoked_at IS NULL;
CREATE TABLE delegations (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, absent TEXT NOT NULL, deputy TEXT NOT NULL CHECK (deputy <> absent),
    starts TEXT NOT NULL, ends TEXT NOT NULL CHECK (ends > starts), cancelled_at TEXT
);
CREATE UNIQUE INDEX delegations_standing ON delegations (org, absent, deputy) WHERE cancelled_at IS NULL;
CREATE TABLE memory (
    org TEXT NOT NULL, userid TEXT NOT NULL, what TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org, userid, what)
) WITHOUT ROWID;
CREATE TABLE expects (
    org TEXT NOT NULL, userid TEXT NOT NULL, what TEXT NOT NULL CHECK (what <> ''), item INTEGER,
    data TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (org, userid)
) WITHOUT ROWID;
CREATE TABLE reach (
    org TEXT NOT NULL, userid TEXT NOT NULL, reachable INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (org, userid)
) WITHOUT ROWID;
"""

BOOKS = """
CREATE TABLE filings (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, no TEXT NOT NULL, item INTEGER NOT NULL, at TEXT NOT NULL, roles TEXT NOT NULL,
    acknowledged_by TEXT NOT NULL DEFAULT '', acknowledged_at TEXT,
    UNIQUE (org, no), UNIQUE (org, item), FOREIGN KEY (org, item) REFERENCES items (org, id)
);
CREATE INDEX filings_at ON filings (org, at);
CREATE TABLE platforms (
    org TEXT NOT NULL, channel TEXT NOT NULL, platform TEXT NOT NULL, state TEXT NOT NULL,
    by TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (org, channel, platform)
);
CREATE TABLE policy_changes (
    org TEXT NOT NULL, version INTEGER NOT NULL, path TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    by TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (org, version)
);
CREATE TABLE words (
    org TEXT NOT NULL, word TEXT NOT NULL, category TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (org, word)
);
CREATE TABLE meta (org TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org, key)) WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    org TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, action TEXT NOT NULL,
    item INTEGER, version INTEGER NOT NULL, detail TEXT NOT NULL, cause TEXT NOT NULL
);
CREATE INDEX audit_item ON audit (org, item, id);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit lines are only added'); END;
CREATE TRIGGER audit_lasts BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit lines are only added'); END;
"""


@migrations()
def first_tables(db: Database) -> None:
    for part in (ITEMS, MESSAGES, TIME, PEOPLE, BOOKS):
        script(db, part)


@migrations()
def messages_that_belong_together(db: Database) -> None:
    """What one event sent to one person about one item is found again: its card is not shown without its texts."""
    db.execute("ALTER TABLE outbox ADD COLUMN cause TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX outbox_cause ON outbox (org, cause, receiver, item, id) WHERE kind = 'send'")
    db.execute("CREATE INDEX outbox_task ON outbox (org, task_id) WHERE kind = 'send' AND task_id <> ''")


@migrations()
def accounts_and_units(db: Database) -> None:
    """账号登记, what the scheduler has begun, several 承办单位 of one item, and what a unit is known for."""
    script(db, ACCOUNTS)


ACCOUNTS = """
CREATE TABLE accounts (
    org TEXT NOT NULL, id INTEGER NOT NULL, channel TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('未开通', '在用', '停用', '注销')),
    keeper TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}', opened_at TEXT, updated_at TEXT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE TABLE account_changes (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL, account INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
    item INTEGER, what TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    FOREIGN KEY (org, account) REFERENCES accounts (org, id)
);
CREATE INDEX account_changes_of ON account_changes (org, account, id);
CREATE TRIGGER account_changes_stay BEFORE UPDATE ON account_changes
    BEGIN SELECT RAISE(ABORT, 'changes are only added'); END;
CREATE TRIGGER account_changes_last BEFORE DELETE ON account_changes
    BEGIN SELECT RAISE(ABORT, 'changes are only added'); END;

CREATE TABLE begun (  -- what the scheduler began, once each
    org TEXT NOT NULL, flow TEXT NOT NULL, period TEXT NOT NULL, subject TEXT NOT NULL, item INTEGER NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (org, flow, period, subject)
) WITHOUT ROWID;

CREATE TABLE units (  -- what the roster knows of a unit: its parent body, and ticks set on all its items
    org TEXT NOT NULL, unit TEXT NOT NULL, parent TEXT NOT NULL DEFAULT '', marks TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (org, unit)
);

ALTER TABLE moves ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE moves ADD COLUMN lap INTEGER NOT NULL DEFAULT 0;
DROP INDEX moves_once;
CREATE UNIQUE INDEX moves_once ON moves (org, item, round, lap, step, unit, actor, role, acting_for, decision)
    WHERE decision IN ('passed', 'returned');
"""


@migrations()
def changes_said_together(db: Database) -> None:
    """What one sentence changed at several places of the policy stands or falls together."""
    db.execute("ALTER TABLE policy_changes ADD COLUMN cause TEXT NOT NULL DEFAULT ''")


@migrations()
def aftermath(db: Database) -> None:
    """更正和撤下 are found by the item they are about."""
    script(db, AFTERMATH)


AFTERMATH = """
CREATE INDEX items_about ON items (org, json_extract(doc, '$.about')) WHERE json_extract(doc, '$.about') > 0;
"""


@migrations()
def notes_of_people(db: Database) -> None:
    """备注 of a seat; the same deputy for several periods; 交接, confirmed by both sides before anything happens."""
    script(db, PEOPLE_LATER)


PEOPLE_LATER = """
ALTER TABLE seats ADD COLUMN note TEXT NOT NULL DEFAULT '';
DROP INDEX delegations_standing;
CREATE UNIQUE INDEX delegations_standing ON delegations (org, absent, deputy, starts) WHERE cancelled_at IS NULL;

CREATE TABLE handovers (
    org TEXT NOT NULL, id INTEGER NOT NULL,
    what TEXT NOT NULL,  -- '' for all that is open with `leaver`; else the channel whose keeping passes on
    leaver TEXT NOT NULL, heir TEXT NOT NULL CHECK (heir <> leaver), giver TEXT NOT NULL,  -- who confirms for `leaver`
    by TEXT NOT NULL, at TEXT NOT NULL, given_at TEXT, taken_at TEXT, dropped_at TEXT, done_at TEXT,
    password_at TEXT, remind_at TEXT,  -- of an account: when it was said to be changed; when to ask again
    PRIMARY KEY (org, id), CHECK (done_at IS NULL OR (given_at IS NOT NULL AND taken_at IS NOT NULL))
);
CREATE UNIQUE INDEX handovers_open ON handovers (org, leaver, what) WHERE done_at IS NULL AND dropped_at IS NULL;
CREATE INDEX handovers_due ON handovers (org, remind_at) WHERE remind_at IS NOT NULL;
"""


@migrations()
def items_of_a_plan(db: Database) -> None:
    """What belongs to a plan (方案) is found without reading every item there ever was."""
    db.execute(
        "CREATE INDEX items_plan ON items (org, json_extract(doc, '$.plan')) WHERE json_extract(doc, '$.plan') > 0"
    )


@migrations()
def archive(db: Database) -> None:
    """存档 is looked up by time."""
    script(db, ARCHIVE)


ARCHIVE = """
CREATE INDEX items_archived ON items (org, coalesce(published_at, since))
    WHERE state = 'done' AND json_extract(doc, '$.flow.archive') IS NOT NULL;
"""


@migrations()
def receipts_by_role(db: Database) -> None:
    """备案 to several offices: each of them acknowledges it."""
    db.execute("ALTER TABLE filings ADD COLUMN receipts TEXT NOT NULL DEFAULT '[]'")


@migrations()
def comments(db: Database) -> None:
    """网民评论: by what the same comment is known when it arrives twice; and what belongs to one issue."""
    script(db, COMMENTS)


COMMENTS = """
CREATE TABLE comments (
    org TEXT NOT NULL, fingerprint TEXT NOT NULL,
    item INTEGER NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (org, fingerprint), FOREIGN KEY (org, item) REFERENCES items (org, id)
);
CREATE INDEX comments_item ON comments (org, item);
CREATE INDEX items_joined ON items (org, json_extract(doc, '$.joined')) WHERE json_extract(doc, '$.joined') > 0;
"""


@migrations()
def cards_of_an_item(db: Database) -> None:
    """Whoever was asked for a step is looked up for every open item when people change: not among all cards ever."""
    db.execute("CREATE INDEX cards_item ON cards (org, item, position, round)")


@migrations()
def reminders_that_can_be_proved(db: Database) -> None:
    """A rung's planned time stays when it is tried later; what was missed is no reminder; who got one, and whether."""
    script(db, REMINDERS)


REMINDERS = """
-- planned_at of older rows is null: alert_after. missed 1: its time passed, it was never sent.
ALTER TABLE deadlines ADD COLUMN planned_at TEXT;
ALTER TABLE nags ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;

CREATE TABLE nag_receipts (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, deadline INTEGER NOT NULL REFERENCES deadlines (id), rung TEXT NOT NULL, userid TEXT NOT NULL,
    at TEXT NOT NULL, outbox INTEGER,  -- the message it travelled in; the row there may be gone
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'sent', 'failed', 'dropped')),
    code_no INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '', settled_at TEXT,
    UNIQUE (deadline, rung, userid)
);
CREATE INDEX nag_receipts_outbox ON nag_receipts (outbox);
"""


@migrations()
def sorting(db: Database) -> None:
    """分办词, and comments found by what they say without reading every item there ever was."""
    script(db, SORTING)


SORTING = """
CREATE TABLE sorting_words (
    org TEXT NOT NULL, word TEXT NOT NULL, unit TEXT NOT NULL, flow TEXT NOT NULL, subject TEXT NOT NULL,
    PRIMARY KEY (org, word), CHECK (unit <> '' OR flow <> '' OR subject <> '')
);
CREATE INDEX items_comments ON items (org, id) WHERE kind = 'comment';
CREATE INDEX items_comments_at ON items (org, created_at) WHERE kind = 'comment';
"""


@migrations()
def where_comments_belong(db: Database) -> None:
    """The posts of ours by their addresses, and the comments of one netizen."""
    script(db, PLACES)
    found = db.execute(
        "SELECT i.org, i.id, json_extract(l.value, '$.url') FROM items i, json_each(i.doc, '$.links') l"
        " WHERE i.published_at IS NOT NULL"
    ).fetchall()
    for org, item, url in found:
        if "/" in (address := bare_address(url or "")):
            db.execute("INSERT OR IGNORE INTO post_links VALUES (?, ?, ?)", (org, address, item))


PLACES = """
CREATE TABLE post_links (
    org TEXT NOT NULL, address TEXT NOT NULL, item INTEGER NOT NULL,
    PRIMARY KEY (org, address, item), FOREIGN KEY (org, item) REFERENCES items (org, id)
) WITHOUT ROWID;
CREATE INDEX items_netizen ON items (org, json_extract(doc, '$.form."网民"')) WHERE kind = 'comment';
"""


@migrations()
def once_a_day(db: Database) -> None:
    """What happens once a day or a month; what was due in a month, and what is due soon, are found by their time."""
    script(db, DAILY)


DAILY = """
CREATE TABLE daily (
    org TEXT NOT NULL, what TEXT NOT NULL, day TEXT NOT NULL, done_at TEXT, again_at TEXT,
    PRIMARY KEY (org, what, day)
) WITHOUT ROWID;
CREATE INDEX deadlines_ends ON deadlines (org, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deadlines_ahead ON deadlines (org, due_at) WHERE closed = 0 AND due_at IS NOT NULL;
CREATE INDEX nags_at ON nags (at);
CREATE INDEX outbox_sent ON outbox (org, sent_at) WHERE state = 'sent';
"""


@migrations()
def questions_and_answers(db: Database) -> None:
    """What was asked and answered before, to be found again (mutual-aid-society-R7)."""
    script(db, PAIRS)


PAIRS = """
CREATE TABLE pairs (
    id INTEGER PRIMARY KEY, org TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
    item INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL, UNIQUE (org, question)
);
CREATE INDEX pairs_newest ON pairs (org, at, id);
"""


def migrate(db: Database) -> None:
    """Bring the database up to date. Two processes may start at once: the second waits and finds nothing to do."""
    with transaction(db):
        migrations.apply(db)
