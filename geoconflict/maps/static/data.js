// Islands in, columns out. No drawing and no Leaflet here.
const POINT = 0, AREA = 1;

/** Read an island; a large one is compressed. Null when the page has none. */
async function readIsland(key) {
  const element = $(`gc-${key}`);
  if (!element) {
    const file = document.querySelector(`script[data-island="gc-${key}"]`);
    if (!file) return null;
    Object.assign($('no-map'), { hidden: false, textContent: say('data.missing', { file: decodeURI(file.getAttribute('src')) }) });
    throw new Error(`${file.getAttribute('src')} was not loaded`);
  }
  if (element.type === 'application/json') return JSON.parse(element.textContent);
  const letters = atob(element.textContent), bytes = new Uint8Array(letters.length);
  for (let k = 0; k < letters.length; k++) bytes[k] = letters.charCodeAt(k); // twenty times faster than Uint8Array.from
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

/**
 * Web Mercator pixels at zoom 0, as Leaflet counts them.
 * @returns {[number, number]}
 */
function project(lon, lat) {
  const sine = Math.sin(lat * Math.PI / 180);
  return [256 * (lon + 180) / 360, 128 * (1 - Math.atanh(sine) / Math.PI)];
}

/** Metres one pixel covers at this latitude (in zoom-0 pixels `y`) and scale. */
const metresPerPixel = (y, scale) => 156543.034 / scale / Math.cosh(Math.PI * (1 - y / 128));

/** A packed column as a plain list; `columns` are its neighbours (geoconflict/maps/columns.py says the forms). */
function openColumn(packed, columns = {}) {
  if (!packed || Array.isArray(packed) || typeof packed !== 'object') return packed;
  if ('table' in packed) return Array.from(packed.at, place => packed.table[place]);
  if ('all' in packed) return new Array(packed.rows).fill(packed.all);
  if ('json' in packed) { const texts = openColumn(packed.json); return lazyCells(texts.length, i => JSON.parse(texts[i])); }
  if ('of' in packed) return openRecords(packed, columns);
  return packed;
}

/** Cells that are lists of records, each made when it is asked for. */
function openRecords(packed, columns) {
  const counts = openColumn(packed.rows), begins = new Uint32Array(counts.length + 1), keys = Object.keys(packed.of);
  counts.forEach((count, i) => { begins[i + 1] = begins[i] + (count || 0); });
  const values = keys.map(key => openColumn(packed.of[key])), shared = keys.map(key => packed.of[key].same); // what its row says elsewhere
  return lazyCells(counts.length, i => counts[i] === null ? null : Array.from({ length: counts[i] }, (_, k) => {
    const record = {};
    keys.forEach((key, at) => { const value = shared[at] ? columns[shared[at]][i] : values[at][begins[i] + k]; if (value !== null) record[key] = value; });
    return record;
  }));
}

/** A list whose cells are made on first use. */
function lazyCells(length, make) {
  const made = new Array(length);
  return new Proxy(made, {
    get(target, key) {
      const i = typeof key === 'string' ? Number(key) : NaN;
      if (!Number.isInteger(i) || i < 0 || i >= length) return Reflect.get(target, key);
      return target[i] === undefined ? (target[i] = make(i)) : target[i];
    },
  });
}

/** The columns of the cards; each is opened when it is first read. */
function openCards(raw) {
  const cards = {};
  for (const name of Object.keys(raw)) {
    Object.defineProperty(cards, name, {
      enumerable: true, configurable: true,
      get() {
        const column = openColumn(raw[name], cards);
        Object.defineProperty(cards, name, { value: column, enumerable: true });
        return column;
      },
    });
  }
  return cards;
}

/** Zones with the steps of their rings in `rings`; a shape that several days share is opened once. */
function openZones(raw) {
  if (!raw || !raw.arcs) return raw;
  const arcs = [], opened = [];
  const arcOf = n => arcs[n] ??= stepsOf(raw.arcs[n]);
  const ringsOf = shape => opened[shape] ??= raw.shapes[shape].map(ring => joinArcs(ring, arcOf));
  const whole = zone => {
    const told = raw.sources[zone.source] || {};
    const out = { ...zone, source: told.name || '', sourceIndex: zone.source };
    Object.defineProperty(out, 'rings', { get: () => ringsOf(zone.shape), enumerable: true });
    return out;
  };
  return { ...raw, items: raw.items.map(whole), outlines: raw.outlines.map(whole) };
}
const LETTERS = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((letter, k) => [letter.charCodeAt(0), k]));

/** The numbers of an arc: x, y of its first point, then the steps to each next one (geoconflict/maps/arcs.py). */
function stepsOf(text) {
  const steps = [];
  let value = 0, shift = 0;
  for (let k = 0; k < text.length; k++) {
    const digit = LETTERS.get(text.charCodeAt(k));
    value |= (digit & 31) << shift;
    if (digit & 32) { shift += 5; continue; }
    steps.push(value & 1 ? -((value + 1) >> 1) : value >> 1);
    value = shift = 0;
  }
  return steps;
}

/** One ring of steps out of arcs; `~n` runs along arc n backwards. */
function joinArcs(ring, arcOf) {
  const out = [];
  for (const n of ring) {
    const arc = arcOf(n < 0 ? ~n : n), back = n < 0;
    if (!out.length) {
      let [x, y] = arc;
      if (back) for (let k = 2; k < arc.length; k += 2) { x += arc[k]; y += arc[k + 1]; }
      out.push(x, y);
    }
    if (back) for (let k = arc.length - 2; k >= 2; k -= 2) out.push(-arc[k], -arc[k + 1]);
    else for (let k = 2; k < arc.length; k++) out.push(arc[k]);
  }
  return out;
}
function openEvents(packed) {
  const raw = {};
  for (const [name, column] of Object.entries(packed)) raw[name] = name === 'types' ? column : openColumn(column, packed);
  const count = raw.id.length, x = new Float64Array(count), y = new Float64Array(count);
  let first = null, last = null;
  const told = raw.background.some((background, i) => !background && (raw.start[i] ?? raw.end[i]) !== null);
  for (let i = 0; i < count; i++) {
    raw.start[i] ??= raw.end[i];
    raw.end[i] ??= raw.start[i];
    if (raw.lon[i] !== null) [x[i], y[i]] = project(raw.lon[i], raw.lat[i]);
    if (raw.start[i] === null || (told && raw.background[i])) continue; // what is only recalled does not stretch the time
    if (first === null || raw.start[i] < first) first = raw.start[i];
    if (last === null || raw.end[i] > last) last = raw.end[i];
  }
  return { ...raw, count, x, y, first, last };
}

/** Newest first, those without a date last; ties keep the layer's order. */
function byDay(events, indices) {
  return indices.slice().sort((a, b) => (events.start[b] ?? -Infinity) - (events.start[a] ?? -Infinity) || a - b);
}
const placeOf = (events, i) => placeWords(areaName(events.place[i], events.precision[i]), events.relation[i], events.said[i]);
const listOf = value => Array.isArray(value) ? value : [];
