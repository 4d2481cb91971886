// Land, zones, camps, marks, areas: all painted, none of it DOM. Each returns what can be hit or must not be covered.
const FEW = 400; // visible events up to which each place shows its symbols; beyond, counted bubbles keep the map readable
const ROW = 3; // symbols that stand side by side at one place before a count says it shorter
const SYMBOL = 7, STEP = 15, CELL = 44;
const CAMP_ZOOM = 8, CAMP_NAME_ZOOM = 10;

function drawBase(pen, view, base, skin) {
  inWorld(pen, view, base.origin, pixel => {
    pen.fillStyle = skin.land;
    pen.fill(base.far, 'evenodd');
    pen.fillStyle = skin.sea;
    pen.fill(base.frame);
    pen.fillStyle = skin.land;
    pen.fill(base.land, 'evenodd');
    pen.lineJoin = 'round';
    const stroke = (path, colour, width, dash = []) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width * pixel;
      pen.setLineDash(dash.map(length => length * pixel));
      pen.stroke(path);
    };
    stroke(base.coast, skin.coast, 1);
    stroke(base.borders, skin.border, 1.3);
    stroke(base.disputed, skin.border, 1.3, [5, 4]);
  });
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

/** Tents; where an event, its name or another tent stands, a dot keeps the camp on the map. */
function drawCamps(pen, view, camps, skin, chosen, boxes) {
  const hits = [], taken = [...boxes];
  if (view.zoom < CAMP_ZOOM) return hits;
  for (const camp of camps) {
    const [x, y] = onScreen(view, camp.x, camp.y), whole = [x - 9, y - 8, x + 9, y + 8];
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const dot = camp !== chosen && taken.some(other => overlap(whole, other)), box = dot ? [x - 4, y - 4, x + 4, y + 4] : whole;
    if (dot) drawCampDot(pen, skin, x, y); else drawTent(pen, skin, x, y, camp === chosen ? 9 : 7);
    taken.push(box);
    hits.push({ camp, x, y, box, name: camp.name, dot });
  }
  return hits;
}

/** Group what stands at one place, or in one cell of the world's grid, then join marks that would lie on each other. */
function makeMarks(view, events, indices, few) {
  const groups = new Map();
  for (const i of indices) {
    if (events.where[i] !== POINT) continue;
    const x = events.x[i] * view.scale - view.left, y = events.y[i] * view.scale - view.top;
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const key = few ? `${events.x[i]} ${events.y[i]}` : Math.floor((x + view.left) / CELL) * 1e6 + Math.floor((y + view.top) / CELL);
    const group = groups.get(key);
    if (group) { group.x += x; group.y += y; group.events.push(i); } else groups.set(key, { x, y, events: [i] });
  }
  const marks = [];
  for (const group of groups.values()) { group.x /= group.events.length; group.y /= group.events.length; }
  for (const group of [...groups.values()].sort((a, b) => b.events.length - a.events.length || a.y - b.y || a.x - b.x)) {
    const over = marks.find(mark => Math.hypot(mark.x - group.x, mark.y - group.y) < reach(mark) + reach(group) * 0.8);
    if (over) over.events.push(...group.events); else marks.push(group);
  }
  for (const mark of marks) {
    const half = mark.events.length <= ROW ? STEP * (mark.events.length - 1) / 2 + SYMBOL + 3 : reach(mark) + 2;
    const tall = mark.events.length <= ROW ? SYMBOL + 3 : half;
    mark.box = [mark.x - half, mark.y - tall, mark.x + half, mark.y + tall];
  }
  return marks;
}
/** Half the width of a mark in pixels. */
function reach(mark) {
  const count = mark.events.length;
  return count <= ROW ? SYMBOL + (count - 1) * STEP / 2 : Math.min(24, 10 + Math.log10(count) * 4.2);
}

