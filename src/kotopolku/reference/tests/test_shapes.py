"""Map shapes are taken in whole and right, or not at all."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kotopolku.reference import shapes
from kotopolku.reference.commands import reference
from kotopolku.reference.models import MapShape

GEO = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "geo"


BROKEN = {
    "type": "Topology",
    "arcs": [],
    "objects": {"regions": {"geometries": [{"type": "Polygon", "arcs": [[7]]}]}},
}


@pytest.fixture
def geo() -> Path:
    assert GEO.is_dir(), f"The folder of map files is missing: {GEO}"
    return GEO


def square(code: str, *, west: float = 24.0) -> dict:
    ring = [[west, 60.0], [west + 1, 60.0], [west + 1, 61.0], [west, 61.0], [west, 60.0]]
    return {"type": "Feature", "id": code, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def collection(*features: dict) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.mark.parametrize("name", ["finland-2026.topo.json", "finland-2026-with-sea.topo.json"])
def test_shapes_of_the_topojson_files_are_closed_rings_in_finland(geo, name):
    layers = shapes.read_layers((geo / name).read_text(encoding="utf-8"))
    for layer in ("municipalities", "regions"):
        rows = layers[layer]
        assert shapes.checked(layer, rows, {code for code, _ in rows}).keys() == {code for code, _ in rows}


def test_faults_are_named_row_by_row():
    rows = [("091", {"type": "Point", "coordinates": [24, 60]}), ("", {}), ("999", {}), ("049", {})]
    with pytest.raises(shapes.UnreadableShapes) as refusal:
        shapes.checked("municipalities", [*rows, ("049", {})], {"091", "049", "092"})
    text = "\n".join(refusal.value.faults)
    assert "shape 1 (091): the geometry is Point, not Polygon or MultiPolygon." in text
    assert "shape 2 (no code): no id and no property code." in text
    assert "shape 3 (999): the code is not known in this layer." in text
    assert "no shape for 092." in text


@pytest.mark.parametrize(
    ("ring", "fault"),
    [
        ([[385_000, 6_670_000]] * 4, "outside Finland"),
        ([[24, 60], [25, 60], [25, 61], [24, 61]], "not closed"),
        ([["a", "b"]] * 4, "not a number"),
        ([], "not closed"),
    ],
)
def test_a_wrong_ring_is_named(ring, fault):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    with pytest.raises(shapes.UnreadableShapes, match=fault):
        shapes.checked("regions", [("01", geometry)], {"01"})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not JSON"),
        ("[1]", "neither"),
        (json.dumps(BROKEN), "broken"),
        (collection(square("01")), "--layer"),
    ],
)
def test_an_unreadable_file_is_refused_in_words(text, fault):
    with pytest.raises(shapes.UnreadableShapes, match=fault):
        shapes.read_layers(text)


@pytest.mark.django_db
def test_import_stores_every_layer_and_importing_again_changes_nothing(geo):
    for _ in range(2):
        done = CliRunner().invoke(reference, ["import-shapes", str(geo / "finland-2026.topo.json"), "--json"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout) == {
            "municipalities": 308, "regions": 19, "evk": 10, "employment_areas": 46, "wellbeing_areas": 23,
        }  # fmt: skip
    assert MapShape.objects.filter(layer="municipalities", year=2026).count() == 308


@pytest.mark.django_db
def test_a_file_of_another_year_is_refused_and_nothing_is_stored(geo):
    done = CliRunner().invoke(
        reference, ["import-shapes", str(geo / "finland-2026.topo.json"), "--year", "2020"]
    )
    assert done.exit_code == 2
    assert "municipalities: no shape for 099." in done.stderr
    assert "Nothing was stored." in done.stderr
    assert not MapShape.objects.exists()


@pytest.mark.django_db
def test_geojson_is_taken_as_the_layer_named(tmp_path):
    path = tmp_path / "regions.json"
    path.write_text(
        collection(*(square(f"{n:02}") for n in range(1, 22) if n not in (3, 20))), encoding="utf-8"
    )
    done = CliRunner().invoke(reference, ["import-shapes", str(path), "--layer", "regions"])
    assert done.exit_code == 0, done.output
    assert MapShape.objects.get(layer="regions", year=2026, code="01").geometry["type"] == "Polygon"


@pytest.mark.django_db
def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "shapes.json"
    path.write_bytes(b"\xff\xfe\x00\x01")
    done = CliRunner().invoke(reference, ["import-shapes", str(path)])
    assert done.exit_code == 2
    assert "not UTF-8" in done.stderr
