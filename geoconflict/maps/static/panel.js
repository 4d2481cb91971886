// The panel beside the map: details, list, filters, key, time. Works without Leaflet.

function fillHeader(app) {
  const { page, events } = app;
  $('title').textContent = page.title;
  $('standfirst').textContent = page.standfirst;
  $('standfirst').hidden = !page.standfirst;
  $('borders').textContent = page.borders;
  for (const [what, names] of Object.entries(page.credits)) {
    if (names.length) $('credits').append(make('dt', {}, what), make('dd', {}, isolated(names.slice(0, 8).join('; ') + (names.length > 8 ? `; and ${names.length - 8} more` : ''))));
  }
  if (page.foreign.length) {
    $('foreign').textContent = `This page carries further layers (${page.foreign.join(', ')}) that may load from other hosts; its content policy is off.`;
    $('foreign').hidden = false;
  }
  if (events.count > 12) $('filters').open = false;
}
const STALE_DAYS = 90, APART_DAYS = 45;
/** The line below the headline: how many, when, and the day of control. */
function fillDateline(app, visible) {
  const { events } = app;
  let told = 0, undated = 0, from = null, to = null;
  for (const i of visible) {
    if (events.background[i]) continue;
    told++;
    if (events.start[i] === null) { undated++; continue; }
    if (from === null || events.start[i] < from) from = events.start[i];
    if (to === null || events.end[i] > to) to = events.end[i];
  }
  const background = visible.length - told;
  const parts = [`${plural(told, 'event')}${from === null ? '' : `, ${spanWords(from, to)}`}`];
  if (undated && told > undated) parts.push(`${undated} without a date`);
  if (background) parts.push(`${background} more named as background`);
  // Control is drawn for one day; under events of much earlier days it must not pass for theirs.
  const control = controlWords(app), apart = control && app.controllersInView?.size && app.state.chosen < 0 && from !== null && shownDay(app) - from > APART_DAYS;
  $('dateline').textContent = [parts.join('; '), control + (apart ? ', not for earlier days; choose an event for its day' : '')].filter(Boolean).join('. ');
}
/** The day whose zones and camps are shown: that of the chosen event, else the end of the chosen time. */
function shownDay(app) {
  const { events, state, zones } = app;
  if (state.chosen >= 0 && events.start[state.chosen] !== null) return events.start[state.chosen];
  if (state.to !== null) return state.to;
  return zones ? Math.max(...zones.items.map(zone => zone.from ?? -Infinity)) : null;
}
function controlWords(app) {
  if (!app.zones) return '';
  const day = shownDay(app), shown = zonesOn(app.zones, day);
  if (!shown.length) return `No control map for ${dayWords(day)}`;
  if (app.controllersInView && !app.controllersInView.size) return 'No control data here';
  const asOf = Math.max(...shown.map(zone => zone.seen === null ? zone.from ?? -Infinity : Math.min(zone.seen, day)));
  if (!Number.isFinite(asOf)) return 'Reported control, day not stated';
  const oldest = Math.min(...shown.map(zone => zone.since ?? Infinity));
  return (asOf === day ? `Control as of ${dayWords(day)}` : `Control on ${dayWords(day)}, as of ${dayWords(asOf)}`)
    + (day - oldest > STALE_DAYS ? ` (oldest report ${monthWords(oldest)})` : '');
}

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
  $('count').textContent = ordered.length ? `${ordered.length === events.count ? '' : `${number(ordered.length)} of `}${plural(events.count, 'event')}` : 'No events match these filters';
  if (key === state.listKey) return; // rebuilding would take the focus from whoever reads the list
  const focused = document.activeElement?.dataset?.event;
  state.listKey = key;
  $('list').replaceChildren(...shown.map(i => listItem(app, i, ordered)));
  if (focused !== undefined) $('list').querySelector(`[data-event="${Number(focused)}"]`)?.focus({ preventScroll: true });
}

