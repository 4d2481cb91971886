// The state of the page in its address, so that a view or an event can be linked to.
function readAddress() {
  const out = new Map();
  for (const pair of location.hash.slice(1).split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) try { out.set(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))); } catch { /* a broken link still opens the map */ }
  }
  return out;
}
function writeAddress(app) {
  const { state, events, map } = app, out = {};
  if (map) out.v = `${map.getCenter().lat.toFixed(4)},${map.getCenter().lng.toFixed(4)},${map.getZoom()}`;
  if (state.from !== events.first || state.to !== events.last) out.d = `${isoDay(state.from)}..${isoDay(state.to)}`;
  if (state.types.size < app.typesPresent.length) out.t = [...state.types].join();
  if (state.actor) out.a = state.actor;
  if (state.search) out.q = state.search;
  if (state.chosen >= 0) out.e = events.id[state.chosen];
  const text = Object.entries(out).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  try { history.replaceState(null, '', `#${text}`); } catch { /* the frame of a notebook has no address of its own */ }
}
function stateOf(events, address) {
  const state = { types: new Set(events.type), actor: address.get('a') || '', search: address.get('q') || '', background: true, from: events.first, to: events.last, chosen: -1, camp: null, listed: 30, opener: null };
  const types = (address.get('t') || '').split(',').map(Number).filter(type => address.get('t') && state.types.has(type));
  if (types.length) state.types = new Set(types);
  const [from, to] = (address.get('d') || '').split('..').map(dayOf);
  if (from !== null && to != null && events.first !== null && from <= to && from >= events.first && to <= events.last) Object.assign(state, { from, to });
  return state;
}
function openView(app) {
  const [lat, lon, zoom] = (readAddress().get('v') || '').split(',').map(Number);
  if ([lat, lon, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180) app.map.setView([lat, lon], zoom, { animate: false });
}
