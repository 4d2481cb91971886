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
const shownCamps = app => app.state.hidden.has('camps') ? [] : campsOn(app.camps, shownDay(app));
function isUpTo(written, iso) {
  const end = written.split('/').pop();
  return end.length === iso.length ? end <= iso : end < iso.slice(0, end.length);
}
const countsOf = camp => (camp.populations || []).filter(count => count && count.population != null);

/** The last population count of a camp up to a day, or null: one of a month or year counts from its end. */
function populationOn(camp, day) {
  const iso = day === null ? '9999' : isoDay(day);
  const counts = countsOf(camp).filter(count => !count.as_of || isUpTo(count.as_of, iso));
  return counts.length ? counts.reduce((a, b) => (b.as_of || '') >= (a.as_of || '') ? b : a) : null;
}
const CAMP_ZOOM = 8, CAMP_NAME_ZOOM = 10;

/** Tents; where an event, its name or another tent stands, a small one keeps the camp on the map. */
function drawCamps(pen, view, camps, skin, chosen, boxes) {
  const hits = [], taken = [...boxes];
  if (view.zoom < CAMP_ZOOM) return hits;
  for (const camp of camps) {
    const [x, y] = onScreen(view, camp.x, camp.y), whole = [x - 9, y - 8, x + 9, y + 8];
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const dot = camp !== chosen && taken.some(other => overlap(whole, other)), box = dot ? [x - 4, y - 4, x + 4, y + 4] : whole;
    drawTent(pen, skin, x, y, dot ? 4 : camp === chosen ? 9 : 7);
    taken.push(box);
    hits.push({ camp, x, y, box, name: camp.name, dot });
  }
  return hits;
}

/** Name, people and the day they were counted, at closer zooms; without room for both lines the name alone. */
function labelCamps(placer, hits, chosen, day) {
  const { skin, view } = placer;
  for (const hit of hits) {
    if ((view.zoom < CAMP_NAME_ZOOM || hit.dot) && hit.camp !== chosen) continue;
    const name = shorten(hit.name || ''),
      count = populationOn(hit.camp, day),
      look = { font: `12px ${skin.font}`, colour: skin.label, spots: besideBox(hit.x, hit.y, hit.box) };
    const people = count ? say(count.as_of ? 'camp.label' : 'camp.label_undated', { count: count.population, as_of: isoWords(count.as_of) }) : null;
    if (!people || !placer.place([name, people], hit.x, hit.y, look)) placer.place([name], hit.x, hit.y, look);
  }
}
/** @type {[RegExp, string][]} */
const CAMP_KINDS = [
  [/^(idp|displace)/i, 'camp.kind_displaced'],
  [/^refugee/i, 'camp.kind_refugee'],
  [/^transit/i, 'camp.kind_transit'],
  [/^informal/i, 'camp.kind_informal'],
];

/** A camp's kind in words; one of another list as it is written there. */
function campKind(kind) {
  const known = CAMP_KINDS.find(([pattern]) => pattern.test(kind || ''));
  return known ? say(known[1]) : kind || say('camp.kind_unsaid');
}
function countItem(count) {
  return make(
    'li',
    {},
    say('camp.people', { count: count.population }),
    ', ',
    count.as_of ? isoWords(count.as_of) : say('camp.count_undated'),
    count.source ? make('span', { className: 'aside' }, isolated(count.source)) : null
  );
}
function campCard(app, camp) {
  const day = shownDay(app), count = populationOn(camp, day), all = countsOf(camp).sort((a, b) => (b.as_of || '').localeCompare(a.as_of || ''));
  const people = count ? say('camp.people', { count: count.population }) : say(all.length ? 'camp.people_not_yet' : 'camp.people_unknown');
  const opened = camp.opened ? isoWords(camp.opened) : say('camp.opened_unknown');
  return make(
    'article',
    { className: 'card camp' },
    make(
      'p',
      { className: 'kind' },
      picture(18, 18, pen => drawTent(pen, app.skin, 9, 9, 7)),
      isolated(campKind(camp.kind))
    ),
    make(
      'h2',
      { id: 'details-heading', tabIndex: -1 },
      isolated(camp.name || say('camp.unnamed')),
      day === null ? null : make('span', { className: 'when' }, say('camp.day', { day: dayWords(day) }))
    ),
    make(
      'dl',
      {},
      ...row(say('camp.where'), isolated([camp.admin1, camp.country].filter(Boolean).join(', '))),
      ...row(
        say('camp.people_label'),
        make('strong', {}, people),
        count ? small(count.as_of ? say('camp.as_of', { as_of: isoWords(count.as_of) }) : say('camp.count_undated')) : null,
        count && count.source ? small(say('camp.source', { source: count.source })) : null
      ),
      ...row(say('camp.opened'), opened, camp.opened || day === null ? null : small(say('camp.opened_note', { day: dayWords(day) }))),
      ...row(say('camp.closed'), camp.closed && isoWords(camp.closed)),
      ...(all.length > 1 ? row(say('camp.all_counts'), make('ul', { className: 'figures' }, ...all.map(countItem))) : []),
      ...row(say('camp.position'), camp.source && isolated(camp.source)),
      ...row(say('camp.note'), camp.note && isolated(camp.note))
    )
  );
}
