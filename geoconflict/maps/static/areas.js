// Events known only to an area: an outline and a tag on its edge, never a pin.
// Pixels: a smaller area is told by its tag alone, for a larger circle would be none of its size; the width of its soft edge.
const SMALLEST_CIRCLE = 16, EDGE = 7;
const TAG_STEPS = [0, 18, 40, 66, 96];
// Areas of one view that get a tag, and a tint, and "somewhere in": more would be read as a pattern.
const MOST_TAGS = 60, MOST_TRIED = 90, MOST_FILLED = 12, MOST_WORDY = 6;
const MOST_NAMED = 16; // of a crowd, those with the most events
const MASK_STEP = 8; // pixels between the points that say on whose land a tag stands

/**
 * Which land each point of the view lies on, asked by country. A tag of "northwest Syria" must not stand in Turkey, and
 * asking the outline itself for every spot of every tag would take longer than drawing the map.
 * @param {View} view
 * @param {Base} base
 * @returns {Grounds}
 */
function groundsOf(view, base) {
  const key = `${view.left} ${view.top} ${view.scale} ${view.width} ${view.height}`;
  if (base.grounds?.key === key) return base.grounds;
  const columns = Math.ceil(view.width / MASK_STEP), rows = Math.ceil(view.height / MASK_STEP), known = new Map();
  /** @param {string} country */
  const maskOf = country => {
    if (known.has(country)) return known.get(country);
    const land = base.countries.get(country);
    let mask = null;
    if (land) {
      const canvas = document.createElement('canvas'), pen = canvas.getContext('2d', { willReadFrequently: true });
      canvas.width = columns;
      canvas.height = rows;
      const k = view.scale / MASK_STEP;
      pen.setTransform(k, 0, 0, k, (base.origin[0] * view.scale - view.left) / MASK_STEP, (base.origin[1] * view.scale - view.top) / MASK_STEP);
      pen.fill(land, 'evenodd');
      const data = pen.getImageData(0, 0, columns, rows).data;
      mask = new Uint8Array(columns * rows);
      for (let cell = 0; cell < mask.length; cell++) mask[cell] = data[4 * cell + 3] > 127 ? 1 : 0;
    }
    known.set(country, mask);
    return mask;
  };
  const on = (country, x, y) => {
    const mask = maskOf(country), column = Math.floor(x / MASK_STEP), row = Math.floor(y / MASK_STEP);
    return !mask || (column >= 0 && row >= 0 && column < columns && row < rows && mask[row * columns + column] === 1);
  };
  /** @param {string} country @param {Box} box */
  const holds = (country, [left, top, right, bottom]) => {
    for (const x of [left, (3 * left + right) / 4, (left + right) / 2, (left + 3 * right) / 4, right])
      for (const y of [top, bottom]) if (!on(country, x, y)) return false;
    return true;
  };
  base.grounds = { key, on, holds };
  return base.grounds;
}

/** A number for each area: events of one outline, or of one circle, share it. */
function areaNumbers(events) {
  const numbers = new Int32Array(events.count), known = new Map();
  for (let i = 0; i < events.count; i++) {
    if (events.where[i] !== AREA) continue;
    const key = events.outline?.[i] >= 0 ? `o${events.outline[i]}` : `${events.x[i]} ${events.y[i]} ${events.radius[i]}`;
    if (!known.has(key)) known.set(key, known.size);
    numbers[i] = known.get(key);
  }
  return numbers;
}

/**
 * Sort what is not at a spot: areas told as news, areas told as background, and what has no place at all.
 * @param {Events} events
 * @param {number[]} visible
 */
function splitAreas(events, visible) {
  const news = [], past = [], nowhere = [];
  for (const i of visible) {
    if (events.where[i] === POINT) continue;
    if (events.where[i] > AREA) nowhere.push(i);
    else if (events.background[i]) past.push(i);
    else news.push(i);
  }
  return { news, past, nowhere };
}

