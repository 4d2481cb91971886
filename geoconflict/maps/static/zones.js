// Who is reported to hold the ground on the day shown: hatched zones, fronts, and the day of their maps.

/** Zones that hold on a day, `[from, to)`; `part` is "items", or "outlines" for whole controllers. */
function zonesOn(zones, day, part = 'items') {
  if (!zones || day === null) return [];
  return zones[part].filter(zone => (zone.from === null || zone.from <= day) && (zone.to === null || day < zone.to));
}
const isShared = name => /^(joint|contested)\b/i.test(name);
const isContested = name => /^contested\b/i.test(name);
const CONTESTED_HATCH = 6;

/** Number the sources, and give contested ground a hatch of its own; joint ground keeps the one they share elsewhere. */
function prepareZones(zones) {
  if (!zones) return;
  const told = Array.isArray(zones.sources), names = [...new Set(zones.items.map(zone => zone.source))];
  zones.origins = told ? zones.sources : names.map(name => ({ name, derived: zones.items.some(zone => zone.source === name && zone.derived) }));
  for (const zone of [...zones.items, ...zones.outlines]) zone.origin = told ? zone.sourceIndex : names.indexOf(zone.source);
  zones.looks.forEach((look, k) => { if (isContested(zones.controllers[k])) look.hatch = CONTESTED_HATCH; });
}

/**
 * What of the ground is shown, from the address: layers switched off, whether sources are compared, and the name of the
 * source asked for, if the page has it.
 */
function groundState(address, zones = null) {
  const source = address.get('s'), hidden = (address.get('h') || '').split(',').filter(name => ['zones', 'front', 'camps'].includes(name));
  return {
    hidden: new Set(hidden), compare: address.get('x') === '1',
    source: zones?.origins.some(origin => origin.name === source) ? source : null, ground: null,
  };
}

/** The latest day a map speaks for, up to the day shown. */
const asOfDay = (zone, day) => zone.seen === null || zone.seen === undefined ? zone.from ?? -Infinity : Math.min(zone.seen, day);

/** Sources in groups: those that speak of the same ground stand together, so that only one of them is drawn at a time. */
function rivalSources(zones) {
  if (zones.rivals) return zones.rivals;
  const of = zones.origins.map((_, k) => zones.items.filter(zone => zone.origin === k && zone.path));
  let group = zones.origins.map((_, k) => k);
  for (let a = 0; a < of.length; a++) {
    for (let b = a + 1; b < of.length; b++) {
      const [kept, gone] = [group[a], group[b]];
      if (kept !== gone && meet(of[a], of[b])) group = group.map(one => one === gone ? kept : one); // all that met b meet a now
    }
  }
  zones.rivals = [...new Set(group)].map(first => group.flatMap((one, k) => one === first ? [k] : []));
  return zones.rivals;
}

/** Whether zones of two sources lie on each other: asked of a few points where their boxes do. */
function meet(ours, theirs) {
  const pen = document.createElement('canvas').getContext('2d'), holds = (zones, x, y) => zones.some(zone => contains(pen, zone, x, y));
  const whole = zones =>
    zones.reduce(
      (box, zone) => [0, 1, 2, 3].map(k => Math[k < 2 ? 'min' : 'max'](box[k], zone.box[k])),
      [Infinity, Infinity, -Infinity, -Infinity]
    );
  const a = whole(ours), b = whole(theirs), box = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])], GRID = 12;
  if (box[0] >= box[2] || box[1] >= box[3]) return false;
  for (let k = 0; k < GRID * GRID; k++) {
    const x = box[0] + (k % GRID + 0.5) / GRID * (box[2] - box[0]), y = box[1] + (Math.floor(k / GRID) + 0.5) / GRID * (box[3] - box[1]);
    if (holds(ours, x, y) && holds(theirs, x, y)) return true;
  }
  return false;
}
function contains(pen, zone, x, y) {
  const [left, top, right, bottom] = zone.box;
  return x >= left && y >= top && x <= right && y <= bottom && pen.isPointInPath(zone.path, x, y, 'evenodd');
}

/** The source drawn of each group of rivals: the one asked for, else the one whose map is the most recent for the day. */
function drawnSources(app, day) {
  const { zones, state } = app;
  return rivalSources(zones).flatMap(rivals => {
    if (rivals.length === 1 || state.compare) return rivals;
    const asked = rivals.find(k => zones.origins[k].name === state.source);
    if (asked !== undefined) return [asked];
    const newest = k => Math.max(-Infinity, ...zonesOn(zones, day).filter(zone => zone.origin === k).map(zone => asOfDay(zone, day)));
    const choices = rivals.map(k => ({ k, day: newest(k), derived: zones.origins[k].derived }));
    return [choices.sort((a, b) => b.day - a.day || a.derived - b.derived || a.k - b.k)[0].k];
  });
}