function buildKey(app) {
  const { events, state, skin } = app, present = app.typesPresent;
  $('key-types').replaceChildren(...present.map(type => {
    const box = make('input', { type: 'checkbox', checked: state.types.has(type) });
    box.addEventListener('change', () => { if (box.checked) state.types.add(type); else state.types.delete(type); app.refilter(); });
    return make('li', {}, make('label', {}, box, symbolPicture(skin, type), isolated(events.types[type]), make('span', { className: 'amount', id: `amount-${type}` })));
  }));
  const marks = [];
  if (events.background.some(Boolean)) {
    const box = make('input', { type: 'checkbox', checked: state.background });
    box.addEventListener('change', () => { state.background = box.checked; app.refilter(); });
    marks.push(make('li', {}, make('label', {}, box, symbolPicture(skin, present[0], true), 'Named as background')));
  }
  const circle = dash => picture(22, 18, pen => { pen.setLineDash(dash); pen.strokeStyle = skin.ink; pen.lineWidth = 1.2; pen.arc(11, 9, 7.5, 0, 7); pen.stroke(); });
  if (events.where.includes(POINT)) marks.push(make('li', {}, circle([2, 3]), 'True spot within, 9 in 10'));
  if (events.where.includes(AREA)) marks.push(make('li', {}, circle([5, 3]), 'Somewhere in here'));
  if (app.camps) marks.push(make('li', {}, picture(22, 18, pen => drawTent(pen, skin, 11, 9, 7)), 'Listed camp'));
  $('key-marks').replaceChildren(...marks);
}
function fillKey(app, visible) {
  const { events, zones, skin } = app, amounts = new Map();
  for (const i of visible) amounts.set(events.type[i], (amounts.get(events.type[i]) || 0) + 1);
  for (const type of app.typesPresent) $(`amount-${type}`).textContent = number(amounts.get(type) || 0);
  if (!zones) return;
  const shown = zonesOn(zones, shownDay(app)), heading = controlWords(app);
  const who = [...new Set(shown.map(zone => zone.who))].filter(k => !app.controllersInView || app.controllersInView.has(k)).sort((a, b) => a - b), key = who.join() + heading;
  if (key === app.state.zoneKey) return;
  app.state.zoneKey = key;
  $('key-zones-heading').textContent = heading;
  $('key-zones-heading').hidden = false;
  $('key-zones').replaceChildren(...who.map(k => make('li', {}, picture(22, 15, pen => {
    const pattern = pen.createPattern(skin.patterns[k][0], 'repeat');
    pattern.setTransform(new DOMMatrix().scale(1 / (devicePixelRatio || 1)));
    pen.fillStyle = pattern;
    pen.fillRect(0, 0, 22, 15);
    pen.strokeStyle = skin.zones[k];
    pen.strokeRect(0.5, 0.5, 21, 14);
  }), isolated(zones.controllers[k]))), ...(who.length && shown.some(zone => zone.derived) ? [make('li', {}, picture(22, 15, pen => {
    pen.fillStyle = skin.land;
    pen.fillRect(0, 0, 22, 15);
    pen.strokeStyle = skin.border;
    pen.strokeRect(0.5, 0.5, 21, 14);
  }), 'No report')] : []));
  const sources = [...new Set(shown.map(zone => zone.source).filter(source => source && !/^derived/i.test(source)))], derived = shown.some(zone => zone.derived);
  $('key-zones-note').textContent = [derived ? 'Areas derived from town reports, approximate.' : '', shown.some(zone => zone.certainty === 'low') ? 'Paler: less certain.' : '', sources.length ? `Source: ${sources.slice(0, 3).join('; ')}${sources.length > 3 ? ' and others' : ''}.` : ''].filter(Boolean).join(' ');
  $('key-zones-note').hidden = !shown.length;
}

function buildFilters(app) {
  const { state } = app, select = $('actor'), search = $('search');
  select.append(make('option', { value: '' }, 'All actors'), ...app.actorNames().map(name => make('option', { value: name }, name)));
  select.value = state.actor;
  search.value = state.search;
  select.addEventListener('change', () => { state.actor = select.value; app.refilter(); });
  let timer;
  search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => { state.search = search.value; app.refilter(); }, 150); });
  $('reset').addEventListener('click', () => {
    Object.assign(state, { types: new Set(app.events.type), actor: '', search: '', background: true, from: app.events.first, to: app.events.last });
    select.value = search.value = '';
    buildKey(app);
    app.setSliders?.();
    app.refilter();
  });
  $('more').addEventListener('click', () => {
    const first = state.listed;
    state.listed += 50;
    app.refresh();
    $('list').children[first]?.querySelector('button').focus();
  });
}