/** The circle that holds the true spot 9 times in 10: a fine ring, filled only for the chosen event. */
function drawRings(pen, view, events, marks, skin, chosen) {
  for (const mark of marks) {
    const seen = new Set();
    if (mark.events.length > ROW) continue;
    for (const i of mark.events) {
      const radius = (events.radius[i] || 0) / metresPerPixel(events.y[i], view.scale), key = `${events.x[i]} ${events.y[i]} ${radius}`;
      if (radius < SYMBOL + 5 || radius > view.width || (seen.has(key) && i !== chosen)) continue;
      seen.add(key);
      const [x, y] = onScreen(view, events.x[i], events.y[i]);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      if (i === chosen) { pen.globalAlpha = 0.1; pen.fillStyle = skin.focus; pen.fill(); }
      pen.globalAlpha = i === chosen ? 1 : 0.7;
      pen.setLineDash([2, 3]);
      pen.lineWidth = 1;
      pen.strokeStyle = i === chosen ? skin.focus : skin.ink;
      pen.stroke();
    }
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function drawMarks(pen, view, events, marks, skin, chosen) {
  const hits = [];
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const mark of marks) {
    const count = mark.events.length;
    if (count <= ROW) {
      mark.events.forEach((i, k) => {
        const x = mark.x + (k - (count - 1) / 2) * STEP;
        drawSymbol(pen, skin, events.type[i], x, mark.y, SYMBOL, events.background[i]);
        if (i === chosen) ringAround(pen, skin, x, mark.y, SYMBOL + 5);
        hits.push({ event: i, x, y: mark.y, box: [x - 12, mark.y - 12, x + 12, mark.y + 12] });
      });
      continue;
    }
    const r = reach(mark);
    pen.beginPath();
    pen.arc(mark.x, mark.y, r, 0, 2 * Math.PI);
    pen.globalAlpha = Math.min(1, 0.8 + Math.log10(count) * 0.06);
    pen.fillStyle = skin.halo;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = count < 10 ? 1.1 : 1.8;
    pen.strokeStyle = skin.ink;
    pen.stroke();
    pen.fillStyle = skin.ink;
    pen.font = `600 12px ${skin.font}`;
    pen.fillText(count < 10000 ? String(count) : `${Math.round(count / 1000)}k`, mark.x, mark.y + 0.5);
    if (mark.events.includes(chosen)) ringAround(pen, skin, mark.x, mark.y, r + 4);
    hits.push({ mark, x: mark.x, y: mark.y, box: mark.box });
  }
  return hits;
}
function ringAround(pen, skin, x, y, r) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.lineWidth = 3;
  pen.strokeStyle = skin.focus;
  pen.stroke();
}