/** Whether the sources are compared: asked for, and at least two rivals have a map for the day. */
function comparing(app) {
  if (!app.zones || !app.state.compare) return false;
  const dated = new Set(zonesOn(app.zones, shownDay(app)).map(zone => zone.origin));
  return rivalSources(app.zones).some(rivals => rivals.filter(k => dated.has(k)).length > 1);
}

/** The zones drawn: those of the day shown, of one source where several speak of the same ground. */
function shownZones(app, part = 'items') {
  if (!app.zones || app.state.hidden.has('zones')) return [];
  const day = shownDay(app), drawn = drawnSources(app, day);
  return zonesOn(app.zones, day, part).filter(zone => drawn.includes(zone.origin));
}

/** What the zones' canvas depends on besides the view: while it stays the same, nothing is drawn again. */
function zonesKey(app) {
  if (!app.zones) return '';
  const { zones, state } = app, spot = state.ground ? `${state.ground.lon} ${state.ground.lat}` : '';
  return [shownZones(app).map(zone => zones.items.indexOf(zone)).join(), state.compare, [...state.hidden].join(), spot].join(';');
}
function drawZones(pen, view, app) {
  if (!app.zones) return;
  const { skin } = app, origin = app.base.origin, shown = shownZones(app);
  const place = new DOMMatrix([view.scale, 0, 0, view.scale, origin[0] * view.scale - view.left, origin[1] * view.scale - view.top]);
  const placed = one => { const path = new Path2D(); path.addPath(one.path, place); return path; };
  app.comparison = comparing(app) && shown.length ? compareSources(view, app, shown, placed) : null;
  if (app.comparison) pen.drawImage(app.comparison.canvas, 0, 0, view.width, view.height);
  else {
    const shift = new DOMMatrix().scale(1 / view.ratio).translate(-(view.left % TILE_ROUND) * view.ratio, -(view.top % TILE_ROUND) * view.ratio);
    for (const zone of shown) {
      const pattern = pen.createPattern(skin.patterns[zone.who][zone.certainty === 'low' ? 1 : 0], 'repeat');
      pattern.setTransform(shift);
      pen.fillStyle = pattern;
      pen.fill(placed(zone), 'evenodd');
    }
    pen.lineJoin = 'round';
    const outlines = shownZones(app, 'outlines');
    for (const zone of outlines) {
      pen.strokeStyle = skin.zones[zone.who];
      pen.lineWidth = 1.1;
      pen.setLineDash(zone.derived ? [4, 3] : []); // worked out from town reports: no line anyone drew
      pen.stroke(placed(zone));
    }
    if (!app.state.hidden.has('front')) drawFronts(pen, view, app, outlines, placed);
  }
  pen.setLineDash([]);
  if (app.state.ground) drawSpot(pen, view, skin, app.state.ground);
}

/** Fronts as a line; derived ones soft and dotted, in the band they are known to. */
function drawFronts(pen, view, app, outlines, placed) {
  const { skin } = app;
  pen.lineCap = 'round';
  for (const front of frontsOf(app, outlines)) {
    const path = placed(front), line = (colour, width, alpha, dash = []) => {
      Object.assign(pen, { strokeStyle: colour, lineWidth: width, globalAlpha: alpha });
      pen.setLineDash(dash);
      pen.stroke(path);
    };
    if (front.derived) {
      line(skin.halo, 6, 0.55);
      line(skin.ink, 2.4, 0.9, [0.5, 5]);
    } else {
      line(skin.halo, 5, 0.8);
      line(skin.ink, 2.2, 1);
    }
  }
  Object.assign(pen, { lineCap: 'butt', globalAlpha: 1 });
  pen.setLineDash([]);
}
const NEAR_STEPS = 25; // of 1/10,000 degree, about 250 m: neighbours drawn apart by less still share a front