/**
 * Areas: their outline, or a dashed circle cut to the land of their country, and a tag.
 * @param {CanvasRenderingContext2D} pen
 * @param {View} view
 * @param {App} app
 * @param {number[]} indices
 * @param {Grounds} grounds
 * @param {number[][]} taken boxes no tag may cover; those of the tags are added
 * @returns {{hits: Hit[], vague: number[]}} tags, and events too vague for this view
 */
function drawAreas(pen, view, app, indices, grounds, taken) {
  const { events, skin, state } = app, chosen = state.chosen, areas = new Map(), hits = [], vague = [];
  const numbers = events.areas ||= areaNumbers(events);
  const left = (view.left + PAD) / view.scale,
    top = (view.top + PAD) / view.scale,
    right = left + (view.width - 2 * PAD) / view.scale,
    bottom = top + (view.height - 2 * PAD) / view.scale;
  for (const i of indices) {
    if (events.x[i] < left || events.x[i] > right || events.y[i] < top || events.y[i] > bottom) continue; // elsewhere, not vague
    const members = areas.get(numbers[i]);
    if (members) members.push(i); else areas.set(numbers[i], [i]);
  }
  // What is told as background, and what is known least well, gives way; in a crowd, what holds few events.
  const crowd = areas.size > MOST_TAGS;
  const weight = members =>
    (members.includes(chosen) ? -1e12 : 0) +
    (events.background[members[0]] ? 1e9 : 0) +
    (crowd ? -1e3 * members.length : events.radius[members[0]] || 0);
  let tried = 0;
  const sorted = [...areas.values()].sort((a, b) => weight(a) - weight(b)), filled = sorted.length <= MOST_FILLED;
  for (const members of sorted) {
    const i = members[0], [x, y] = onScreen(view, events.x[i], events.y[i]);
    if (hits.length >= MOST_TAGS || ++tried > MOST_TRIED) { for (const one of members) vague.push(one); continue; }
    const reach = (events.radius[i] || 0) / metresPerPixel(events.y[i], view.scale), r = reach < SMALLEST_CIRCLE ? 0 : reach;
    const outline = app.base.outlines[events.outline?.[i] ?? -1], land = app.base.countries.get(app.cell('country', i));
    // A place off its country's coast, or in ground another policy counts to it, is not cut away.
    const country = land && grounds.on(app.cell('country', i), x, y) ? app.cell('country', i) : null;
    // A circle wider than the view would say nothing but look like something: such an event stays in the list.
    const fits = 2 * r < Math.min(view.width, view.height) - 2 * PAD;
    // Without a size the tag alone says it: not for a whole country, whose middle is nowhere in particular.
    const told = events.radius[i] || outline || (events.precision[i] > 0 && events.precision[i] < COUNTRY);
    const spot =
      fits && told
        ? tagSpot(
            pen,
            view,
            app,
            x,
            y,
            outline ? 0 : r,
            crowd && hits.length >= MOST_NAMED ? '' : areaWords(events, members, areas.size > MOST_WORDY),
            members,
            taken,
            box => !country || grounds.holds(country, box)
          )
        : null;
    if (!spot) { vague.push(...members); continue; }
    const isChosen = members.includes(chosen),
      style = {
        colour: isChosen ? skin.focus : skin.ink,
        alpha: isChosen ? 1 : !filled ? 0.45 : events.background[i] ? 0.5 : 0.75,
        tint: isChosen ? 0.12 : !filled ? 0 : events.background[i] ? 0.03 : 0.05,
        width: isChosen ? 2 : 1.2,
      };
    if (outline) drawOutline(pen, view, app.base.origin, outline, style);
    else if (r) drawCircle(pen, view, app.base.origin, country ? land : null, x, y, r, style);
    pen.globalAlpha = Math.max(0.75, style.alpha); // what ties a tag to its area is seen in a crowd too
    pen.lineWidth = style.width;
    pen.strokeStyle = style.colour;
    pen.beginPath();
    pen.moveTo(spot.from[0], spot.from[1]);
    pen.lineTo(spot.foot[0], spot.foot[1]);
    pen.stroke();
    pen.globalAlpha = 1;
    hits.push({ ...spot, area: members, members, chosen: isChosen });
    taken.push(spot.box);
  }
  for (const hit of hits) drawTag(pen, events, skin, hit);
  return { hits, vague };
}