/** The sheet of a narrow screen has three stops; the handle steps through them or is dragged. */
const STOPS = ['peek', 'half', 'full'];
function setSheet(stop) {
  $('panel').dataset.stop = stop;
  $('sheet').setAttribute('aria-expanded', String(stop !== 'peek'));
}
function buildSheet() {
  const handle = $('sheet'), panel = $('panel');
  setSheet('peek');
  let startY = null, moved = 0, height = 0;
  handle.addEventListener('pointerdown', event => { startY = event.clientY; moved = 0; height = panel.offsetHeight; handle.setPointerCapture(event.pointerId); });
  handle.addEventListener('pointermove', event => {
    if (startY === null) return;
    moved = event.clientY - startY;
    if (Math.abs(moved) > 4) panel.style.height = `${Math.max(56, Math.min(innerHeight * 0.9, height - moved))}px`;
  });
  const drop = () => {
    if (startY === null) return;
    startY = null;
    const share = panel.offsetHeight / innerHeight;
    panel.style.height = '';
    if (Math.abs(moved) > 4) setSheet(share < 0.25 ? 'peek' : share < 0.62 ? 'half' : 'full');
  };
  handle.addEventListener('pointerup', drop);
  handle.addEventListener('pointercancel', drop);
  handle.addEventListener('click', () => {
    if (Math.abs(moved) > 4) { moved = 0; return; } // the end of a drag, not a click
    setSheet(STOPS[(STOPS.indexOf(panel.dataset.stop) + 1) % STOPS.length]);
  });
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

function buildTime(app) {
  const { events, state } = app, from = $('from'), to = $('to');
  $('time').hidden = events.first === null || events.first === events.last;
  if ($('time').hidden) return;
  const span = events.last - events.first;
  for (const slider of [from, to]) Object.assign(slider, { min: events.first, max: events.last, step: 1 });
  app.setSliders = () => {
    from.value = state.from;
    to.value = state.to;
    for (const slider of [from, to]) slider.setAttribute('aria-valuetext', dayWords(Number(slider.value)));
    $('range').textContent = spanWords(state.from, state.to);
    $('fill').style.left = `${100 * (state.from - events.first) / span}%`;
    $('fill').style.right = `${100 * (events.last - state.to) / span}%`;
  };
  const moved = () => { app.setSliders(); app.refresh(); };
  from.addEventListener('input', () => { state.from = Math.min(Number(from.value), state.to); moved(); });
  to.addEventListener('input', () => { state.to = Math.max(Number(to.value), state.from); moved(); });
  buildPlay(app, span);
  app.setSliders();
}
const PLAY_MS = 15000; // for the whole span
function buildPlay(app, span) {
  const { events, state } = app, play = $('play');
  let running = false;
  const stop = () => { running = false; play.textContent = 'Play'; play.setAttribute('aria-pressed', 'false'); };
  play.addEventListener('click', () => {
    if (running) { stop(); return; }
    running = true;
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', 'true');
    if (state.to >= events.last) state.to = state.from = events.first;
    let last = null;
    const tick = now => {
      if (!running) return;
      last ??= now;
      const days = Math.floor((now - last) * span / PLAY_MS);
      if (days) {
        last += days * PLAY_MS / span;
        state.to = Math.min(events.last, state.to + days);
        app.setSliders();
        app.refresh();
      }
      if (state.to >= events.last) stop(); else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}
const DOTS = 60; // events up to which each is a dot over the slider
function drawHistogram(app) {
  const { events, mask, skin } = app, canvas = $('histogram'), ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width || events.first === null) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext('2d'), few = events.count <= DOTS, span = events.last - events.first || 1, wide = few ? 9 : 4;
  const bins = new Map(), last = Math.floor(width / wide) - 1;
  pen.scale(ratio, ratio);
  for (let i = 0; i < events.count; i++) {
    if (!mask[i] || events.start[i] === null) continue;
    if (events.start[i] < events.first || events.start[i] > events.last) continue;
    const bin = Math.round((events.start[i] - events.first) / span * last);
    if (!bins.has(bin)) bins.set(bin, []);
    bins.get(bin).push(i);
  }
  const most = Math.max(1, ...[...bins.values()].map(members => members.length));
  for (const [bin, members] of bins) {
    const x = last > 0 ? 4.5 + bin / last * (width - 9) : width / 2;
    if (few) {
      const step = Math.min(9, (height - 4) / most);
      members.forEach((i, k) => drawSymbol(pen, skin, events.type[i], x, height - 6 - k * step, 3.4, events.background[i]));
    } else {
      const tall = Math.max(2, members.length / most * (height - 1));
      pen.fillStyle = skin.histogram;
      pen.fillRect(x - 1.5, height - tall, 3, tall);
    }
  }
}
