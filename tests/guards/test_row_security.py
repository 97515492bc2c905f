"""The net under the access rules: every table with a person's data has row security, and shows nothing by default."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer

ROOMS = (
    "clients",
    "journal",
    "notices",
    "families",
    "progress",
    "desk",
    "appointments",
    "letters",
    "handover",
    "placement",
    "training",
    "procurement",
    "cooperation",
    "steering",
    "information",
    "quality",
    "exchange",
    "mypage",
    "retention",
)
# Tables of those rooms without a person's data, and why.
UNSCOPED = {
    "clients_casenumber": "running numbers of case numbers, one row a year",
    "placement_casenumber": "running numbers of cases, one row a letter and year",
    "letters_letternumber": "running numbers of letters, one row a year",
    "quality_qualityrun": "days and times of the counting; no word and no person",
    "retention_retentionrun": "days, times and numbers of a run; no person",
    "journal_batch": "hashes and ids of sealed entries; no word and no person",
    "information_contentlanguage": "languages of the public pages; public",
    "information_space": "the country, regions and municipalities; public",
    "information_revision": "numbers that grow when public pages change",
    "information_page": "places in the tree of public pages; what they say is in versions, which are secured",
    "information_pagetext": "states of public texts; what they say is in versions, which are secured",
    "information_contentfile": "names of pictures and papers of public pages",
    "information_embed": "which public text shows what",
    "information_link": "web addresses and what the last check found",
    "information_linkuse": "which public text leads where",
    "information_term": "the list of terms; no person",
    "information_venue": "places where services are given; public",
    "information_trust": "associations whose entries are published at once; no person's data",
    "information_searchentry": "words of what is published",
    "information_searchword": "words of what is published",
    "information_searchphrase": "words that mean the same",
    "information_synonymgroup": "words that mean the same",
    "information_catalogueorganisation": "organisations of the national service catalogue; public there",
    "information_cataloguerun": "days, files and counts of imports; no person",
    "steering_indicator": "what figures are counted; public",
    "steering_indicatorvalue": "figures by place and year; no person",
    "steering_line_indicators": "which line is measured with which figure",
    "steering_regionalmeasure_lines": "which measure is for which line; no person",
    "steering_regionalmeasure_partners": "which organisations take part in a measure; no person",
    "steering_municipalgoal_lines": "which goal carries out which line; no person",
    "steering_municipalgoal_measures": "which goal belongs to which measure; no person",
    "steering_programmepartner_sections": "which section a partner may write; no person",
    "unsealed_journal_entry": "ids of entries that wait for their seal",
}
# Without a person's data, and public from a day of their own: courses on offer, public pages with services and events,
# published tenders, awards, contracts, adopted work-permit guidelines, summaries
# of public hearings with their statements.
INFORMATION = (
    "textversion",
    "service",
    "servicepoint",
    "event",
    "eventexception",
    "occurrence",
    "news",
    "newstext",
)
PUBLIC = (
    {"training_course", "training_coursesession"}
    | {f"cooperation_guideline{part}" for part in ("", "region", "occupation", "table")}
    | {f"cooperation_hearing{part}" for part in ("", "question", "invitee")}
    | {"cooperation_body", "cooperation_statement", "cooperation_statementanswer"}
    | {"steering_nationalprogramme", "steering_line", "steering_lineversion"}
    | {f"steering_{part}" for part in ("municipalprogramme", "programmemunicipality", "programmesection")}
    | {f"steering_{part}" for part in ("programmefigure", "programmeversion", "programmereview")}
    | {f"steering_{part}" for part in ("municipalgoal", "goalfollowup", "goaltie", "servicepath", "pathstep")}
    | {f"cooperation_{part}" for part in ("publishedminutes", "agendaitem", "meetingpaper")}
    | {"cooperation_position", "cooperation_positionversion"}
    | {f"information_{name}" for name in INFORMATION}
    | {
        f"procurement_{name}"
        for name in (
            "tender",
            "lot",
            "criterion",
            "requirement",
            "exclusionground",
            "contractterm",
            "correction",
            "document",
            "documentcontent",
            "question",
            "awarddecision",
            "awardwinner",
            "contract",
        )
    }
)
# Tables in which the invented world has rows for certain.
FILLED = {"clients_person", "clients_relationship", "clients_responsibility", "clients_clock", "clients_plan"}


def tables() -> set[str]:
    """Tables of all models of the rooms, history of changes included."""
    return {
        model._meta.db_table
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_every_table_with_a_person_s_data_has_row_security_in_force() -> None:
    forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
    secured = {name for (name,) in rows(forced)}
    assert tables() - secured == set(UNSCOPED)


@pytest.mark.django_db
def test_every_policy_for_reading_asks_who_is_reading() -> None:
    policies = rows(
        "SELECT tablename, policyname, qual FROM pg_policies WHERE tablename = ANY(%s) AND cmd <> 'INSERT'"
        " AND roles && ARRAY['public', current_user]::name[]",
        sorted(tables()),
    )
    assert {str(table) for table, _, _ in policies} == tables() - set(UNSCOPED)
    asking = {
        str(name)
        for (name,) in rows(
            "SELECT proname FROM pg_proc WHERE prosrc LIKE %s", "%current_setting('kotopolku.%"
        )
    }
    marks = ("current_setting('kotopolku.", *(f"{name}(" for name in asking))
    by_itself = {
        str(table) for table, _, condition in policies if any(mark in str(condition) for mark in marks)
    }
    # Or a row that asks: a part of a tender is seen where the tender is.
    marks += tuple(f"{word} {table} " for table in by_itself for word in ("FROM", "JOIN"))
    unasked = [name for _, name, condition in policies if not any(mark in str(condition) for mark in marks)]
    # What has been published is public at once: pages, services, events, news, an award that was made, an adopted guideline
    # or State's programme, who was heard once a summary is public; what a body is called.
    published = ("textversion", "service", "event", "news")
    assert sorted(unasked) == sorted(
        [
            "procurement_awarddecision_own",
            "cooperation_body_own",
            "cooperation_guideline_own",
            "cooperation_hearinginvitee_own",
            "steering_nationalprogramme_own",
            "steering_servicepath_own",
            "cooperation_publishedminutes_own",
            *(f"information_{name}_own" for name in published),
        ]
    )


@pytest.mark.django_db
def test_the_app_neither_owns_a_table_nor_may_pass_by_row_security() -> None:
    assert rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [
        (False, False)
    ]
    assert rows("SELECT tablename FROM pg_tables WHERE tableowner = current_user") == []
    others = "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') AND rolname <> current_user"
    assert rows(others) == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_without_settings_every_scoped_table_is_empty(invented_world: None) -> None:
    scoped = sorted(tables() - set(UNSCOPED) - PUBLIC)
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", date(2026, 11, 23)))
        filled = {table for table in scoped if rows(f"SELECT 1 FROM {table} LIMIT 1")}
    assert filled >= FILLED
    with transaction.atomic():
        assert {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in scoped} == dict.fromkeys(
            scoped, 0
        )
    with transaction.atomic():
        rowsecurity.apply(Viewer(0, "Nobody", date(2026, 11, 23), None))
        assert {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in scoped} == dict.fromkeys(
            scoped, 0
        )
