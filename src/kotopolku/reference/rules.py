"""The tile map: every municipality of a year gets a square of its own, near its place on the real map.

Pure functions over coordinates. What the tiles show, and how they are drawn, is the business of `pages.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, atanh, cos, radians, sin, sqrt, tan

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import spearmanr

from kotopolku.reference.places import ALAND, Centre, Tile

EARTH_RADIUS_M = 6_371_000.0
CENTRAL_MERIDIAN = 27.0

# The outline of the mainland in a few dozen points (latitude, longitude), from the south-east border clockwise.
# Only the silhouette of the tile map depends on it; no border is drawn from it.
OUTLINE: tuple[tuple[float, float], ...] = (
    (60.45, 27.9), (60.35, 27.0), (60.15, 25.9), (60.05, 25.0), (59.9, 24.0), (59.75, 22.9),
    (59.85, 22.2), (60.1, 21.4), (60.6, 21.1), (61.1, 21.3), (61.6, 21.4), (62.1, 21.2),
    (62.6, 21.0), (63.1, 20.9), (63.4, 21.3), (63.75, 22.3), (64.0, 23.1), (64.4, 23.9),
    (64.8, 24.5), (65.1, 25.2), (65.5, 25.1), (65.7, 24.5), (65.85, 24.1), (66.5, 23.7),
    (67.2, 23.6), (67.9, 23.5), (68.2, 22.9), (68.5, 22.0), (69.05, 20.5), (69.35, 21.2),
    (68.8, 22.6), (68.6, 23.8), (68.75, 24.9), (69.1, 25.7), (69.6, 26.0), (69.95, 26.7),
    (70.1, 27.9), (69.7, 29.2), (69.1, 28.8), (68.6, 28.4), (68.2, 28.7), (67.7, 30.0),
    (66.9, 29.1), (66.1, 30.0), (65.6, 29.8), (65.1, 29.8), (64.4, 30.1), (64.0, 30.5),
    (63.7, 30.0), (63.3, 31.2), (62.9, 31.6), (62.3, 30.8), (61.7, 29.9), (61.2, 29.0),
)  # fmt: skip


@dataclass(frozen=True)
class TileQuality:
    """How well a tile map keeps the real one.

    `north_correlation` and `east_correlation` are Spearman's rank correlations (−1…1) of true and drawn
    position; `mean_displacement` is in tiles after the best common shift and scale; `touching_share` is the
    share of true neighbours whose tiles touch (sides or corners); `mean_neighbour_distance` is in tiles.
    """

    tiles: int
    rows: int
    columns: int
    north_correlation: float
    east_correlation: float
    mean_displacement: float
    touching_share: float
    mean_neighbour_distance: float


def project(lat: float, lon: float) -> tuple[float, float]:
    """Easting and northing in metres on a spherical transverse Mercator with ETRS-TM35FIN's central meridian.

    Within about 0.3 % of ETRS-TM35FIN, which is far less than the width of a tile.
    """
    phi, gamma = radians(lat), radians(lon - CENTRAL_MERIDIAN)
    x = EARTH_RADIUS_M * atanh(cos(phi) * sin(gamma))
    y = EARTH_RADIUS_M * atan2(tan(phi), cos(gamma))
    return x, y


def tile_map(
    centres: Sequence[Centre], neighbours: Sequence[tuple[str, str]] = (), *, evenness: float = 0.4
) -> list[Tile]:
    """One distinct tile for each centre, north up; the same input gives the same tiles.

    The land is stretched where municipalities are many and shrunk where they are few, `evenness` from 0 (true
    shape) to 1 (equal area each). As many squares as there are mainland municipalities are cut out of the
    stretched outline, and the municipalities are dealt to the squares so that the sum of squared displacements
    is the least possible (assignment problem). With `neighbours`, exchanges that bring neighbours closer follow.
    """
    mainland = [c for c in centres if c.region != ALAND]
    islands = [c for c in centres if c.region == ALAND]
    stretch = _Stretch(mainland, evenness)
    cells = _mainland_cells(stretch, len(mainland))
    tiles = _deal(mainland, stretch, cells, neighbours)
    if islands:
        tiles += _deal(islands, stretch, _island_cells(cells, len(islands)), neighbours)
    top = min(t.row for t in tiles)
    start = min(t.column for t in tiles)
    return sorted(Tile(t.row - top, t.column - start, t.code) for t in tiles)


def quality(
    tiles: Sequence[Tile], centres: Sequence[Centre], neighbours: Sequence[tuple[str, str]]
) -> TileQuality:
    """Measures of a finished tile map, for the command's table and the tests."""
    at = {t.code: t for t in tiles}
    true = np.array([project(c.lat, c.lon) for c in centres])
    drawn = np.array([(at[c.code].column, -at[c.code].row) for c in centres], dtype=float)
    a, b = true - true.mean(axis=0), drawn - drawn.mean(axis=0)
    scale = (a * b).sum(axis=0) / (a * a).sum(axis=0)
    steps = [
        (abs(at[p].row - at[q].row), abs(at[p].column - at[q].column))
        for p, q in neighbours
        if p in at and q in at
    ]
    return TileQuality(
        tiles=len(tiles),
        rows=max(t.row for t in tiles) + 1,
        columns=max(t.column for t in tiles) + 1,
        north_correlation=float(spearmanr(true[:, 1], drawn[:, 1]).statistic),
        east_correlation=float(spearmanr(true[:, 0], drawn[:, 0]).statistic),
        mean_displacement=float(np.hypot(*(b - a * scale).T).mean()),
        touching_share=sum(max(s) <= 1 for s in steps) / len(steps) if steps else 0.0,
        mean_neighbour_distance=sum(sqrt(r * r + c * c) for r, c in steps) / len(steps) if steps else 0.0,
    )


