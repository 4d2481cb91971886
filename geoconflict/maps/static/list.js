// The list of events beside the map, in step with it, and the box in which one event is opened.
const LISTED = 30, MORE = 50; // rows made at first, and at each further asking: the page stays quick with 100,000 events
const SORTS = ['newest', 'oldest', 'killed'];

/** What an event's line ends with: how many were killed, and whether it is only recalled. */
function notesOf(app, i) {
  const killed = totalOf(name => app.cell(name, i), 'fatalities');
  return [killed === null ? '' : say('list.killed', { number: killed }), app.events.background[i] ? say('list.background') : ''].filter(Boolean);
}
function listItem(app, i, set) {
  const { events, terms } = app, place = placeOf(events, i), notes = notesOf(app, i);
  const where = events.lon[i] === null && events.place[i] ? ` ${say('list.notOnMap')}` : '';
  return make(
    'li',
    {},
    make(
      'button',
      { type: 'button', 'data-event': i, onclick: () => chooseEvent(app, i, set, true) },
      make(
        'span',
        { className: 'meta' },
        symbolPicture(app.skin, events.type[i], events.background[i]),
        make('span', {}, whenOf(app, i), ' · ', make('bdi', {}, ...marked(place, terms)), where),
        make('span', { className: 'sr' }, ', ', isolated(events.types[events.type[i]]))
      ),
      make('span', { className: 'quote', dir: 'auto' }, ...marked(app.cell('summary', i) || '', terms, 120)),
      notes.length ? make('span', { className: 'meta' }, notes.join(' · ')) : null
    )
  );
}

// ---- order and extent --------------------------------------------------------------------------------------------
/** All events in an order, made once: putting 100,000 in order at each step of the slider would be felt. */
function orderOf(app, sort) {
  const { events } = app, day = i => events.start[i] ?? -Infinity, all = Array.from({ length: events.count }, (_, i) => i);
  const by = {
    newest: () => byDay(events, all),
    oldest: () => all.sort((a, b) => (events.start[a] ?? Infinity) - (events.start[b] ?? Infinity) || a - b),
    killed: () => {
      const killed = all.map(i => killedOf(app, i) ?? -1);
      return all.sort((a, b) => killed[b] - killed[a] || Number(day(b) > day(a)) - Number(day(b) < day(a)) || a - b);
    },
  };
  return app.orders[sort] ??= by[sort]();
}
function listedOf(app, visible) {
  const { state, events, map } = app, member = new Uint8Array(events.count), bounds = state.inView && map ? map.getBounds() : null;
  for (const i of visible) member[i] = !bounds || inBounds(events, bounds, i) ? 1 : 0;
  return orderOf(app, state.sort).filter(i => member[i]);
}
/** Whether some of where an event may have been lies in view: for an area its circle, not its middle alone. */
function inBounds(events, bounds, i) {
  if (events.lon[i] === null) return false;
  const lat = events.where[i] === AREA ? (events.radius[i] || 0) / 111320 : 0, lon = lat / Math.max(0.1, Math.cos(events.lat[i] * Math.PI / 180));
  return (
    events.lat[i] + lat >= bounds.getSouth() &&
    events.lat[i] - lat <= bounds.getNorth() &&
    events.lon[i] + lon >= bounds.getWest() &&
    events.lon[i] - lon <= bounds.getEast()
  );
}
function buildListTools(app) {
  const { state } = app, sorts = SORTS.filter(sort => sort !== 'killed' || hasNumbers(app));
  const sort = make('select', { id: 'sort' }, ...sorts.map(value => make('option', { value }, say(`list.sort.${value}`))));
  const view = make('input', { type: 'checkbox', id: 'in-view' }), again = () => { state.listed = LISTED; app.settle(); };
  sort.addEventListener('change', () => { state.sort = sort.value; again(); });
  view.addEventListener('change', () => { state.inView = view.checked; again(); });
  $('list-tools').replaceChildren(
    make('label', {}, make('span', { className: 'sr' }, say('list.sort')), sort),
    ...(app.map ? [make('label', {}, view, say('list.inView'))] : [])
  );
  $('more').addEventListener('click', () => showMore(app));
  $('list').addEventListener('keydown', event => stepInList(app, event));
}
function showMore(app) {
  const first = app.state.listed;
  app.state.listed += MORE;
  fillList(app, app.visible);
  $('list').children[first]?.querySelector('button').focus();
}
/** Arrow keys, Home, End and a page at a time; the last row brings the next ones. */
function stepInList(app, event) {
  const rows = [...$('list').querySelectorAll('button[data-event]')],
    at = rows.indexOf(document.activeElement),
    step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (at === rows.length - 1 && step > 0 && !$('more').hidden) { showMore(app); return; }
  if (at === 0 && step === -1) { $('search').focus(); return; }
  rows[Math.max(0, Math.min(rows.length - 1, at + step))].focus();
}
function countWords(app) {
  const { events, state, visible, map } = app, bounds = state.inView && map ? map.getBounds() : null;
  if (!events.count) return say('list.empty');
  if (bounds) return say('list.countInView', { shown: number(visible.filter(i => inBounds(events, bounds, i)).length), count: visible.length });
  if (!visible.length) return say('list.none');
  return visible.length === events.count
    ? say('count.events', { count: events.count })
    : say('list.countOf', { shown: number(visible.length), count: events.count });
}
/** How many are shown and by which filters, at each step of the time; the list follows once it rests, and is then said. */
function fillCount(app) {
  const words = countWords(app);
  if ($('count').textContent !== words) $('count').textContent = words;
  fillChips(app, activeFilters(app));
}
function fillList(app, visible) {
  const { state } = app, ordered = listedOf(app, visible), shown = ordered.slice(0, state.listed), key = `${shown.join()} ${state.search}`;
  state.ordered = ordered;
  fillFilters(app);
  $('sort').value = state.sort;
  if ($('in-view')) $('in-view').checked = state.inView;
  $('more').hidden = ordered.length <= shown.length;
  $('more').textContent = say('list.more', { count: Math.min(MORE, ordered.length - shown.length) });
  fillCount(app);
  const words = $('count').textContent;
  if ($('count-said').textContent !== words) $('count-said').textContent = words; // a live region speaks at each change
  fillLoosen(app, !ordered.length && app.events.count > 0);
  if (key !== state.listKey) { // rebuilding would take the focus from whoever reads the list
    const held = document.activeElement?.closest('#list') ? document.activeElement.dataset.event : undefined;
    state.listKey = key;
    $('list').replaceChildren(...shown.map(i => listItem(app, i, ordered)));
    if (held !== undefined) ($('list').querySelector(`[data-event="${Number(held)}"]`) || $('list')).focus({ preventScroll: true });
  }
  for (const row of $('list').querySelectorAll('button[data-event]')) {
    if (Number(row.dataset.event) === state.chosen) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current');
  }
}