/** Where the grounds of two controllers meet, a path a source; worked out once for the maps of a day, and kept. */
function frontsOf(app, outlines) {
  const { zones } = app;
  if (!zones) return [];
  const plain = outlines.filter(zone => !isShared(zones.controllers[zone.who])), kept = zones.fronts ??= new Map();
  return zones.origins.flatMap((origin, k) => {
    const own = plain.filter(zone => zone.origin === k);
    if (own.length < 2) return [];
    const key = own.map(zone => zones.outlines.indexOf(zone)).join();
    if (!kept.has(key)) {
      if (kept.size > 200) kept.clear();
      kept.set(key, traceFronts(own, app.base.origin));
    }
    return [{ path: kept.get(key), derived: origin.derived }];
  });
}
function traceFronts(outlines, origin) {
  const cells = new Map(), near = new Map(), cellOf = (x, y) => Math.floor(x / NEAR_STEPS) * 4194304 + Math.floor(y / NEAR_STEPS);
  outlines.forEach((zone, k) => walkRings(zone.rings, (x, y) => {
    const cell = cellOf(x, y), there = cells.get(cell);
    if (!there) cells.set(cell, [k]); else if (there.at(-1) !== k) there.push(k);
  }));
  const latestNear = cell => { // of the neighbours, the last in order: each piece of front is drawn once, from the first side
    if (near.has(cell)) return near.get(cell);
    let latest = -1;
    for (const step of [0, 1, -1]) for (const side of [0, 4194304, -4194304]) latest = Math.max(latest, ...(cells.get(cell + step + side) || []));
    near.set(cell, latest);
    return latest;
  };
  const path = new Path2D();
  outlines.forEach((zone, k) => {
    let drawing = false;
    walkRings(zone.rings, (x, y, first) => {
      const there = latestNear(cellOf(x, y)) > k;
      if (there) {
        const [px, py] = project(x / 10000, y / 10000);
        path[drawing && !first ? 'lineTo' : 'moveTo'](px - origin[0], py - origin[1]);
      }
      drawing = there;
    });
  });
  return path;
}

/** Visit points along rings, none farther from the next than a cell. */
function walkRings(rings, visit) {
  for (const steps of rings) {
    let x = steps[0], y = steps[1];
    visit(x, y, true);
    for (let i = 2; i < steps.length; i += 2) {
      const parts = Math.ceil(Math.max(Math.abs(steps[i]), Math.abs(steps[i + 1])) / NEAR_STEPS) || 1;
      for (let k = 1; k <= parts; k++) visit(x + steps[i] * k / parts, y + steps[i + 1] * k / parts, false);
      x += steps[i];
      y += steps[i + 1];
    }
  }
}
function drawSpot(pen, view, skin, { lon, lat }) {
  const [x, y] = onScreen(view, ...project(lon, lat));
  for (const [colour, width] of [[skin.halo, 5], [skin.focus, 2.2]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width });
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) { pen.moveTo(x + dx * 4, y + dy * 4); pen.lineTo(x + dx * 12, y + dy * 12); }
    pen.stroke();
  }
}

// Patterns of ground.
const TILE = 9, TILE_ROUND = 36; // a pattern's size, and a length every pattern fits into whole

/**
 * A controller's ground: `hatch` counts as in `HATCH_ORDER`; it carries the difference, the hue only helps. Ground held
 * with low certainty has the same hatch, broken and paler; contested ground crossed slanting lines.
 */
function zonePattern(hatch, colour, faint, ratio = devicePixelRatio || 1) {
  const tile = document.createElement('canvas'), size = TILE * 2;
  tile.width = tile.height = size * ratio;
  const pen = tile.getContext('2d');
  pen.scale(ratio, ratio);
  pen.fillStyle = pen.strokeStyle = colour;
  pen.globalAlpha = faint ? 0.11 : 0.16; // close: a much paler patch would pass for ground of another
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = hatch === CONTESTED_HATCH ? 0.75 : faint ? 0.32 : 0.45;
  pen.lineWidth = hatch === CONTESTED_HATCH ? 1.3 : 1;
  const line = (x0, y0, x1, y1) => { pen.moveTo(x0, y0); pen.lineTo(x1, y1); };
  const every = faint ? size : TILE;
  pen.setLineDash(!faint ? [] : hatch < 2 || hatch === CONTESTED_HATCH ? [size * Math.SQRT2 / 4] : [size / 4]);
  pen.beginPath();
  for (let at = -size; at <= 2 * size; at += every) {
    if (hatch === 0 || hatch === CONTESTED_HATCH) line(at, size, at + size, 0);
    if (hatch === 1 || hatch === CONTESTED_HATCH) line(at, 0, at + size, size);
    if (hatch === 3 || hatch === 5) line(0, at + TILE / 2, size, at + TILE / 2);
    if (hatch === 4 || hatch === 5) line(at + TILE / 2, 0, at + TILE / 2, size);
  }
  pen.stroke();
  if (hatch === 2) {
    for (let x = TILE / 2; x < size; x += every)
      for (let y = TILE / 2; y < size; y += every) {
        pen.beginPath();
        pen.arc(x, y, 1.2, 0, 2 * Math.PI);
        pen.fill();
      }
  }
  return tile;
}