class _Stretch:
    """A map of the plane that depends on the northing only, so that north stays north and east stays east.

    Each latitude is scaled, in both directions alike, by the density of municipal centres there.
    """

    BAND_M = 10_000.0
    SMOOTHING_M = 90_000.0
    AXIS_LON = 26.0

    def __init__(self, centres: Sequence[Centre], evenness: float) -> None:
        outline = np.array([project(*p) for p in OUTLINE])
        points = np.array([project(c.lat, c.lon) for c in centres])
        self.axis = project(64.0, self.AXIS_LON)[0]
        bands = np.arange(outline[:, 1].min() - 50_000, outline[:, 1].max() + 50_000, self.BAND_M)
        kernel = np.exp(-0.5 * ((bands[:, None] - points[:, 1][None, :]) / self.SMOOTHING_M) ** 2).sum(axis=1)
        inside = np.array([_width_at(outline, y) for y in bands])
        land = np.exp(-0.5 * ((bands[:, None] - bands[None, :]) / self.SMOOTHING_M) ** 2) @ inside
        density = np.maximum(kernel, 1e-9) / np.maximum(land, 1.0)
        scale = np.power(density / density.max(), evenness / 2)
        self.bands = bands
        self.scale = scale
        self.north = np.concatenate([[0.0], np.cumsum((scale[1:] + scale[:-1]) / 2 * self.BAND_M)])
        self.outline = self(_densified(outline))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        scale = np.interp(points[:, 1], self.bands, self.scale)
        return np.column_stack(
            [(points[:, 0] - self.axis) * scale, np.interp(points[:, 1], self.bands, self.north)]
        )


def _densified(ring: np.ndarray, parts: int = 12) -> np.ndarray:
    following = np.roll(ring, -1, axis=0)
    shares = np.linspace(0, 1, parts, endpoint=False)[None, :, None]
    points: np.ndarray = (ring[:, None, :] * (1 - shares) + following[:, None, :] * shares).reshape(-1, 2)
    return points


def _crossings(ring: np.ndarray, y: float) -> np.ndarray:
    """Sorted x of the points where the ring crosses the line at `y`."""
    a, b = ring, np.roll(ring, -1, axis=0)
    hit = (a[:, 1] <= y) != (b[:, 1] <= y)
    a, b = a[hit], b[hit]
    crossings: np.ndarray = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
    return crossings


def _width_at(ring: np.ndarray, y: float) -> float:
    x = _crossings(ring, y)
    return float((x[1::2] - x[::2]).sum())


