"""Reads area borders from TopoJSON or GeoJSON and checks them row by row. Pure: stores nothing, draws nothing."""

import json
from collections.abc import Collection, Mapping
from typing import Any

Geometry = dict[str, Any]

# Finland and its waters; a file in metres or with latitude first falls outside.
WEST, EAST, SOUTH, NORTH = 18.0, 33.0, 58.5, 71.0


class UnreadableShapes(ValueError):
    """The file cannot be taken in; `faults` are sentences, one for each thing wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_layers(text: str, layer: str | None = None) -> dict[str, list[tuple[str, Geometry]]]:
    """Layers of the file as (code, GeoJSON geometry) rows, WGS 84.

    A TopoJSON file names its layers; a GeoJSON file is one layer, which the caller names. With `layer`, only
    that one is read. The code is the shape's `id` or its property `code`. Raises `UnreadableShapes`.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise UnreadableShapes([f"The file is not JSON: {error}."]) from None
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "Topology":
        objects = content.get("objects") or {}
        if layer is not None and layer not in objects:
            raise UnreadableShapes([f"The file has no layer {layer}; it has {', '.join(sorted(objects))}."])
        try:
            arcs = _arcs(content)
            return {
                name: [(_code(g), _from_arcs(g, arcs)) for g in found.get("geometries", [])]
                for name, found in objects.items()
                if layer in (None, name)
            }
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise UnreadableShapes([f"The TopoJSON is broken: {error!r}."]) from None
    if kind == "FeatureCollection":
        if layer is None:
            raise UnreadableShapes(["A GeoJSON file has one layer without a name: say which with --layer."])
        features = content.get("features") or []
        return {layer: [(_code(f), f.get("geometry") or {}) for f in features]}
    raise UnreadableShapes(["The file is neither a TopoJSON Topology nor a GeoJSON FeatureCollection."])


def checked(layer: str, rows: list[tuple[str, Geometry]], known: Collection[str]) -> dict[str, Geometry]:
    """The geometries by code, if every row is right and every known code is there. Raises `UnreadableShapes`."""
    faults: list[str] = []
    shapes: dict[str, Geometry] = {}
    for number, (code, geometry) in enumerate(rows, start=1):
        where = f"{layer}, shape {number} ({code or 'no code'})"
        if not code:
            faults.append(f"{where}: no id and no property code.")
        elif code not in known:
            faults.append(f"{where}: the code is not known in this layer.")
        elif code in shapes:
            faults.append(f"{where}: the code is there twice.")
        elif fault := _fault(geometry):
            faults.append(f"{where}: {fault}")
        else:
            shapes[code] = geometry
    seen = {code for code, _ in rows}
    faults += [f"{layer}: no shape for {code}." for code in sorted(set(known) - seen)]
    if faults:
        raise UnreadableShapes(faults)
    return shapes


def _code(shape: Mapping[str, Any]) -> str:
    code = shape.get("id")
    if code is None:
        code = (shape.get("properties") or {}).get("code")
    return "" if code is None else str(code)


def _fault(geometry: Geometry) -> str | None:
    polygons = geometry.get("coordinates") or []
    if geometry.get("type") == "Polygon":
        polygons = [polygons]
    elif geometry.get("type") != "MultiPolygon":
        return f"the geometry is {geometry.get('type') or 'missing'}, not Polygon or MultiPolygon."
    rings = [ring for polygon in polygons for ring in polygon]
    if not rings:
        return "the geometry is empty."
    try:
        if any(len(ring) < 4 or list(ring[0]) != list(ring[-1]) for ring in rings):
            return "a ring is not closed."
        if not all(WEST <= x <= EAST and SOUTH <= y <= NORTH for ring in rings for x, y, *_ in ring):
            return "a point is outside Finland; coordinates must be WGS 84, longitude first."
    except (TypeError, ValueError):
        return "a coordinate is not a number."
    return None


def _arcs(topology: Mapping[str, Any]) -> list[list[list[float]]]:
    transform = topology.get("transform")
    if not transform:
        return [[[float(x), float(y)] for x, y, *_ in arc] for arc in topology["arcs"]]
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y, *_ in arc:
            x, y = x + step_x, y + step_y
            points.append([round(x * scale_x + left, 6), round(y * scale_y + bottom, 6)])
        arcs.append(points)
    return arcs


def _ring(indexes: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    ring: list[list[float]] = []
    for index in indexes:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(points[1:] if ring else points)
    return ring


def _from_arcs(shape: Mapping[str, Any], arcs: list[list[list[float]]]) -> Geometry:
    kind = shape.get("type")
    if kind == "Polygon":
        return {"type": kind, "coordinates": [_ring(ring, arcs) for ring in shape["arcs"]]}
    if kind == "MultiPolygon":
        return {
            "type": kind,
            "coordinates": [[_ring(ring, arcs) for ring in polygon] for polygon in shape["arcs"]],
        }
    return {"type": str(kind)}