// ---- the box of details ------------------------------------------------------------------------------------------
function openDetails(app, ...content) {
  const box = $('details');
  if (box.hidden) app.state.opener = document.activeElement;
  box.replaceChildren(...content);
  box.hidden = false;
  if ($('panel').dataset.stop === 'peek') setSheet('half');
  $('scroll').scrollTop = 0;
  $('details-heading').focus({ preventScroll: true });
}
function detailsBar(app, set, i) {
  const at = set.indexOf(i),
    step = (words, label, to) =>
      make(
        'button',
        {
          type: 'button',
          className: 'step',
          'aria-label': say(label),
          disabled: to < 0 || to >= set.length,
          onclick: () => chooseEvent(app, set[to], set, true),
        },
        words
      );
  const steps =
    set.length > 1 && at >= 0
      ? [
          step('‹', 'card.previous', at - 1),
          make('span', { className: 'aside' }, say('card.position', { at: number(at + 1), count: set.length })),
          step('›', 'card.next', at + 1),
        ]
      : [];
  return make(
    'div',
    { className: 'details-bar' },
    ...steps,
    make('button', { type: 'button', className: 'close', onclick: () => closeDetails(app) }, say('card.close'))
  );
}
/** Open an event. `push`: a step of its own in the history, so that the back button leads to where the reader was. */
function chooseEvent(app, i, set, move, push = true) {
  const before = app.state.chosen;
  Object.assign(app.state, { chosen: i, camp: null });
  openDetails(app, detailsBar(app, set, i), cardOf(app, i));
  if (move) app.goTo?.(app.events.lon[i], app.events.lat[i], app.events.where[i] === AREA ? app.events.radius[i] : 0);
  app.keepInView?.(app.events.lon[i], app.events.lat[i]);
  app.refresh();
  if (push && i !== before) writeAddress(app, true);
}
function chooseCamp(app, camp) {
  Object.assign(app.state, { chosen: -1, camp });
  openDetails(app, detailsBar(app, [], -1), campCard(app, camp));
  app.keepInView?.(camp.lon, camp.lat);
  app.refresh();
}
function showSet(app, indices, heading) {
  const ordered = byDay(app.events, indices);
  Object.assign(app.state, { chosen: -1, camp: null });
  openDetails(app, detailsBar(app, [], -1), make('h2', { id: 'details-heading', tabIndex: -1 }, isolated(heading)),
    make('ol', { className: 'list' }, ...ordered.slice(0, 200).map(i => listItem(app, i, ordered))),
    ordered.length > 200 ? make('p', { className: 'note' }, say('list.firstOf', { shown: number(200), count: ordered.length })) : null);
  app.refresh();
}
function closeDetails(app) {
  const { state } = app, last = state.chosen;
  $('details').hidden = true;
  if ($('panel').dataset.stop === 'half') setSheet('peek');
  Object.assign(state, { chosen: -1, camp: null });
  app.refresh();
  const opener =
    state.opener?.isConnected && state.opener !== document.body && !$('details').contains(state.opener)
      ? state.opener
      : $('list').querySelector(`[data-event="${last}"]`) || $('list');
  opener.focus();
  state.opener = null;
}
