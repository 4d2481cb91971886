// Islands in, columns out. No drawing and no Leaflet here.
const POINT = 0, AREA = 1;

/** Read an island; a large one is compressed. Null when the page has none. */
async function readIsland(key) {
  const element = $(`gc-${key}`);
  if (!element) return null;
  if (element.type === 'application/json') return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

/** Web Mercator pixels at zoom 0, as Leaflet counts them. */
function project(lon, lat) {
  const sine = Math.sin(lat * Math.PI / 180);
  return [256 * (lon + 180) / 360, 128 * (1 - Math.atanh(sine) / Math.PI)];
}

/** Metres one pixel covers at this latitude (in zoom-0 pixels `y`) and scale. */
const metresPerPixel = (y, scale) => 156543.034 / scale / Math.cosh(Math.PI * (1 - y / 128));
function openEvents(raw) {
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
