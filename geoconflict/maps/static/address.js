// The state of the page in its address, so that a view or an event can be linked to. Names stand in it, never numbers:
// a link stays right when types or actors are added.

/** The pairs behind the #; one that is no proper text is left out, so that a broken link still opens the map. */
function readAddress(hash = location.hash) {
  const pairs = [];
  for (const pair of hash.slice(1).split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) try { pairs.push([pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]); } catch { /* left out */ }
  }
  return { get: name => pairs.find(([key]) => key === name)?.[1] ?? null, getAll: name => pairs.filter(([key]) => key === name).map(([, value]) => value) };
}
/** The other keys: v view, d days, m n k how time is shown, s x h the ground, r role, f u figures, q search, o order, i in view, e event. */
const FACET_KEYS = { type: 't', actor: 'a', controller: 'c', source: 'w', precision: 'p', status: 'b' };
function addressOf(app, { event = true } = {}) {
  const { state, events, map } = app, out = [];
  if (map) out.push(['v', `${map.getCenter().lat.toFixed(4)},${map.getCenter().lng.toFixed(4)},${map.getZoom()}`]);
  if (state.from !== events.first || state.to !== events.last) out.push(['d', `${isoDay(state.from)}..${isoDay(state.to)}`]);
  if (state.mode === 'asof') out.push(['m', 'asof'], ['n', state.recent ?? '']);
  if (state.step) out.push(['k', state.step]);
  if (state.source !== null) out.push(['s', state.source]);
  if (state.compare) out.push(['x', 1]);
  if (state.hidden.size) out.push(['h', [...state.hidden].join()]);
  for (const name of FACETS) for (const value of chosenOf(app, name)) out.push([FACET_KEYS[name], value]);
  if (state.role) out.push(['r', state.role]);
  if (state.killed !== null) out.push(['f', state.killed]);
  if (state.unnumbered) out.push(['u', state.unnumbered]);
  if (state.search) out.push(['q', state.search]);
  if (state.sort !== 'newest') out.push(['o', state.sort]);
  if (state.inView) out.push(['i', 1]);
  if (event && state.chosen >= 0) out.push(['e', events.id[state.chosen]]);
  return fragmentOf(out);
}
function fragmentOf(pairs) {
  return `#${pairs.flatMap(([key, value]) => {
    try { return [`${key}=${encodeURIComponent(value)}`]; } catch { return []; } // half a surrogate pair has no address
  }).join('&')}`;
}
/** Write the state down: a step of its own in the history (`push`) for a chosen event, else in place of the last. */
function writeAddress(app, push = false) {
  const text = addressOf(app);
  if (text === app.written) return;
  app.written = text;
  try { history[push ? 'pushState' : 'replaceState'](null, '', text); } catch { /* the frame of a notebook has no address of its own */ }
}
/** Take over what an address says, as far as this page has it; everything else is as on a fresh page. */
function readState(app, address = readAddress()) {
  const { events, state } = app;
  resetFilters(app);
  Object.assign(state, { sort: 'newest', inView: address.get('i') === '1' && Boolean(app.map), ...timeState(address), ...groundState(address, app.zones) });
  const one = (name, known) => known.includes(address.get(name)) ? address.get(name) : '';
  state.role = one('r', ROLES);
  state.unnumbered = one('u', ['with', 'only']);
  state.sort = one('o', SORTS) || 'newest';
  state.search = (address.get('q') || '').slice(0, 500);
  if (/^\d{1,9}$/.test(address.get('f') || '')) state.killed = Number(address.get('f'));
  for (const name of FACETS) {
    const asked = address.getAll(FACET_KEYS[name]).slice(0, 100);
    for (const value of asked) if (facetOf(app, name).known.has(value)) choose(app, name, value, true);
  }
  const [from, to] = (address.get('d') || '').split('..').map(dayOf);
  if (from !== null && to != null && events.first !== null && from <= to && from >= events.first && to <= events.last) Object.assign(state, { from, to });
  if (state.mode === 'asof') Object.assign(state, { from: events.first, ...(to != null && to >= events.first && to <= events.last ? { to } : {}) });
  app.setSliders?.();
}
/** The event an address asks for, by its id or by one that was merged into it; -1 when there is none. */
function eventAsked(app, address = readAddress()) {
  const asked = address.get('e');
  if (asked === null) return -1;
  const found = app.events.id.indexOf(asked);
  if (found >= 0 || !app.cards.merged_ids) return found;
  for (let i = 0; i < app.events.count; i++) if (listOf(app.cell('merged_ids', i)).includes(asked)) return i;
  return -1;
}
function openView(app) {
  const told = readAddress().get('v') || '', [lat, lon, zoom] = told.split(',').map(Number);
  if (told.split(',').length === 3 && [lat, lon, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180)
    app.map.setView([lat, lon], zoom, { animate: false });
}
/** Back, forward, and an address typed by hand. */
function followAddress(app) {
  const follow = () => {
    if (location.hash === app.written || (!location.hash && app.written === '#')) return;
    const address = readAddress(), asked = eventAsked(app, address);
    app.written = location.hash;
    readState(app, address);
    app.refilter();
    if (app.map) openView(app);
    if (asked >= 0) chooseEvent(app, asked, app.state.ordered, false, false);
    else if (!$('details').hidden) closeDetails(app);
    fillFilters(app);
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
}
