// Islands in, columns out; what is visible. No drawing and no Leaflet here.
const $ = id => document.getElementById(id);
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

/** Which events the type, actor and search filters let through; the slider does not touch this. */
function filterMask(app) {
  const { events, cards, state } = app, mask = new Uint8Array(events.count);
  const words = state.search.trim().toLocaleLowerCase();
  for (let i = 0; i < events.count; i++) {
    const actorFits = !state.actor || app.actorsOf(i).includes(state.actor);
    mask[i] = state.types.has(events.type[i]) && (state.background || !events.background[i]) && actorFits
      && (!words || app.searchText(i).includes(words)) ? 1 : 0;
  }
  return mask;
}
/** An event without a date fits every day: nobody knows it does not. The ends of the slider reach beyond its days. */
function inTime(events, state, i) {
  if (events.start[i] === null) return true;
  return (state.to === events.last || events.start[i] <= state.to) && (state.from === events.first || events.end[i] >= state.from);
}
function visibleEvents(app) {
  const { events, state, mask } = app, out = [];
  for (let i = 0; i < events.count; i++) if (mask[i] && inTime(events, state, i)) out.push(i);
  return out;
}
/** Newest first, those without a date last; ties keep the layer's order. */
function byDay(events, indices) {
  return indices.slice().sort((a, b) => (events.start[b] ?? -Infinity) - (events.start[a] ?? -Infinity) || a - b);
}

/** Zones that hold on a day, `[from, to)`; `part` is "items", or "outlines" for whole controllers. */
function zonesOn(zones, day, part = 'items') {
  if (!zones || day === null) return [];
  return zones[part].filter(zone => (zone.from === null || zone.from <= day) && (zone.to === null || day < zone.to));
}
/** Whether the last day a camp may have been open is past: of a month or year its end, of two days the other. */
function isOver(closed, iso) {
  const end = (closed || '').split('/').pop();
  return end !== '' && iso.slice(0, end.length) > end;
}
/** Camps open on a day, as far as their dates are known. */
function campsOn(camps, day) {
  if (!camps || day === null) return camps || [];
  const iso = isoDay(day);
  return camps.filter(camp => !(camp.opened && camp.opened > iso) && !isOver(camp.closed, iso));
}
function isUpTo(written, iso) {
  const end = written.split('/').pop();
  return end.length === iso.length ? end <= iso : end < iso.slice(0, end.length);
}
/** The last population count of a camp up to a day, or null: one of a month or year counts from its end. */
function populationOn(camp, day) {
  const iso = day === null ? '9999' : isoDay(day);
  const counts = (camp.populations || []).filter(count => count && count.population != null && (!count.as_of || isUpTo(count.as_of, iso)));
  return counts.length ? counts.reduce((a, b) => (b.as_of || '') >= (a.as_of || '') ? b : a) : null;
}
const placeOf = (events, i) => placeWords(areaName(events.place[i], events.precision[i]), events.relation[i], events.said[i]);
const listOf = value => Array.isArray(value) ? value : [];
