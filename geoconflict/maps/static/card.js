// The details of an event.
function cardOf(app, i) {
  const { events } = app, cell = name => app.cell(name, i);
  const kind = events.types[events.type[i]], finer = cell('sub_event_type');
  return make('article', { className: 'card' },
    make('p', { className: 'kind' }, symbolPicture(app.skin, events.type[i], events.background[i]), isolated(finer && finer !== kind ? `${kind}: ${finer}` : kind)),
    make('h2', { id: 'details-heading', tabIndex: -1 }, isolated(placeOf(events, i)),
      make('span', { className: 'when' }, whenOf(app, i))),
    events.background[i] ? make('p', { className: 'note' }, 'Named in the report as background.') : null,
    make('blockquote', { dir: 'auto' }, app.cards.summary[i]),
    make('dl', {}, ...whereRows(app, i), ...whoRows(cell), ...figureRows(cell), ...controlRows(cell), ...campRows(app, cell), ...peopleRows(cell), ...readingRows(cell)),
    ...sourceParts(listOf(cell('sources'))));
}
function whenOf(app, i) {
  const words = whenWords(app.events.start[i], app.events.end[i], app.cell('date_precision', i));
  return words + (app.cell('date_inferred', i) ? ' (inferred)' : '');
}
function whereRows(app, i) {
  const { events } = app, cell = name => app.cell(name, i);
  const parts = [...new Set([cell('admin2'), cell('admin1'), cell('country')])].filter(part => part && part !== events.place[i]);
  const place = [placeOf(events, i), ...parts].join(', ');
  const precision = events.place[i] || events.lon[i] !== null ? precisionWords(cell('where_prec'), events.radius[i]) : '';
  return row('Where', isolated(place), precision ? small(precision) : null, events.lon[i] === null && events.place[i] ? small('not drawn on the map') : null);
}
function whoRows(cell) {
  const sides = [cell('actor1'), cell('actor2')].filter(Boolean);
  const words = { perpetrator: 'Reported as carried out by', target: 'Reported as aimed at', speaker: 'Said by' };
  const actors = listOf(cell('actors')), named = role => [...new Set(actors.filter(actor => actor && actor.role === role).map(actor => actor.canonical || actor.as_written))].filter(Boolean);
  const rows = Object.entries(words).flatMap(([role, label]) => row(label, ...joined(named(role))));
  const told = new Set(actors.filter(actor => actor && actor.role in words).map(actor => actor.canonical || actor.as_written));
  const others = sides.filter(side => !told.has(side));
  return [...row(rows.length ? 'Also named' : 'Who', ...joined(others)), ...rows];
}
const UNIT_NAMES = { fatalities: 'Killed', civilian_fatalities: 'of them civilians', injured: 'Injured' };
const UNITS = { fatalities: 'killed', injured: 'injured' };

