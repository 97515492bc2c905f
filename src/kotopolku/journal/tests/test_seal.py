"""The seal's mathematics: any single change, removal or insertion is found and named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.journal import seal
from kotopolku.journal.seal import Content, Finding, Stored

CONTENT = Content(
    at=datetime(2026, 3, 2, 9, 30, 0, 125, tzinfo=UTC),
    day=date(2026, 3, 2),
    actor_id=4,
    system="",
    organisation_id=7,
    action="clients.person.looked",
    subjects=[11, 12],
    object_kind="person",
    object_id=11,
    token=None,
    salt=UUID(int=99),
    payload_hash=None,
)
OTHER_VALUES = {
    "at": CONTENT.at + timedelta(microseconds=1),
    "day": date(2026, 3, 3),
    "actor_id": None,
    "system": "seal",
    "organisation_id": 8,
    "action": "clients.person.edited",
    "subjects": [11],
    "object_kind": "plan",
    "object_id": 12,
    "token": UUID(int=1),
    "salt": UUID(int=98),
    "payload_hash": bytes(32),
}

hashes = st.binary(min_size=32, max_size=32)
sealed_entries = st.dictionaries(st.integers(1, 10_000), hashes, min_size=1, max_size=40).map(
    lambda found: sorted(found.items())
)


def stored(entries: list[tuple[int, bytes]]) -> list[Stored]:
    return [Stored(entry_id, leaf, leaf, waiting=False) for entry_id, leaf in entries]


def test_every_field_of_an_entry_changes_its_leaf() -> None:
    leaves = {name: seal.leaf(replace(CONTENT, **{name: value})) for name, value in OTHER_VALUES.items()}
    assert set(leaves) == set(CONTENT.__slots__)
    assert len({seal.leaf(CONTENT), *leaves.values()}) == len(CONTENT.__slots__) + 1


def test_a_leaf_does_not_depend_on_the_time_zone_it_is_read_in() -> None:
    elsewhere = CONTENT.at.astimezone(timezone(timedelta(hours=3)))
    assert seal.leaf(replace(CONTENT, at=elsewhere)) == seal.leaf(CONTENT)


@given(sealed_entries)
def test_an_untouched_journal_has_no_findings(entries: list[tuple[int, bytes]]) -> None:
    assert list(seal.compare(stored(entries), entries)) == []
    assert list(seal.unpack(seal.pack(entries))) == entries


@given(sealed_entries, st.data())
def test_any_changed_entry_is_named(entries: list[tuple[int, bytes]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    now = stored(entries)
    other = data.draw(hashes.filter(lambda leaf: leaf != entries[place][1]))
    written = data.draw(st.sampled_from([other, entries[place][1]]))
    now[place] = replace(now[place], written=written, recomputed=other)
    assert list(seal.compare(now, entries)) == [Finding("changed", entries[place][0])]


@given(sealed_entries, st.data())
def test_any_removed_entry_is_named(entries: list[tuple[int, bytes]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    now = stored(entries)
    del now[place]
    assert list(seal.compare(now, entries)) == [Finding("missing", entries[place][0])]


@given(sealed_entries, hashes, st.data())
def test_any_inserted_entry_is_named(
    entries: list[tuple[int, bytes]], leaf: bytes, data: st.DataObject
) -> None:
    taken = {entry_id for entry_id, _ in entries}
    new = data.draw(st.integers(0, 10_001).filter(lambda number: number not in taken))
    now = sorted([*stored(entries), Stored(new, leaf, leaf, waiting=False)], key=lambda entry: entry.entry_id)
    assert list(seal.compare(now, entries)) == [Finding("inserted", new)]


@given(sealed_entries, st.data())
def test_two_entries_that_changed_places_are_both_named(
    entries: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    places = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2))
    first, second = sorted(places)
    now = dict(entries)
    now[entries[first][0]], now[entries[second][0]] = entries[second][1], entries[first][1]
    found = list(seal.compare(stored(sorted(now.items())), entries))
    swapped = [first, second] if entries[first][1] != entries[second][1] else []
    assert found == [Finding("changed", entries[place][0]) for place in swapped]


def test_an_entry_waiting_for_its_seal_is_no_finding_unless_it_changed() -> None:
    waiting = Stored(5, bytes(32), bytes(32), waiting=True)
    assert list(seal.compare([waiting], [])) == []
    assert list(seal.compare([replace(waiting, recomputed=b"1" * 32)], [])) == [Finding("changed", 5)]


def test_an_id_sealed_twice_is_named() -> None:
    assert list(seal.compare(stored([(5, bytes(32))]), [(5, bytes(32)), (5, b"1" * 32)])) == [
        Finding("sealed-twice", 5)
    ]


@given(sealed_entries, st.data())
def test_the_root_changes_with_any_bit_of_the_leaves(
    entries: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    packed = bytearray(seal.pack(entries))
    root = seal.merkle_root(bytes(packed))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert seal.merkle_root(bytes(packed)) != root


@given(sealed_entries)
def test_the_root_of_fewer_leaves_is_another(entries: list[tuple[int, bytes]]) -> None:
    roots = {seal.merkle_root(seal.pack(entries[:length])) for length in range(len(entries) + 1)}
    assert len(roots) == len(entries) + 1


def test_an_inner_node_cannot_pass_for_a_leaf() -> None:
    pair = seal.pack([(1, bytes(32)), (2, b"1" * 32)])
    assert seal.merkle_root(pair) != seal.merkle_root(seal.merkle_root(pair) + bytes(8))


def test_the_chain_changes_with_all_that_it_ties() -> None:
    parts = (seal.NO_CHAIN, 3, CONTENT.at, 2, bytes(32))
    others = (b"1" * 32, 4, OTHER_VALUES["at"], 3, b"1" * 32)
    chains = {seal.chain(*parts)}
    for place, other in enumerate(others):
        chains.add(seal.chain(*parts[:place], other, *parts[place + 1 :]))
    assert len(chains) == 1 + len(others)


def test_details_become_what_the_database_gives_back() -> None:
    details = {1: Decimal("1.50"), "b": 0.1, "c": date(2026, 1, 2), "d": (1, None, True), "e": {"y", "x"}}
    assert seal.plain(details) == {
        "1": "1.50",
        "b": "0.1",
        "c": "2026-01-02",
        "d": [1, None, True],
        "e": ["x", "y"],
    }