/** The outline of a province or district: dashed, for where in it the event was is not known. */
function drawOutline(pen, view, origin, path, { colour, alpha, tint, width }) {
  inWorld(pen, view, origin, pixel => {
    pen.fillStyle = pen.strokeStyle = colour;
    pen.globalAlpha = tint;
    pen.fill(path, 'evenodd');
    pen.globalAlpha = alpha;
    pen.lineWidth = (width + 0.4) * pixel;
    pen.setLineDash([6 * pixel, 4 * pixel]);
    pen.stroke(path);
  });
}

/** A dashed circle with a soft inner edge, which no border has; with `land` only the part on it, left open where it ends. */
function drawCircle(pen, view, origin, land, x, y, r, { colour, alpha, tint, width }) {
  const circle = new Path2D();
  circle.arc(x, y, r, 0, 2 * Math.PI);
  pen.save();
  pen.fillStyle = pen.strokeStyle = colour;
  if (land) {
    const placed = new Path2D();
    placed.addPath(land, new DOMMatrix([view.scale, 0, 0, view.scale, origin[0] * view.scale - view.left, origin[1] * view.scale - view.top]));
    pen.clip(placed, 'evenodd');
  }
  pen.globalAlpha = tint;
  pen.fill(circle);
  if (tint) {
    pen.globalAlpha = 2 * tint;
    pen.lineWidth = EDGE;
    pen.beginPath();
    pen.arc(x, y, Math.max(0, r - EDGE / 2), 0, 2 * Math.PI);
    pen.stroke();
  }
  Object.assign(pen, { globalAlpha: alpha, lineWidth: width });
  pen.setLineDash([3, 5]);
  pen.stroke(circle);
  pen.restore();
}
/** Said by its tag's italics and its dashes too, so the longer words give way where many areas stand side by side. */
function areaWords(events, [i], brief = false) {
  const name = areaName(events.place[i], events.precision[i]) || say('area.this'), relation = events.relation[i];
  if (relation === 'near' || relation === 'outskirts') return say(`area.${relation}`, { name });
  if (/^(?:road )?between |^border of |^\d|\b(?:road|highway)\b/i.test(name)) return name; // says itself how it stands to the towns it names
  return events.precision[i] > 2 && brief ? name : say(events.precision[i] > 2 ? 'area.somewhere' : 'area.in', { name });
}

/**
 * A free place for the tag, in its country if any fits there: on the circle, beside a small one with a line to it, else
 * without words; or null.
 */
function tagSpot(pen, view, { events, skin }, x, y, r, text, members, taken, atHome = _box => true) {
  pen.font = `italic 12px ${skin.font}`;
  const symbols = symbolsOf(events, members).length, short = members.length > ROW ? `× ${number(members.length)}` : '';
  const choices = text ? [`${text} ${short}`.trim(), short] : [short]; // in a crowd, counts beside the place
  const widest = (widthOf(pen, choices[0]) + symbols * TAG_STEP + 16) / 2, wide = r + 2 * widest + 130;
  const nearby = taken.filter(box => overlap(box, [x - wide, y - wide, x + wide, y + wide]));
  const anywhere = () => true;
  // A small area's tag stands on a line to it and may lie abroad before it loses its words; that of a large one may not.
  const tries = r < LINE_BELOW ? choices.flatMap(words => [[words, atHome], [words, anywhere]])
    : [...choices.map(words => [words, atHome]), ...choices.map(words => [words, anywhere])];
  for (const [words, fits] of /** @type {[string, (box: Box) => boolean][]} */ (tries)) {
    const half = (widthOf(pen, words) + symbols * TAG_STEP + 16) / 2;
    for (const [cx, cy] of tagSpots(x, y, r, half, text ? TAG_STEPS : TAG_STEPS.slice(0, 2))) {
      const box = [cx - half, cy - 12, cx + half, cy + 12];
      if (!inSight(view, box) || nearby.some(other => overlap(box, other)) || !fits(box)) continue;
      const foot = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])], away = Math.hypot(foot[0] - x, foot[1] - y);
      const abroad = fits !== atHome && !atHome(box), from = away > r ? [x + (foot[0] - x) * r / away, y + (foot[1] - y) * r / away] : abroad ? [x, y] : foot;
      if (clearLine(from, foot, nearby)) return { x: cx, y: cy, box, words, from, foot };
    }
  }
  return null;
}