/** A total of an event in words; whether it is a floor or a rounded number stands in the figure it was taken from. */
function totalOf(cell, name) {
  const best = cell(`${name}_best`);
  const taken = listOf(cell('figures')).find(figure => figure && figure.used && figure.unit === UNITS[name] && (figure.low === best || figure.high === best));
  return totalWords(cell(`${name}_low`), best, cell(`${name}_high`), taken ? taken.hedge : null);
}
function figureRows(cell) {
  const figures = listOf(cell('figures')).filter(figure => figure && typeof figure === 'object');
  const totals = Object.entries(UNIT_NAMES).flatMap(([name, label]) => {
    const total = totalOf(cell, name);
    if (total === null) return [];
    const unit = UNITS[name];
    const speakers = [...new Set(figures.filter(figure => figure.used && figure.unit === unit && figure.speaker).map(figure => figure.speaker))];
    return row(label, make('strong', {}, total), speakers.length ? small(`according to ${speakers.join('; ')}`) : null);
  });
  if (!figures.length) return totals;
  const list = make('ul', { className: 'figures' }, ...figures.slice(0, 12).map(figure => make('li', {},
    isolated(`“${figure.text ?? ''}”`), ` ${[figure.unit, figure.group && `(${figure.group})`].filter(Boolean).join(' ')}`,
    figure.speaker ? isolated(`, said by ${figure.speaker}`) : '', figure.used ? '' : small(figure.why || 'not counted'))));
  return [...totals, ...row('Numbers told', make('details', {}, make('summary', {}, plural(figures.length, 'number')), list))];
}
function controlRows(cell) {
  const status = cell('zone_status'), controller = cell('zone_controller');
  if (!status && !controller) return [];
  const notes = [
    cell('zone_source') && (/^derived/i.test(cell('zone_source')) ? cell('zone_source') : `reported by ${cell('zone_source')}`), cell('zone_as_of') && `as of ${isoWords(cell('zone_as_of'))}`,
    controller && cell('zone_certainty') && `certainty ${cell('zone_certainty')}`,
  ].filter(Boolean).join('; ');
  const previous = cell('zone_previous_controller');
  const changed = previous ? `before ${isoWords(cell('zone_changed_on')) || 'that'}: ${previous}` : '';
  const sources = status === 'sources_disagree' ? listOf(cell('zones')).filter(zone => zone && zone.controller) : [];
  const distance = cell('front_distance_m');
  const front = distance === null ? '' : (distance < 50 ? 'front at or near the place' : `front about ${distanceWords(distance)} away`)
    + (cell('front_uncertainty_m') ? `, give or take ${distanceWords(cell('front_uncertainty_m'))}` : '');
  return row('Reported control', isolated(controller || STATUS_WORDS[status] || status), controller && STATUS_WORDS[status] ? small(STATUS_WORDS[status]) : null,
    ...sources.map(zone => small(`${zone.controller}, says ${zone.source || 'an unnamed source'}`)),
    notes ? small(notes) : null, changed ? small(changed) : null, front ? small(front) : null);
}
function campRows(app, cell) {
  const told = (cell('camps_said') || []).map(one => one && one.text).filter(Boolean);
  const unnamed = row('Camps the report tells of', ...told.map(words => small(`\u201c${words}\u201d`)), told.length ? small('not named, so on no map') : null);
  const name = cell('camp_name'), distance = cell('camp_distance_words') || (cell('camp_distance_m') === null ? '' : `${distanceWords(cell('camp_distance_m'))} away`);
  if (!name && !distance) return unnamed;
  const bearing = cell('camp_bearing_deg') === null || cell('camp_distance_words') ? '' : `, to the ${COMPASS[Math.round(cell('camp_bearing_deg') / 45) % 8]}`;
  const about = cell('camp_radius_m') > 2000 ? `; its position is known to ${distanceWords(cell('camp_radius_m'))}` : '';
  const people = cell('camp_population') === null ? '' : `${number(cell('camp_population'))} people` + (cell('camp_population_as_of') ? ` (${isoWords(cell('camp_population_as_of'))})` : '');
  const within = cell('camps_within_10km'), nearest = (cell('camps') || [])[0];
  const opening = nearest && nearest.open === 'unknown' ? '; opening day not known' : '';
  return [...row('Nearest listed camp', name ? isolated(name) : null, distance ? small(distance + bearing + about + opening) : null, people ? small(people) : null,
    within ? small(`${plural(within, 'listed camp')} within 10 km`) : null), ...unnamed];
}
const COMPASS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];
function peopleRows(cell) {
  const parts = [1, 5, 10].map(km => [km, cell(`population_within_${km}km`)]).filter(([, people]) => people !== null)
    .map(([km, people]) => `${number(Number(people.toPrecision(2)))} within ${km} km`);
  return row('People living near', parts.join(', '));
}
function readingRows(cell) {
  const parts = [];
  if (cell('confidence') !== null) parts.push(`read with confidence ${Number(cell('confidence')).toFixed(2)} of 1`);
  if (cell('date_rule')) parts.push(`date from: ${String(cell('date_rule')).replaceAll('_', ' ')}`);
  return row('Reading', parts.length ? small(parts.join('; ')) : null);
}
function sourceParts(sources) {
  const kept = sources.filter(source => source && typeof source === 'object');
  if (!kept.length) return [make('h3', {}, 'Source'), make('p', { className: 'note' }, 'No source is given for this event.')];
  return [make('h3', {}, kept.length === 1 ? 'Source' : `Sources (${kept.length})`), make('ul', { className: 'sources' }, ...kept.map(source => {
    const address = safeAddress(source.url), words = sourceWords(source);
    const line = address ? make('a', { href: address.href, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, words) : isolated(words);
    return make('li', {}, line, source.note ? small(String(source.note)) : null);
  }))];
}
