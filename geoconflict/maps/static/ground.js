// What is reported of a spot of ground: who holds it, by which source, since when and how surely.

/**
 * What each source says of a spot on a day: `holders` (none: it says nothing of this ground; more than one: it gives it to
 * several), `dated` (whether it has a map for the day), `asOf`, `certainty`, since when and who held it before; `notYet`,
 * of a thinned series, is the day of the map before, after which it changed.
 */
function zoneAt(app, lon, lat, day) {
  const { zones } = app, [x, y] = project(lon, lat).map((at, k) => at - app.base.origin[k]), pen = document.createElement('canvas').getContext('2d');
  return zones.origins.map((source, k) => {
    const own = zones.items.filter(zone => zone.origin === k), map = zonesOn({ items: own }, day);
    const here = own.filter(zone => contains(pen, zone, x, y)), now = zonesOn({ items: here }, day);
    const holders = [...new Set(now.map(zone => zone.who))];
    let since = now[0]?.from ?? null;
    const same = here.filter(zone => zone.who === holders[0]).sort((a, b) => b.from - a.from);
    for (const zone of same) if (since !== null && zone.from !== null && zone.from < since && (zone.to ?? Infinity) >= since) since = zone.from;
    const before = holders.length === 1 ? here.find(zone => zone.who !== holders[0] && zone.to !== null && zone.to === since) : null;
    const first = Math.min(...own.map(zone => zone.from ?? -Infinity));
    const notYet = Math.max(...own.map(zone => zone.from ?? -Infinity).filter(from => since !== null && from < since));
    const leftOut = source.maps_given && Number.isFinite(notYet) && !same.some(zone => zone.from === notYet); // the change lies between
    return {
      source,
      holders,
      dated: map.length > 0,
      asOf: map.length ? Math.max(...map.map(zone => asOfDay(zone, day))) : null,
      certainty: now[0]?.certainty ?? null,
      since,
      fromStart: since === first,
      notYet: leftOut ? notYet : null,
      before: before?.who ?? null,
    };
  });
}
function groundRow(app, said) {
  const { controllers } = app.zones,
    name = who => isolated(controllers[who]),
    label = said.source.derived ? say('ground.derived') : said.source.name || say('ground.unnamed');
  if (!said.dated) return row(isolated(label), say('ground.no_map'));
  if (!said.holders.length) return row(isolated(label), say('ground.silent'), small(say('ground.as_of', { day: dayWords(said.asOf) })));
  const facts = [
    Number.isFinite(said.asOf) ? say('ground.as_of', { day: dayWords(said.asOf) }) : say('control.undated'),
    said.certainty ? say(`ground.certainty_${said.certainty}`) : say('ground.certainty_unsaid'),
  ];
  const since =
    said.since === null || said.holders.length > 1
      ? null
      : said.notYet !== null
        ? say('ground.since_kept', { day: dayWords(said.since), before: dayWords(said.notYet) })
        : say(said.fromStart ? 'ground.since_first' : 'ground.since', { day: dayWords(said.since) });
  return row(
    isolated(label),
    make('strong', {}, ...joined(said.holders.map(who => controllers[who]))),
    said.holders.length > 1 ? small(say('ground.several')) : null,
    small(facts.join('; ')),
    since ? small(since) : null,
    said.before === null ? null : make('span', { className: 'aside' }, `${say('ground.before')} `, name(said.before))
  );
}

/** "36.31° N, 36.69° E": where the reader asked, no finer than a map of this scale can answer. */
const spotWords = (lon, lat) =>
  say('ground.spot', {
    lat: Math.abs(lat).toFixed(2),
    north: say(lat < 0 ? 'ground.south' : 'ground.north'),
    lon: Math.abs(lon).toFixed(2),
    east: say(lon < 0 ? 'ground.west' : 'ground.east'),
  });
function townNear(app, lon, lat) {
  const [x, y] = project(lon, lat), metres = metresPerPixel(y, 1);
  const towns = app.base.labels
    .filter(label => label.kind !== 'country')
    .map(label => ({ name: label.text, away: Math.hypot(label.x - x, label.y - y) * metres }))
    .sort((a, b) => a.away - b.away);
  return towns[0]?.away < 60000 ? towns[0] : null;
}
function groundCard(app, { lon, lat }) {
  const day = shownDay(app), said = zoneAt(app, lon, lat, day), town = townNear(app, lon, lat);
  const sides = new Set(said.filter(one => one.holders.length).map(one => one.holders.join()));
  return make(
    'article',
    { className: 'card ground' },
    make(
      'h2',
      { id: 'details-heading', tabIndex: -1 },
      say('ground.heading'),
      make('span', { className: 'when' }, say('ground.day', { day: dayWords(day) }))
    ),
    make(
      'dl',
      {},
      ...row(
        say('ground.where'),
        isolated(spotWords(lon, lat)),
        town
          ? make(
              'span',
              { className: 'aside' },
              `${say('ground.near', { distance: distanceWords(Math.max(1000, town.away)) })} `,
              isolated(town.name)
            )
          : null
      ),
      ...said.flatMap(one => groundRow(app, one))
    ),
    sides.size > 1 ? make('p', { className: 'note' }, say('ground.differ')) : null
  );
}

/** Open what is reported of the ground at a spot. */
function chooseGround(app, lon, lat) {
  if (!app.zones || app.state.hidden.has('zones')) return;
  Object.assign(app.state, { chosen: -1, camp: null, ground: { lon, lat } });
  openDetails(app, detailsBar(app, [], -1), groundCard(app, app.state.ground));
  app.keepInView?.(lon, lat);
  app.refresh();
}

/** A card about the day shown follows the day; once another card has taken its place, its spot goes too. */
function followDay(app) {
  const { state } = app, old = $('details').hidden ? null : $('details').querySelector('.ground, .camp'), day = shownDay(app);
  if (!old?.classList.contains('ground')) state.ground = null;
  if (!old || state.cardDay === day) { state.cardDay = old ? day : null; return; }
  state.cardDay = day;
  const focused = old.contains(document.activeElement);
  old.replaceWith(state.ground ? groundCard(app, state.ground) : campCard(app, state.camp));
  if (focused) $('details-heading').focus({ preventScroll: true });
}
