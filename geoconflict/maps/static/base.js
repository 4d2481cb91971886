// The land below everything, and the names on it.
const FAR_STEP = 1000; // of the far world's rings, in the 1/10,000 degrees all others are in

/** Lines and areas of the user's own base map, in the order they are drawn, and the first zoom of each rank from 1. */
const BASE_KINDS = {
  lake: { zooms: [0, 4, 6, 8, 9], area: true, fill: 'sea', stroke: 'coast', width: 0.6 },
  building: { zooms: [11, 11, 11, 12, 12], area: true, fill: 'soft', alpha: 0.35 },
  river: { zooms: [4, 5, 7, 8, 10], stroke: 'water', width: 1.1 },
  admin1: { zooms: [5, 6, 7, 8, 9], stroke: 'border', width: 0.7, dash: [5, 3], alpha: 0.75 },
  rail: { zooms: [6, 7, 8, 9, 10], stroke: 'soft', width: 1.4, dash: [2, 3], alpha: 0.8 },
  road: { zooms: [5, 6, 8, 9, 11], stroke: 'road', width: 1.5 },
};

/**
 * Land of each country, outlines of provinces, and the base map's own lines as paths.
 * @param {object} base the island `basemap.base_island` wrote
 * @param {[number, number]} origin
 */
function prepareLand(base, origin) {
  const countries = new Map();
  let at = 0;
  for (const [name, count] of base.countries || []) {
    countries.set(name, pathOf(base.land.slice(at, at + count), origin));
    at += count;
  }
  return {
    countries,
    layers: (base.layers || [])
      .filter(layer => layer.kind in BASE_KINDS)
      .map(layer => ({
        kind: layer.kind,
        rank: layer.rank,
        until: layer.until ?? Infinity,
        path: pathOf(layer.rings, origin, Boolean(BASE_KINDS[layer.kind].area)),
      })),
    outlines: (base.outlines || []).map(rings => pathOf(rings, origin)),
  };
}

/** The first zoom that shows a rank of a kind. */
const firstZoom = (kind, rank) => BASE_KINDS[kind].zooms[Math.min(5, Math.max(1, rank || 5)) - 1];

function drawBase(pen, view, base, skin) {
  inWorld(pen, view, base.origin, pixel => {
    pen.fillStyle = skin.land;
    pen.fill(base.far, 'evenodd');
    pen.fillStyle = skin.sea;
    const [x, y, width, height] = base.frame; // a pixel less than its land: the cut must not shine through as a line
    pen.fillRect(x + pixel, y + pixel, width - 2 * pixel, height - 2 * pixel);
    pen.fillStyle = skin.land;
    pen.fill(base.land, 'evenodd');
    pen.lineJoin = 'round';
    const stroke = (path, colour, width, dash = []) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width * pixel;
      pen.setLineDash(dash.map(length => length * pixel));
      pen.stroke(path);
    };
    for (const [kind, look] of Object.entries(BASE_KINDS)) {
      for (const layer of base.layers || []) {
        if (layer.kind !== kind || view.zoom < firstZoom(kind, layer.rank) || view.zoom > layer.until) continue;
        pen.globalAlpha = look.alpha || 1;
        if (look.area) { pen.fillStyle = skin[look.fill]; pen.fill(layer.path, 'evenodd'); }
        if (look.stroke) stroke(layer.path, skin[look.stroke], look.width * (layer.rank <= 2 ? 1.35 : 1), look.dash);
        pen.globalAlpha = 1;
      }
    }
    stroke(base.coast, skin.coast, 1);
    stroke(base.borders, skin.border, 1.3);
    stroke(base.disputed, skin.border, 1.3, [5, 4]);
  });
}
const SAME_NAME_APART = 420; // pixels between two writings of one country's name

/** Names of countries, towns, and what the base map names, most important first; none where an event says it already. */
function labelBase(placer, base, named) {
  const { skin, view, pen } = placer, seen = [];
  for (const label of base.labels) {
    if (view.zoom < label.zoom) continue;
    const [x, y] = onScreen(view, label.x, label.y);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    if (label.kind in GROUND_NAMES) {
      const look = GROUND_NAMES[label.kind], text = look.capitals ? label.text.toLocaleUpperCase() : label.text;
      if (seen.some(other => other.text === label.text && Math.hypot(other.x - x, other.y - y) < SAME_NAME_APART)) continue;
      pen.letterSpacing = canSpace(text) ? look.spacing : '0px';
      const done = placer.place(twoLines(text), x, y, { font: `${look.font} ${skin.font}`, colour: skin[look.colour], halo: skin.land, spots: centred });
      pen.letterSpacing = '0px';
      if (done) seen.push({ text: label.text, x, y });
      continue;
    }
    if (named.some(other => other.text === label.text && Math.hypot(other.x - x, other.y - y) < 40)) continue;
    const capital = label.kind === 'capital', dot = [x - 4, y - 4, x + 4, y + 4];
    if (!placer.free(dot)) continue;
    const font = `${capital ? 600 : 400} 12px ${skin.font}`;
    if (!placer.place([label.text], x, y, { font, colour: skin.label, halo: skin.land, spots: besideBox(x, y, dot) })) continue;
    placer.boxes.push(dot);
    pen.beginPath();
    pen.arc(x, y, capital ? 3 : 2, 0, 2 * Math.PI);
    pen.fillStyle = skin.label;
    pen.fill();
  }
}
const GROUND_NAMES = {
  country: { font: '600 12px', colour: 'soft', spacing: '0.14em', capitals: true },
  admin1: { font: '500 11px', colour: 'soft', spacing: '0.06em' },
  lake: { font: 'italic 11px', colour: 'waterName', spacing: '0px' },
  river: { font: 'italic 11px', colour: 'waterName', spacing: '0px' },
};