def _cover(ring: np.ndarray, size: float, samples: int = 6) -> dict[tuple[int, int], float]:
    """Share of each square of a grid that lies inside the ring, by (row, column); the grid starts at (0, 0)."""
    left, top = ring[:, 0].min(), ring[:, 1].max()
    rows = int((top - ring[:, 1].min()) / size) + 1
    columns = int((ring[:, 0].max() - left) / size) + 1
    middle = (np.arange(columns * samples) + 0.5) / samples * size + left
    share = np.zeros((rows, columns))
    for line in range(rows * samples):
        x = _crossings(ring, top - (line + 0.5) / samples * size)
        within = np.searchsorted(x, middle) % 2 == 1
        share[line // samples] += within.reshape(columns, samples).sum(axis=1)
    return {(r, c): share[r, c] / samples**2 for r in range(rows) for c in range(columns) if share[r, c]}


def _mainland_cells(stretch: _Stretch, number: int) -> dict[tuple[int, int], tuple[float, float]]:
    """The `number` squares that fill the stretched outline best, with their middles on the stretched plane.

    The side of the square is searched so that about half of a square at the edge must be land.
    """
    ring = stretch.outline
    low, high = 5_000.0, 120_000.0
    for _ in range(40):
        size = (low + high) / 2
        if sum(share >= 0.5 for share in _cover(ring, size).values()) > number:
            low = size
        else:
            high = size
    cover = _cover(ring, high)
    best = sorted(cover, key=lambda cell: (-cover[cell], cell))[:number]
    left, top = ring[:, 0].min(), ring[:, 1].max()
    return {(r, c): (left + (c + 0.5) * high, top - (r + 0.5) * high) for r, c in best}


def _island_cells(
    mainland: Mapping[tuple[int, int], tuple[float, float]], number: int
) -> dict[tuple[int, int], tuple[float, float]]:
    """A block of squares off the south-west corner, with a column of sea between it and the mainland."""
    width = int(sqrt(number))
    bottom = max(r for r, _ in mainland)
    rows = -(-number // width)
    first = bottom - rows
    shore = min(c for r, c in mainland if first - 1 <= r <= bottom + 1)
    block = [(first + i // width, shore - 1 - width + i % width) for i in range(number)]
    return {cell: (float(cell[1]), -float(cell[0])) for cell in block}


def _deal(
    centres: Sequence[Centre],
    stretch: _Stretch,
    cells: Mapping[tuple[int, int], tuple[float, float]],
    neighbours: Sequence[tuple[str, str]],
) -> list[Tile]:
    points = stretch(np.array([project(c.lat, c.lon) for c in centres]))
    places = np.array(list(cells.values()))
    # Both clouds get the same middle and spread: only the order and the distances inside matter.
    points = (points - points.mean(axis=0)) / points.std(axis=0) * places.std(axis=0) + places.mean(axis=0)
    side = float(np.ptp(places[:, 0])) / max(1, len({c for _, c in cells}) - 1)
    cost = ((points[:, None, :] - places[None, :, :]) ** 2).sum(axis=2) / side**2
    _, chosen = linear_sum_assignment(cost)
    grid = list(cells)
    index = {c.code: i for i, c in enumerate(centres)}
    links = [(index[p], index[q]) for p, q in neighbours if p in index and q in index]
    if links:
        chosen = _closer(chosen, np.array(grid, dtype=float), cost, links)
    return [Tile(grid[chosen[i]][0], grid[chosen[i]][1], c.code) for i, c in enumerate(centres)]


def _closer(
    chosen: np.ndarray, grid: np.ndarray, cost: np.ndarray, links: Sequence[tuple[int, int]]
) -> np.ndarray:
    """Exchanges of two tiles, the best partner for each in turn, while they bring true neighbours closer.

    What counts is squared distance between neighbours, and a smaller weight on staying where the assignment put them.
    """
    number, stay, rounds = len(chosen), 0.35, 12
    friends: list[list[int]] = [[] for _ in range(number)]
    for p, q in links:
        friends[p].append(q)
        friends[q].append(p)
    chosen = chosen.copy()
    for _ in range(rounds):
        moved = False
        for i in range(number):
            best, gain = -1, 1e-9
            near = np.argsort(((grid[chosen] - grid[chosen[i]]) ** 2).sum(axis=1), kind="stable")[1:25]
            for j in near:
                saved = _price(i, j, chosen, grid, cost, friends, stay)
                chosen[i], chosen[j] = chosen[j], chosen[i]
                saved -= _price(i, j, chosen, grid, cost, friends, stay)
                chosen[i], chosen[j] = chosen[j], chosen[i]
                if saved > gain:
                    best, gain = int(j), saved
            if best >= 0:
                chosen[i], chosen[best] = chosen[best], chosen[i]
                moved = True
        if not moved:
            break
    return chosen


def _price(
    i: int,
    j: int,
    chosen: np.ndarray,
    grid: np.ndarray,
    cost: np.ndarray,
    friends: Sequence[Sequence[int]],
    stay: float,
) -> float:
    total = stay * (cost[i, chosen[i]] + cost[j, chosen[j]])
    for m in (i, j):
        row, column = grid[chosen[m]]
        for f in friends[m]:
            r, c = grid[chosen[f]]
            total += (row - r) ** 2 + (column - c) ** 2
    return float(total)
