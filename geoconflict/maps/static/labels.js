// Words on the map. Most important first: places of events, controllers inside their zones, countries, camps, towns.
// A label that finds no free spot is left out, and none covers a mark.

/** Boxes already taken; `place` finds a label the first free spot, `write` writes all at the end, over everything. */
class LabelPlacer {
  constructor(pen, view, skin, taken) {
    Object.assign(this, { pen, view, skin, boxes: [...taken], waiting: [] });
    this.reset();
  }
  reset() {
    const { pen } = this;
    pen.textBaseline = 'middle';
    pen.textAlign = 'left';
    pen.lineJoin = 'round';
  }
  free(box) { return !this.boxes.some(other => overlap(box, other)); }
  measure(lines, font) {
    this.pen.font = font;
    return { width: Math.max(...lines.map(line => this.pen.measureText(line).width)), height: lines.length * 15 };
  }
  /** `spots` are offsets of the label's centre-left corner given its size. */
  place(lines, x, y, { font, colour, halo = this.skin.halo, spots }) {
    const { width, height } = this.measure(lines, font), { view } = this;
    if (!inSight(view, [x, y, x, y])) return null;
    for (const [dx, dy] of spots(width, height)) {
      const box = [x + dx - 2, y + dy - height / 2 - 1, x + dx + width + 2, y + dy + height / 2 + 1];
      if (!inSight(view, box) || !this.free(box)) continue;
      this.boxes.push(box);
      this.waiting.push({ lines, x: x + dx, y: y + dy, width, font, colour, halo, spacing: this.pen.letterSpacing });
      return box;
    }
    return null;
  }
  write() {
    const { pen } = this;
    this.reset();
    pen.lineWidth = 3.5;
    for (const { lines, x, y, width, font, colour, halo, spacing } of this.waiting) {
      Object.assign(pen, { font, strokeStyle: halo, fillStyle: colour, letterSpacing: spacing });
      lines.forEach((line, k) => {
        const top = y + (k - (lines.length - 1) / 2) * 15, left = lines.length > 1 ? x + (width - pen.measureText(line).width) / 2 : x;
        pen.strokeText(line, left, top);
        pen.fillText(line, left, top);
      });
    }
    pen.letterSpacing = '0px';
  }
}
/** Whether a box lies wholly on the part of the canvas that is seen; what crosses the edge would be read cut off. */
const inSight = (view, [left, top, right, bottom]) => left >= PAD && top >= PAD && right <= view.width - PAD && bottom <= view.height - PAD;
const besideBox = (x, y, box, gap = 3) => (width, height) => {
  const right = box[2] - x + gap, left = box[0] - x - gap - width, up = box[1] - y - height / 2, down = box[3] - y + height / 2;
  return [[right, 0], [left, 0], [-width / 2, up], [-width / 2, down], [right, up + 6], [left, up + 6], [right, down - 6], [left, down - 6]];
};
const centred = width => [[-width / 2, 0]];
/** Text in at most two lines. */
function twoLines(text) {
  if (text.length < 17 || !text.includes(' ')) return [text];
  const words = text.split(' ');
  let best = 1;
  const unevenness = k => Math.abs(words.slice(0, k).join(' ').length - words.slice(k).join(' ').length);
  for (let k = 2; k < words.length; k++) if (unevenness(k) < unevenness(best)) best = k;
  return [words.slice(0, best).join(' '), words.slice(best).join(' ')];
}
const shorten = text => text.length > 44 ? `${text.slice(0, 42)}…` : text;

function labelMarks(placer, events, marks) {
  const { skin } = placer, named = [];
  for (const mark of marks) {
    const names = [...new Set(mark.events.map(i => events.place[i] && placeWords(events.place[i], events.relation[i])).filter(Boolean))];
    if (!names.length) continue;
    const text = shorten(names.slice(0, 2).join(', ') + (names.length > 2 ? ` +${names.length - 2}` : ''));
    if (placer.place([text], mark.x, mark.y, { font: `600 13px ${skin.font}`, colour: skin.ink, spots: besideBox(mark.x, mark.y, mark.box) })) {
      named.push(...mark.events.map(i => ({ text: events.place[i], x: mark.x, y: mark.y })));
    }
  }
  return named;
}

function labelCamps(placer, hits, chosen) {
  const { skin, view } = placer;
  for (const hit of hits) {
    if ((view.zoom < CAMP_NAME_ZOOM || hit.dot) && hit.camp !== chosen) continue;
    placer.place([shorten(hit.name || '')], hit.x, hit.y, { font: `12px ${skin.font}`, colour: skin.label, spots: besideBox(hit.x, hit.y, hit.box) });
  }
}

function labelBase(placer, labels, named) {
  const { skin, view, pen } = placer, seen = [];
  for (const label of labels) {
    if (view.zoom < label.zoom) continue;
    const [x, y] = onScreen(view, label.x, label.y);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    if (label.kind === 'country') {
      if (seen.some(other => other.text === label.text && Math.hypot(other.x - x, other.y - y) < 420)) continue;
      pen.letterSpacing = '0.14em';
      const done = placer.place([label.text.toUpperCase()], x, y, { font: `600 12px ${skin.font}`, colour: skin.soft, halo: skin.land, spots: centred });
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