const SMALLEST_CIRCLE = 16; // pixels; a smaller area is told by its tag alone, for a larger circle would be none of its size
const TAG_STEPS = [0, 18, 40, 66, 96];
/** Areas: a dashed circle and a tag on its edge, never a pin. Returns tags hit, and events too vague for this view. */
function drawAreas(pen, view, events, indices, skin, chosen, taken) {
  const areas = new Map(), hits = [], vague = [];
  for (const i of indices) {
    if (events.where[i] !== AREA) continue;
    const key = `${events.x[i]} ${events.y[i]} ${events.radius[i]}`;
    if (!areas.has(key)) areas.set(key, []);
    areas.get(key).push(i);
  }
  // What is told as background, and what is known least well, gives way.
  const weight = ([i]) => (events.background[i] ? 1e9 : 0) + (events.radius[i] || 0);
  for (const members of [...areas.values()].sort((a, b) => weight(a) - weight(b))) {
    const i = members[0], [x, y] = onScreen(view, events.x[i], events.y[i]);
    const reach = (events.radius[i] || 0) / metresPerPixel(events.y[i], view.scale), r = reach < SMALLEST_CIRCLE ? 0 : reach;
    // A circle wider than the view would say nothing but look like something: such an event stays in the list.
    const fits = 2 * r < Math.min(view.width, view.height) - 2 * PAD, spot = fits && tagSpot(pen, view, skin, x, y, r, areaWords(events, members), members, taken);
    if (!events.radius[i] || !spot) { vague.push(...members); continue; }
    const isChosen = members.includes(chosen);
    pen.globalAlpha = isChosen ? 1 : 0.75;
    pen.lineWidth = isChosen ? 2 : 1.2;
    pen.strokeStyle = isChosen ? skin.focus : skin.ink;
    pen.beginPath();
    pen.moveTo(...spot.from);
    pen.lineTo(...spot.foot);
    pen.stroke();
    if (r) {
      pen.beginPath();
      pen.arc(x, y, r, 0, 2 * Math.PI);
      pen.setLineDash([6, 4]);
      pen.stroke();
      pen.globalAlpha = isChosen ? 0.12 : 0.05;
      pen.fillStyle = isChosen ? skin.focus : skin.ink;
      pen.fill();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    hits.push({ ...spot, area: members, members });
    taken.push(spot.box);
  }
  for (const hit of hits) drawTag(pen, events, skin, hit);
  return { hits, vague };
}
function areaWords(events, [i]) {
  const name = areaName(events.place[i], events.precision[i]) || 'this area';
  const beside = { near: `near ${name}`, outskirts: `outskirts of ${name}` }[events.relation[i]];
  if (beside) return beside;
  if (/^(?:road )?between |^border of |^\d/.test(name)) return name; // says itself how it stands to the towns it names
  return events.precision[i] > 2 ? `somewhere in ${name}` : `in ${name}`;
}
/** A free place for the tag: on the circle, beside a small one with a line to it, else without words; or null. */
function tagSpot(pen, view, skin, x, y, r, text, members, taken) {
  pen.font = `italic 12px ${skin.font}`;
  const symbols = Math.min(ROW, members.length);
  for (const words of [members.length > ROW ? `${members.length} ${text}` : text, members.length > ROW ? String(members.length) : '']) {
    const half = (pen.measureText(words).width + symbols * STEP + 16) / 2, turns = [-0.5, 0.5, 0, 1, -0.25, -0.75, 0.25, 0.75];
    const spots = turns.map(turn => [x + r * Math.cos(turn * Math.PI), y + r * Math.sin(turn * Math.PI)]);
    for (const step of r < 40 ? TAG_STEPS : []) {
      const far = r + step + half + 4, up = r + step + 15;
      spots.push([x + far, y], [x - far, y], [x, y - up], [x, y + up], [x + far, y - up], [x + far, y + up], [x - far, y - up], [x - far, y + up]);
    }
    for (const [cx, cy] of [...spots, [x, y]]) {
      const box = [cx - half, cy - 12, cx + half, cy + 12];
      if (!inSight(view, box) || taken.some(other => overlap(box, other))) continue;
      const foot = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])], away = Math.hypot(foot[0] - x, foot[1] - y);
      const from = away > r ? [x + (foot[0] - x) * r / away, y + (foot[1] - y) * r / away] : foot;
      if (clearLine(from, foot, taken)) return { x: cx, y: cy, box, words, from, foot };
    }
  }
  return null;
}
/** Whether a line crosses no box but one it starts in. */
function clearLine(from, to, taken) {
  const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4), holds = (box, x, y) => x > box[0] && x < box[2] && y > box[1] && y < box[3];
  const others = taken.filter(box => !holds(box, ...from));
  for (let k = 1; k < steps; k++) {
    const x = from[0] + (to[0] - from[0]) * k / steps, y = from[1] + (to[1] - from[1]) * k / steps;
    if (others.some(box => holds(box, x, y))) return false;
  }
  return true;
}
const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
function drawTag(pen, events, skin, tag) {
  const [left, top, right, bottom] = tag.box, symbols = tag.members.slice(0, ROW);
  pen.beginPath();
  pen.roundRect(left, top, right - left, bottom - top, 12);
  pen.fillStyle = skin.paper;
  pen.fill();
  pen.setLineDash([4, 3]);
  pen.lineWidth = 1;
  pen.strokeStyle = skin.ink;
  pen.stroke();
  pen.setLineDash([]);
  symbols.forEach((i, k) => drawSymbol(pen, skin, events.type[i], left + 13 + k * STEP, tag.y, 5, events.background[i]));
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.font = `italic 12px ${skin.font}`;
  pen.fillStyle = skin.ink;
  pen.fillText(tag.words, left + 8 + symbols.length * STEP, tag.y + 0.5);
}
