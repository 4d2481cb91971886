// The list of events beside the map, and the box in which one is opened.
function listItem(app, i, set) {
  const { events } = app, killed = totalOf(name => app.cell(name, i), 'fatalities');
  const where = events.lon[i] === null && events.place[i] ? ' (not on the map)' : '';
  return make('li', {}, make('button', { type: 'button', 'data-event': i, onclick: () => chooseEvent(app, i, set, true) },
    make('span', { className: 'meta' }, symbolPicture(app.skin, events.type[i], events.background[i]), make('span', {}, whenOf(app, i), ' · ', isolated(placeOf(events, i)), where),
      make('span', { className: 'sr' }, `, ${events.types[events.type[i]]}`)),
    make('span', { className: 'quote', dir: 'auto' }, app.cards.summary[i]),
    killed === null && !events.background[i] ? null : make('span', { className: 'meta' }, [killed === null ? '' : `${killed} killed`, events.background[i] ? 'named as background' : ''].filter(Boolean).join(' · '))));
}
function fillList(app, visible) {
  const { state, events } = app, ordered = byDay(events, visible), shown = ordered.slice(0, state.listed), key = shown.join();
  state.ordered = ordered;
  $('more').hidden = ordered.length <= shown.length;
  $('more').textContent = say('list.more', { count: 50 });
  $('count').textContent = ordered.length ? `${ordered.length === events.count ? '' : `${number(ordered.length)} of `}${plural(events.count, 'event')}` : 'No events match these filters';
  if (key === state.listKey) return; // rebuilding would take the focus from whoever reads the list
  const focused = document.activeElement?.dataset?.event;
  state.listKey = key;
  $('list').replaceChildren(...shown.map(i => listItem(app, i, ordered)));
  if (focused !== undefined) $('list').querySelector(`[data-event="${Number(focused)}"]`)?.focus({ preventScroll: true });
}
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
  const at = set.indexOf(i), step = (words, label, to) => make('button', { type: 'button', 'aria-label': label, disabled: to < 0 || to >= set.length, onclick: () => chooseEvent(app, set[to], set, true) }, words);
  const steps = set.length > 1 && at >= 0 ? [step('‹', 'Previous event', at - 1), make('span', { className: 'aside' }, `${at + 1} of ${set.length}`), step('›', 'Next event', at + 1)] : [];
  return make('div', { className: 'details-bar' }, ...steps, make('button', { type: 'button', className: 'close', onclick: () => closeDetails(app) }, 'Close'));
}
function chooseEvent(app, i, set, move) {
  Object.assign(app.state, { chosen: i, camp: null });
  openDetails(app, detailsBar(app, set, i), cardOf(app, i));
  if (move) app.goTo?.(app.events.lon[i], app.events.lat[i], app.events.where[i] === AREA ? app.events.radius[i] : 0);
  app.keepInView?.(app.events.lon[i], app.events.lat[i]);
  app.refresh();
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
    make('ol', { className: 'list' }, ...ordered.slice(0, 200).map(i => listItem(app, i, ordered))));
  app.refresh();
}
function closeDetails(app) {
  const { state } = app, last = state.chosen;
  $('details').hidden = true;
  if ($('panel').dataset.stop === 'half') setSheet('peek');
  Object.assign(state, { chosen: -1, camp: null });
  app.refresh();
  const opener = state.opener?.isConnected && !$('details').contains(state.opener) ? state.opener : $('list').querySelector(`[data-event="${last}"]`) || $('list');
  opener.focus();
  state.opener = null;
}
