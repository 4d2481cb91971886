// What can be pointed at: by mouse, finger and key; and the events of one place, fanned out on legs.
const AIM_REACH = 90; // pixels from the middle of the map
const FAN_MOST = 40; // events a fan holds; more are a list
const FAN_STEP = 28; // pixels between its symbols: no smaller than a target may be
const TARGET = 24, TOUCH_TARGET = 44; // pixels a target measures at least (WCAG 2.2, 2.5.8 and 2.5.5)

/**
 * The mark at a point of the map, or null: the one drawn there, else the nearest whose target reaches it.
 * @param {App} app
 * @param {{x: number, y: number}} point in pixels of the map
 * @param {boolean} [touch]
 * @returns {Hit | null}
 */
function hitAt(app, point, touch = false) {
  const x = point.x + PAD, y = point.y + PAD, least = (touch ? TOUCH_TARGET : TARGET) / 2;
  let best = null, bestScore = Infinity;
  for (const hit of app.hits) {
    const [left, top, right, bottom] = hit.box, middleX = (left + right) / 2, middleY = (top + bottom) / 2;
    const halfX = Math.max((right - left) / 2, least), halfY = Math.max((bottom - top) / 2, least);
    if (Math.abs(x - middleX) > halfX || Math.abs(y - middleY) > halfY) continue;
    const inside = x >= left && x <= right && y >= top && y <= bottom;
    const score = Math.hypot(x - hit.x, y - hit.y) + (inside ? 0 : 1e4);
    if (score < bestScore) { best = hit; bestScore = score; }
  }
  return best;
}

/** Open what a mark stands for: an event, a camp, a fan, a list, or the view it is spread over. */
function openHit(app, hit) {
  const { events, map } = app;
  if (hit.event !== undefined) { chooseEvent(app, hit.event, app.state.ordered, false); return; }
  if (hit.camp) { chooseCamp(app, hit.camp); return; }
  if (hit.area) {
    if (hit.area.length === 1) chooseEvent(app, hit.area[0], app.state.ordered, false);
    else showSet(app, hit.area, areaWords(events, hit.area));
    return;
  }
  const members = membersOf(hit.mark, events.cells), first = members[0];
  const onePlace = members.every(i => events.x[i] === events.x[first] && events.y[i] === events.y[first]);
  if (!onePlace && map.getZoom() < map.getMaxZoom()) {
    map.fitBounds(L.latLngBounds(members.map(i => [events.lat[i], events.lon[i]])), { maxZoom: map.getZoom() + 3, padding: [60, 60] });
  } else if (members.length > FAN_MOST) showSet(app, members, say('marks.here', { count: members.length }));
  else openFan(app, members);
}
function openFan(app, members) {
  const { state, events, map } = app, first = members[0];
  state.fan = { members: byDay(events, members), at: -1, zoom: map.getZoom() };
  state.chosen = -1;
  map.panInside([events.lat[first], events.lon[first]], { padding: [110, 110], animate: false });
  speakMark(say('marks.fan.opened', { count: members.length }));
  app.refresh();
}
function closeFan(app) {
  if (!app.state.fan) return false;
  app.state.fan = null;
  app.layers.at(-1).redraw();
  return true;
}

/**
 * The open fan as far as its events are shown: where it stands, and the box it covers; null without one.
 * @param {View} view
 * @param {App} app
 */
function placeFan(view, app) {
  const { events, state, mask } = app, fan = state.fan;
  if (!fan) return null;
  const members = fan.members.filter(i => mask[i] && inTime(events, state, i));
  if (!members.length || view.zoom !== fan.zoom) { state.fan = null; return null; }
  const [x, y] = onScreen(view, events.x[members[0]], events.y[members[0]]), spots = fanSpots(members.length, FAN_STEP).map(([dx, dy]) => [x + dx, y + dy]);
  const reach = Math.max(...spots.map(([left, top]) => Math.hypot(left - x, top - y))) + 18;
  return { members, x, y, spots, reach, box: [x - reach, y - reach, x + reach, y + reach] };
}

