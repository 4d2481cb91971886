// Who is reported to hold the ground on the day shown.

/** Zones that hold on a day, `[from, to)`; `part` is "items", or "outlines" for whole controllers. */
function zonesOn(zones, day, part = 'items') {
  if (!zones || day === null) return [];
  return zones[part].filter(zone => (zone.from === null || zone.from <= day) && (zone.to === null || day < zone.to));
}
function drawZones(pen, view, shown, outlines, origin, skin) {
  const shift = new DOMMatrix().scale(1 / view.ratio).translate(-(view.left % TILE) * view.ratio, -(view.top % TILE) * view.ratio);
  const place = new DOMMatrix([view.scale, 0, 0, view.scale, origin[0] * view.scale - view.left, origin[1] * view.scale - view.top]);
  const placed = zone => { const path = new Path2D(); path.addPath(zone.path, place); return path; };
  for (const zone of shown) {
    const pattern = pen.createPattern(skin.patterns[zone.who][zone.certainty === 'low' ? 1 : 0], 'repeat');
    pattern.setTransform(shift);
    pen.fillStyle = pattern;
    pen.fill(placed(zone), 'evenodd');
  }
  for (const zone of outlines) {
    pen.strokeStyle = skin.zones[zone.who];
    pen.lineWidth = 1.3;
    pen.setLineDash(zone.derived ? [4, 3] : []); // worked out from town reports: no line anyone drew
    pen.stroke(placed(zone));
  }
  pen.setLineDash([]);
}
const PROBE = 16; // pixels between the points that ask which zone they lie in

/** Where each controller's ground lies on this view, as a grid of points. */
function probeZones(view, shown, origin) {
  const columns = Math.floor((view.width - 2 * PAD) / PROBE), rows = Math.floor((view.height - 2 * PAD) / PROBE);
  const pen = document.createElement('canvas').getContext('2d'), ground = new Map();
  for (const zone of shown) {
    if (!ground.has(zone.who)) ground.set(zone.who, new Uint8Array(columns * rows));
    const cells = ground.get(zone.who);
    for (let k = 0; k < cells.length; k++) {
      if (cells[k]) continue;
      const x = (PAD + (k % columns + 0.5) * PROBE + view.left) / view.scale - origin[0];
      const y = (PAD + (Math.floor(k / columns) + 0.5) * PROBE + view.top) / view.scale - origin[1];
      if (x < zone.box[0] || y < zone.box[1] || x > zone.box[2] || y > zone.box[3]) continue;
      if (pen.isPointInPath(zone.path, x, y, 'evenodd')) cells[k] = 1;
    }
  }
  return { columns, rows, ground };
}
const LEAST_COVER = 0.55; // of a label must stand on its own zone: less would name the neighbour's ground

/** Write each controller's name where its ground is widest and nothing else stands. */
function labelZones(placer, probe, controllers) {
  const { skin } = placer, font = `italic 600 13px ${skin.font}`;
  for (const [who, cells] of probe.ground) {
    const lines = twoLines(shorten(controllers[who])), { width, height } = placer.measure(lines, font);
    let best = null, bestScore = LEAST_COVER;
    for (let k = 0; k < cells.length; k++) {
      if (!cells[k]) continue;
      const x = PAD + (k % probe.columns + 0.5) * PROBE, y = PAD + (Math.floor(k / probe.columns) + 0.5) * PROBE;
      const score = cover(probe, cells, k, width / 2, height / 2) + 0.5 * cover(probe, cells, k, width / 2 + 40, height / 2 + 40);
      if (score <= bestScore || !placer.free([x - width / 2 - 2, y - height / 2, x + width / 2 + 2, y + height / 2])) continue;
      best = [x, y];
      bestScore = score;
    }
    if (best) placer.place(lines, ...best, { font, colour: skin.zones[who], spots: centred });
  }
}

/** The share of the grid points in a box around point k that lie in the zone. */
function cover({ columns, rows }, cells, k, halfWidth, halfHeight) {
  const across = Math.round(halfWidth / PROBE), up = Math.round(halfHeight / PROBE), column = k % columns, row = Math.floor(k / columns);
  let inside = 0;
  for (let r = Math.max(0, row - up); r <= Math.min(rows - 1, row + up); r++) {
    for (let c = Math.max(0, column - across); c <= Math.min(columns - 1, column + across); c++) inside += cells[r * columns + c];
  }
  return inside / ((2 * across + 1) * (2 * up + 1));
}
function boxOf(rings, origin) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const steps of rings) {
    let lon = 0, lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      const [x, y] = project(lon / 10000, lat / 10000);
      box[0] = Math.min(box[0], x - origin[0]);
      box[1] = Math.min(box[1], y - origin[1]);
      box[2] = Math.max(box[2], x - origin[0]);
      box[3] = Math.max(box[3], y - origin[1]);
    }
  }
  return box;
}
const STALE_DAYS = 90, APART_DAYS = 45;
function controlWords(app) {
  if (!app.zones) return '';
  const day = shownDay(app), shown = zonesOn(app.zones, day);
  if (!shown.length) return `No control map for ${dayWords(day)}`;
  if (app.controllersInView && !app.controllersInView.size) return 'No control data here';
  const asOf = Math.max(...shown.map(zone => zone.seen === null ? zone.from ?? -Infinity : Math.min(zone.seen, day)));
  if (!Number.isFinite(asOf)) return 'Reported control, day not stated';
  const oldest = Math.min(...shown.map(zone => zone.since ?? Infinity));
  return (asOf === day ? `Control as of ${dayWords(day)}` : `Control on ${dayWords(day)}, as of ${dayWords(asOf)}`)
    + (day - oldest > STALE_DAYS ? ` (oldest report ${monthWords(oldest)})` : '');
}
