// Camps of displaced people: open on the day shown, with the people counted last.

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
const CAMP_ZOOM = 8, CAMP_NAME_ZOOM = 10;

/** Tents; where an event, its name or another tent stands, a dot keeps the camp on the map. */
function drawCamps(pen, view, camps, skin, chosen, boxes) {
  const hits = [], taken = [...boxes];
  if (view.zoom < CAMP_ZOOM) return hits;
  for (const camp of camps) {
    const [x, y] = onScreen(view, camp.x, camp.y), whole = [x - 9, y - 8, x + 9, y + 8];
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const dot = camp !== chosen && taken.some(other => overlap(whole, other)), box = dot ? [x - 4, y - 4, x + 4, y + 4] : whole;
    if (dot) drawCampDot(pen, skin, x, y); else drawTent(pen, skin, x, y, camp === chosen ? 9 : 7);
    taken.push(box);
    hits.push({ camp, x, y, box, name: camp.name, dot });
  }
  return hits;
}
function labelCamps(placer, hits, chosen) {
  const { skin, view } = placer;
  for (const hit of hits) {
    if ((view.zoom < CAMP_NAME_ZOOM || hit.dot) && hit.camp !== chosen) continue;
    placer.place([shorten(hit.name || '')], hit.x, hit.y, { font: `12px ${skin.font}`, colour: skin.label, spots: besideBox(hit.x, hit.y, hit.box) });
  }
}
function campCard(app, camp) {
  const day = shownDay(app), count = populationOn(camp, day);
  const people = count ? `${number(count.population)} people` : 'number of people not known';
  return make('article', { className: 'card' }, make('p', { className: 'kind' }, picture(18, 18, pen => drawTent(pen, app.skin, 9, 9, 7)), isolated(camp.kind || 'camp')),
    make('h2', { id: 'details-heading', tabIndex: -1 }, isolated(camp.name || 'Camp without a name')),
    make('dl', {}, ...row('Where', isolated([camp.admin1, camp.country].filter(Boolean).join(', '))),
      ...row('People', people, count && count.as_of ? small(`as of ${isoWords(count.as_of)}`) : null, count && count.source ? small(`source: ${count.source}`) : null),
      ...row('Opened', camp.opened && isoWords(camp.opened)), ...row('Closed', camp.closed && isoWords(camp.closed)), ...row('Position from', camp.source && isolated(camp.source))));
}