/** Legs from the place, a symbol on each. Returns what can be clicked. */
function drawFan(pen, app, placed) {
  if (!placed) return [];
  const { events, state, skin } = app, { members, x, y, spots, reach } = placed;
  pen.beginPath();
  pen.arc(x, y, reach, 0, 2 * Math.PI);
  pen.fillStyle = skin.paper;
  pen.globalAlpha = 0.92; // what stands below would be read as part of the fan
  pen.fill();
  pen.globalAlpha = 1;
  for (const spot of spots) drawLeg(pen, skin, [x, y], spot);
  pen.beginPath();
  pen.arc(x, y, 3, 0, 2 * Math.PI);
  pen.fillStyle = skin.ink;
  pen.fill();
  return members.map((i, k) => {
    const [left, top] = spots[k], r = Math.min(radiusOf(events, i), FAN_STEP / 2 - 3);
    stampSymbol(pen, skin, events.type[i], left, top, r, events.background[i], isUnsized(events, i));
    if (i === state.chosen || k === state.fan.at) ringAround(pen, skin, left, top, r + 4);
    return { event: i, fan: true, x: left, y: top, box: [left - 12, top - 12, left + 12, top + 12] };
  });
}
function hitWords(app, hit) {
  if (hit.event !== undefined) return `${whenOf(app, hit.event)} · ${placeOf(app.events, hit.event)}`;
  if (hit.camp) return hit.camp.name || say('camps.unnamed');
  const members = hit.area || membersOf(hit.mark, app.events.cells);
  return say('marks.bubble', { count: members.length, types: typeWords(app, members) });
}

/** "3 Battles, 1 Riots" of a bubble, the most frequent first. */
function typeWords(app, members) {
  const amounts = new Map();
  for (const i of members) amounts.set(app.events.type[i], (amounts.get(app.events.type[i]) || 0) + 1);
  return [...amounts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([type, amount]) => `${apart(app.events.types[type])} ${number(amount)}`).join(', ');
}

/** Say something to a screen reader that shows on the map only. */
function speakMark(words) {
  let line = $('spoken');
  if (!line) {
    line = make('p', { id: 'spoken', className: 'sr', role: 'status' });
    document.querySelector('.stage').append(line);
  }
  line.textContent = words;
}

/** The mark the keyboard opens: the chosen leg of the fan, else what stands nearest to the middle of the map. */
function aimed(app) {
  const fan = app.hits.filter(hit => hit.fan), { x, y } = app.map.getSize();
  if (fan.length) return fan[Math.max(0, app.state.fan.at)];
  const best = app.hits.reduce(
    (best, hit) =>
      !best || Math.hypot(hit.x - PAD - x / 2, hit.y - PAD - y / 2) < Math.hypot(best.x - PAD - x / 2, best.y - PAD - y / 2) ? hit : best,
    null
  );
  // Farther from the middle than that, the ground below is what is asked for, where zones tell of it.
  return best && app.zones && Math.hypot(best.x - PAD - x / 2, best.y - PAD - y / 2) > AIM_REACH ? null : best;
}

/** Keys on the map itself: Enter opens the mark nearest to its middle, arrows walk round an open fan, Escape closes it. */
function listenToKeys(app) {
  const element = app.map.getContainer();
  const press = event => {
    const { fan } = app.state;
    if (event.target !== element) return;
    if (event.key === 'Enter') {
      const hit = aimed(app);
      if (!hit) { chooseGround(app, app.map.getCenter().lng, app.map.getCenter().lat); return; }
      openHit(app, hit);
      if (hit.fan === undefined && !app.state.fan) speakMark(hitWords(app, hit));
    } else if (event.key === 'Escape' && closeFan(app)) { /* closed */ }
    else if (fan && /^Arrow/.test(event.key)) {
      const legs = app.hits.filter(hit => hit.fan).length, step = event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 1;
      fan.at = (Math.max(fan.at, step < 0 ? 0 : -1) + step + legs) % legs;
      speakMark(hitWords(app, app.hits.filter(hit => hit.fan)[fan.at]));
      app.layers.at(-1).redraw();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the map itself would pan
  };
  element.addEventListener('keydown', press);
  for (const name of ['focus', 'blur']) element.addEventListener(name, () => app.layers.at(-1).redraw());
}

/** Where the keyboard would open: a fine ring, only while the map has the focus of the keyboard. */
function drawAim(pen, app) {
  if (!app.map.getContainer().matches(':focus-visible') || app.state.fan) return;
  const hit = aimed(app);
  if (!hit) return;
  const [left, top, right, bottom] = hit.box;
  pen.setLineDash([3, 2]);
  pen.lineWidth = 2;
  pen.strokeStyle = app.skin.focus;
  pen.strokeRect(left - 3, top - 3, right - left + 6, bottom - top + 6);
  pen.setLineDash([]);
}