/** Ground of which sources say different things: broad bars no controller has. */
function differPattern(skin, ratio = 1) {
  const tile = document.createElement('canvas'), size = 12;
  tile.width = tile.height = size * ratio;
  const pen = tile.getContext('2d');
  pen.scale(ratio, ratio);
  pen.fillStyle = pen.strokeStyle = skin.ink;
  pen.globalAlpha = 0.1;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 0.7;
  pen.lineWidth = 3.4;
  pen.beginPath();
  for (const at of [-size, 0, size]) { pen.moveTo(at - 2, -2); pen.lineTo(at + size + 2, size + 2); }
  pen.stroke();
  return tile;
}
const ONE_SPEAKS = 254, THEY_DIFFER = 255, COUNT_EVERY = 6;

/**
 * Several sources on one picture: where they agree the controller's hatch, where they differ bars, a plain tint where
 * only one speaks. Each source is painted in colours that number its controllers, and the pictures are read together.
 */
function compareSources(view, app, shown, placed) {
  const width = Math.round(view.width),
    height = Math.round(view.height),
    key = [view.left, view.top, view.zoom, width, height, zonesKey(app), app.skin.ink].join(' ');
  if (app.comparison?.key === key) return app.comparison;
  const origins = [...new Set(shown.map(zone => zone.origin))], maps = origins.map(k => whoMap(width, height, shown.filter(zone => zone.origin === k), placed));
  const pixelsOf = tile => ({ size: tile.width, data: new Uint32Array(tile.getContext('2d').getImageData(0, 0, tile.width, tile.height).data.buffer) });
  const hatched = app.zones.looks.map((look, k) => pixelsOf(zonePattern(look.hatch, app.skin.zones[k], false, 1))), bars = pixelsOf(differPattern(app.skin));
  const tints = hatched.map(tile => tile.data[1 + 4 * tile.size] ?? tile.data[0]);
  const image = new ImageData(width, height), out = new Uint32Array(image.data.buffer), ground = new Uint8Array(width * height), said = new Map();
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      let first = 0, speak = 0, differ = false;
      for (const map of maps) {
        const who = map[p];
        if (!who) continue;
        speak++;
        if (!first) first = who; else if (who !== first) differ = true;
      }
      if (!speak) continue;
      const tile = differ ? bars : hatched[first - 1];
      out[p] = speak === 1 ? tints[first - 1] : tile.data[(y + Math.round(view.top)) % tile.size * tile.size + (x + Math.round(view.left)) % tile.size];
      ground[p] = differ ? THEY_DIFFER : speak === 1 ? ONE_SPEAKS : first;
      if (differ && x % COUNT_EVERY === 0 && y % COUNT_EVERY === 0 && x >= PAD && y >= PAD && x < width - PAD && y < height - PAD) {
        const words = maps.map(map => map[p]).join();
        said.set(words, (said.get(words) || 0) + 1);
      }
    }
  }
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  canvas.getContext('2d').putImageData(image, 0, 0);
  const differences = [...said]
    .sort((a, b) => b[1] - a[1])
    .map(([words]) =>
      words
        .split(',')
        .map((who, k) => ({ origin: origins[k], who: who - 1 }))
        .filter(one => one.who >= 0)
    );
  return { key, canvas, ground, width, differences, origins };
}

/** Who holds each pixel by one source, counted from 1; the mixed pixels of an edge go with their neighbour. */
function whoMap(width, height, zones, placed) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d', { willReadFrequently: true }), out = new Uint8Array(width * height);
  for (const zone of zones) {
    const who = zone.who + 1;
    pen.fillStyle = `rgb(${who},${who * 97 & 255},${who * 57 & 255})`;
    pen.fill(placed(zone), 'evenodd');
  }
  const { data } = pen.getImageData(0, 0, width, height);
  for (let p = 0; p < out.length; p++) {
    const who = data[4 * p], whole = data[4 * p + 3] === 255 && data[4 * p + 1] === (who * 97 & 255) && data[4 * p + 2] === (who * 57 & 255);
    out[p] = whole ? who : data[4 * p + 3] > 127 && p ? out[p - 1] : 0;
  }
  return out;
}
const PROBE = 16; // pixels a cell of the grid that says which ground lies where

