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
  const letters = atob(element.textContent), packed = new Uint8Array(letters.length);
  for (let k = 0; k < letters.length; k++) packed[k] = letters.charCodeAt(k); // twenty times faster than Uint8Array.from
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')), bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = bytes.indexOf(0), text = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)), value = JSON.parse(text);
  if (end >= 0) placeNumbers(value, bytes.buffer, Math.ceil((end + 1) / 8) * 8);
  return value;
}
/** Put the numbers that stand as bytes behind the JSON of an island where it names them. */
function placeNumbers(value, buffer, begin) {
  for (const [key, part] of Object.entries(value)) {
    if (!part || typeof part !== 'object' || Array.isArray(part)) continue;
    if ('bytes' in part) value[key] = new { 1: Uint8Array, 2: Uint16Array, 4: Int32Array }[part.size](buffer, begin + part.bytes, part.rows);
    else placeNumbers(part, buffer, begin);
  }
}
/** The page is read to its end: what stands behind the code is there, or is missing. */
const wholePage = () =>
  document.readyState !== 'loading'
    ? null
    : new Promise(done => {
        document.addEventListener('DOMContentLoaded', done, { once: true });
      });

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

/**
 * A packed column as a list, or as what has `at` and `length` of one; `columns` are its neighbours
 * (geoconflict/maps/columns.py says the forms).
 */
function openColumn(packed, columns = {}) {
  if (!packed || Array.isArray(packed) || typeof packed !== 'object') return packed;
  if ('table' in packed) return Object.assign(spread(packed.at, place => packed.table[place]), { table: packed.table, codes: packed.at });
  if ('numbers' in packed) return spread(packed.numbers, value => value === NONE ? null : value / packed.per);
  if ('all' in packed) return Object.assign(new Array(packed.rows).fill(packed.all), { table: [packed.all], codes: new Uint8Array(packed.rows) });
  if ('same' in packed) return columns[packed.same];
  if ('json' in packed) { const texts = openColumn(packed.json); return { length: texts.length, at: i => JSON.parse(texts[i]) }; }
  if ('of' in packed) return new Records(packed, columns);
  return packed;
}
const NONE = -(2 ** 31);
function spread(numbers, make) {
  const out = new Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) out[i] = make(numbers[i]);
  return out;
}

/** Cells that are lists of records, each made when it is asked for. */
class Records {
  constructor(packed, columns) {
    const counts = openColumn(packed.rows);
    this.length = counts.length;
    this.counts = counts;
    this.begins = new Uint32Array(counts.length + 1);
    for (let i = 0; i < counts.length; i++) this.begins[i + 1] = this.begins[i] + (counts[i] || 0);
    this.keys = Object.keys(packed.of);
    this.values = {};
    for (const [key, cells] of Object.entries(packed.of)) this.values[key] = 'same' in cells ? this.repeated(columns[cells.same]) : openColumn(cells);
  }

  /** What its row says elsewhere, for each record. */
  repeated(cells) {
    const out = new Array(this.begins[this.length]);
    for (let i = 0; i < this.length; i++) for (let k = this.begins[i]; k < this.begins[i + 1]; k++) out[k] = cells[i];
    return out;
  }

  at(i) {
    if (this.counts[i] === null) return null;
    const records = [];
    for (let k = this.begins[i]; k < this.begins[i + 1]; k++) {
      const record = {};
      for (const key of this.keys) if (this.values[key][k] !== null) record[key] = this.values[key][k];
      records.push(record);
    }
    return records;
  }
}

/** The columns of the cards; each is opened when it is first read. Some stand with the events. */
function openCards(raw, events = {}) {
  const cards = /** @type {Record<string, any>} */ ({});
  for (const name of Object.keys(raw)) {
    Object.defineProperty(cards, name, {
      enumerable: true, configurable: true,
      get() {
        const column = openColumn(raw[name], 'same' in raw[name] ? events : cards);
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
  const count = raw.id.length, x = new Float64Array(count), y = new Float64Array(count), { start, end, lon, lat, background } = raw;
  const given = { start: start.slice(), end: end.slice() }; // what leaves the page holds no day the layer does not
  let first = null, last = null, told = false;
  for (let i = 0; i < count; i++) {
    start[i] ??= end[i];
    end[i] ??= start[i];
    if (lon[i] !== null) [x[i], y[i]] = project(lon[i], lat[i]);
    told ||= !background[i] && start[i] !== null;
  }
  for (let i = 0; i < count; i++) {
    if (start[i] === null || (told && background[i])) continue; // what is only recalled does not stretch the time
    if (first === null || start[i] < first) first = start[i];
    const until = end[i] - start[i] < 7 ? end[i] : start[i]; // a month or a siege stretches it to its first day alone
    if (last === null || until > last) last = until;
  }
  return { ...raw, given, count, x, y, first, last };
}

/** Newest first, those without a date last; ties keep the layer's order. */
function byDay(events, indices) {
  return indices.slice().sort((a, b) => (events.start[b] ?? -Infinity) - (events.start[a] ?? -Infinity) || a - b);
}
const placeOf = (events, i) => placeWords(areaName(events.place[i], events.precision[i]), events.relation[i], events.said[i]);
const listOf = value => Array.isArray(value) ? value : [];