/** The symbols of a tag: one an event, of more than fit one a kind. */
function symbolsOf(events, members) {
  if (members.length <= ROW) return members;
  const kinds = new Set();
  return members.filter(i => !kinds.has(`${events.type[i]} ${events.background[i]}`) && kinds.add(`${events.type[i]} ${events.background[i]}`)).slice(0, ROW);
}
const TAG_STEP = 15; // pixels a symbol takes in a tag
const LINE_BELOW = 40; // pixels of radius up to which a tag may stand beside its area, on a line

const WITHIN = [0, 0.35, 0.7, 1], COUNTRY = 6; // shares of a large circle's radius, as names stand in what they name; `where_prec`

/** Where a tag may stand, best first: in a large circle, nearest its middle; on a small one, and around it. */
function tagSpots(x, y, r, half, steps = TAG_STEPS) {
  const turns = [-0.5, 0.5, 0, 1, -0.25, -0.75, 0.25, 0.75];
  const spots = r
    ? (r < LINE_BELOW ? [1, 0.5] : WITHIN).flatMap(share =>
        !share ? [[x, y]] : turns.map(turn => [x + r * share * Math.cos(turn * Math.PI), y + r * share * Math.sin(turn * Math.PI)])
      )
    : [[x, y]];
  for (const step of r < LINE_BELOW ? steps : []) {
    const far = r + step + half + 4, up = r + step + 15;
    spots.push([x + far, y], [x - far, y], [x, y - up], [x, y + up], [x + far, y - up], [x + far, y + up], [x - far, y - up], [x - far, y + up]);
  }
  return [...spots, [x, y]];
}

/** Whether a line crosses no box but one it starts in. */
function clearLine(from, to, taken) {
  const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4), holds = (box, x, y) => x > box[0] && x < box[2] && y > box[1] && y < box[3];
  const others = taken.filter(box => !holds(box, from[0], from[1]));
  for (let k = 1; k < steps; k++) {
    const x = from[0] + (to[0] - from[0]) * k / steps, y = from[1] + (to[1] - from[1]) * k / steps;
    if (others.some(box => holds(box, x, y))) return false;
  }
  return true;
}
function drawTag(pen, events, skin, tag) {
  const [left, top, right, bottom] = tag.box, symbols = symbolsOf(events, tag.members);
  pen.beginPath();
  pen.roundRect(left, top, right - left, bottom - top, 12);
  pen.fillStyle = skin.paper;
  pen.fill();
  pen.setLineDash(tag.chosen ? [] : [4, 3]);
  pen.lineWidth = tag.chosen ? 3 : 1;
  pen.strokeStyle = tag.chosen ? skin.focus : skin.ink;
  pen.stroke();
  pen.setLineDash([]);
  symbols.forEach((i, k) => drawSymbol(pen, skin, events.type[i], left + 13 + k * TAG_STEP, tag.y, 5, events.background[i]));
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.font = `italic 12px ${skin.font}`;
  pen.fillStyle = skin.ink;
  pen.direction = directionOf(tag.words);
  pen.fillText(tag.words, left + 8 + symbols.length * TAG_STEP, tag.y + 0.5);
  pen.direction = 'ltr';
}