/**
 * Where each controller's ground lies on this view, as a grid of cells; what several hold is nobody's to be named. Each
 * controller is painted very small and read back: asking the paths point by point costs a frame.
 */
function probeZones(view, shown, origin, comparison) {
  const columns = Math.max(1, Math.floor((view.width - 2 * PAD) / PROBE)),
    rows = Math.max(1, Math.floor((view.height - 2 * PAD) / PROBE)),
    size = columns * rows;
  const canvas = Object.assign(document.createElement('canvas'), { width: columns, height: rows }),
    pen = canvas.getContext('2d', { willReadFrequently: true }),
    k = view.scale / PROBE;
  const ground = new Map(), held = new Uint8Array(size).fill(255), inView = new Set();
  for (const who of new Set(shown.map(zone => zone.who))) {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, columns, rows);
    pen.setTransform(k, 0, 0, k, (origin[0] * view.scale - view.left - PAD) / PROBE, (origin[1] * view.scale - view.top - PAD) / PROBE);
    for (const zone of shown) if (zone.who === who) pen.fill(zone.path, 'evenodd');
    const { data } = pen.getImageData(0, 0, columns, rows), cells = new Uint8Array(size);
    for (let cell = 0; cell < size; cell++) {
      if (data[4 * cell + 3] > 8) inView.add(who);
      if (data[4 * cell + 3] < 128) continue;
      cells[cell] = 1;
      held[cell] = held[cell] === 255 ? who : 254;
      const x = PAD + (cell % columns + 0.5) * PROBE, y = PAD + (Math.floor(cell / columns) + 0.5) * PROBE;
      if (comparison && comparison.ground[Math.floor(y) * comparison.width + Math.floor(x)] !== who + 1) held[cell] = 254;
    }
    ground.set(who, cells);
  }
  return { columns, rows, ground, inView, held };
}
const LEAST_COVER = 0.55; // of a label must stand on its own zone: less would name the neighbour's ground

/** Write each controller's name where its ground is widest and nothing else stands. */
function labelZones(placer, probe, controllers) {
  const { skin } = placer, font = `italic 600 13px ${skin.font}`;
  for (const [who, all] of probe.ground) {
    const cells = all.map((own, k) => own && probe.held[k] !== 254 ? 1 : 0);
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

/** The day of the control map that is drawn, or that there is none. */
function controlWords(app) {
  if (!app.zones || app.state.hidden.has('zones')) return '';
  const day = shownDay(app), shown = shownZones(app);
  if (!shown.length) return say('control.none', { day: dayWords(day) });
  if (app.controllersInView && !app.controllersInView.size) return say('control.not_here');
  if (comparing(app)) return say('control.compared', { day: dayWords(day) });
  const [oldest, asOf] = mapDays(app, shown, day);
  if (!Number.isFinite(asOf)) return say('control.undated');
  if (!Number.isFinite(oldest)) return say('control.part_undated', { day: dayWords(day), as_of: dayWords(asOf) });
  if (oldest < asOf) return say('control.between', { day: dayWords(day), span: spanWords(oldest, asOf) });
  return asOf === day ? say('control.as_of', { day: dayWords(day) }) : say('control.on', { day: dayWords(day), as_of: dayWords(asOf) });
}

/** The oldest and the newest day the maps in view speak for: each source has one, sources side by side several. */
function mapDays(app, shown, day) {
  const seen = app.base ? app.map.getBounds() : null, days = new Map();
  for (const zone of shown) days.set(zone.origin, Math.max(days.get(zone.origin) ?? -Infinity, asOfDay(zone, day)));
  const inView = new Set(shown.filter(zone => !seen || boxInView(app, zone.box, seen)).map(zone => zone.origin));
  const told = [...days].filter(([origin]) => !inView.size || inView.has(origin)).map(([, one]) => one);
  return [Math.min(...told), Math.max(...told)];
}
function boxInView(app, [left, top, right, bottom], seen) {
  const [x, y] = app.base.origin, [west, north] = project(seen.getWest(), seen.getNorth()), [east, south] = project(seen.getEast(), seen.getSouth());
  return left + x < east && right + x > west && top + y < south && bottom + y > north;
}

/** How old the oldest report is that the zones in view rest on, where it is old. */
function oldestWords(shown, day) {
  const oldest = Math.min(...shown.map(zone => zone.since ?? Infinity));
  return day - oldest > STALE_DAYS ? say('control.oldest', { month: monthWords(oldest) }) : '';
}
