// The key: what symbols, circles and hatches mean, with a switch each.
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
