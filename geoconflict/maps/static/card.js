// The details of an event: what is said, by whom, how well it is known, and how each of it was read.
function cardOf(app, i) {
  const { events } = app, cell = name => app.cell(name, i), told = make('div', { className: 'told', role: 'status' });
  const kind = events.types[events.type[i]], finer = cell('sub_event_type');
  return make(
    'article',
    { className: 'card' },
    make(
      'p',
      { className: 'kind' },
      symbolPicture(app.skin, events.type[i], events.background[i]),
      isolated(finer && finer !== kind ? say('card.kind', { kind, finer }) : kind)
    ),
    make('h2', { id: 'details-heading', tabIndex: -1 }, isolated(placeOf(events, i)), make('span', { className: 'when' }, whenOf(app, i))),
    events.background[i] ? make('p', { className: 'note' }, say('card.background')) : null,
    make('blockquote', { dir: 'auto' }, ...marked(cell('summary') || '', app.terms || [])),
    make(
      'dl',
      {},
      ...dateRows(app, i),
      ...whereRows(app, i),
      ...whoRows(cell),
      ...figureRows(cell),
      ...controlRows(cell, events.start[i] === null),
      ...campRows(cell),
      ...peopleRows(cell),
      ...readingRows(app, i)
    ),
    ...sourceParts(app, i),
    make(
      'div',
      { className: 'card-tools' },
      make(
        'button',
        { type: 'button', className: 'cite', onclick: () => copyText(citationOf(app, i), told, say('share.copied.citation')) },
        say('card.cite')
      ),
      make(
        'button',
        { type: 'button', className: 'link', onclick: () => copyText(linkTo(app, { event: i }), told, say('share.copied.link')) },
        say('card.link')
      )
    ),
    told
  );
}
function whenOf(app, i) {
  const words = whenWords(app.events.start[i], app.events.end[i], app.cell('date_precision', i));
  return app.cell('date_inferred', i) ? say('date.inferred', { day: words }) : words;
}
/** A word of the data in the page's words; one the page does not know stands as it is, without underscores. */
function wordOf(group, word) {
  const key = `${group}.${word}`, found = say(key);
  return found === key ? String(word).replaceAll('_', ' ') : found;
}
function dateRows(app, i) {
  const precision = app.cell('date_precision', i), rule = app.cell('date_rule', i);
  if (app.events.start[i] === null) return row(say('card.when'), small(say('card.when.unknown')), rule ? small(ruleWords(rule)) : null);
  return row(
    say('card.when'),
    precision ? wordOf('when', precision) : null,
    rule ? small(ruleWords(rule)) : null,
    app.cell('date_inferred', i) ? small(say('card.when.inferred')) : null
  );
}
/** By which rule the day was read; what follows a colon in a rule is a value or a doubt. */
function ruleWords(rule) {
  const [name, ...more] = String(rule).split(':');
  const doubt = more.filter(part => /[a-z]/.test(part)).map(part => wordOf('rule', part)); // the rest are numbers of the rule
  return say('card.rule', { rule: [wordOf('rule', name), ...doubt].join('; ') });
}
function wherePartsOf(app, i) {
  const { events } = app;
  const parts = [...new Set(['admin2', 'admin1', 'country'].map(name => app.cell(name, i)))].filter(part => part && part !== events.place[i]);
  const precision = events.place[i] || events.lon[i] !== null ? precisionWords(app.cell('where_prec', i), events.radius[i]) : '';
  return { place: listWords([placeOf(events, i), ...parts]), precision };
}
function whereRows(app, i) {
  const { events } = app, cell = name => app.cell(name, i), { place, precision } = wherePartsOf(app, i);
  const beaten = listOf(cell('place_candidates')).filter(one => one && typeof one === 'object');
  const candidates = make(
    'ul',
    {},
    ...beaten.map(one =>
      make(
        'li',
        {},
        isolated(listWords([one.name, one.admin1, one.country].filter(Boolean))),
        small(
          [
            one.kind && wordOf('place.kind', one.kind),
            Number.isFinite(one.score) && say('card.score', { score: number(one.score) }),
            one.reason,
          ]
            .filter(Boolean)
            .join('; ')
        )
      )
    )
  );
  return [
    ...row(
      say('card.where'),
      isolated(place),
      precision ? small(precision) : null,
      events.lon[i] === null && events.place[i] ? small(say('card.notDrawn')) : null,
      cell('place_reason') ? small(say('card.placeReason', { reason: cell('place_reason') })) : null,
      beaten.length ? onDemand(say('card.candidates', { count: beaten.length }), candidates) : null
    ),
    ...adminRows(cell),
  ];
}
function adminRows(cell) {
  const areas = [1, 2, 3].map(level => ['pcode', 'name', 'name_local'].map(part => cell(`admin${level}_${part}`))).filter(([code, name]) => code || name);
  if (!areas.length) return [];
  return row(
    say('card.admin'),
    ...areas.map(([code, name, local]) =>
      make(
        'span',
        { className: 'line' },
        isolated(name || code),
        local && local !== name ? make('span', {}, ' ', isolated(local)) : null,
        name && code ? make('span', { className: 'code' }, ` ${code}`) : null
      )
    ),
    cell('admin_status') && cell('admin_status') !== 'inside' ? small(wordOf('admin', cell('admin_status'))) : null,
    cell('admin_agrees') === false ? small(say('card.admin.differs')) : null
  );
}
function whoRows(cell) {
  const actors = listOf(cell('actors')).filter(actor => actor && typeof actor === 'object'), nameOf = actor => actor.canonical || actor.as_written;
  const named = role => [...new Map(actors.filter(actor => actor.role === role && nameOf(actor)).map(actor => [nameOf(actor), actor])).values()];
  const rows = ['perpetrator', 'target', 'speaker'].flatMap(role =>
    row(say(`card.who.${role}`), ...named(role).flatMap((actor, k) => [k ? say('list.comma') : null, ...actorWords(actor)]))
  );
  const told = new Set(['perpetrator', 'target', 'speaker'].flatMap(role => named(role).map(nameOf)));
  const others = [...new Set([cell('actor1'), cell('actor2'), ...named('other').map(nameOf)])].filter(name => name && !told.has(name));
  return [...rows, ...row(say(rows.length ? 'card.who.also' : 'card.who'), ...joined(others))];
}
/** An actor by its usual name, and as the report writes it where that is another word. */
function actorWords(actor) {
  const written = actor.as_written && actor.canonical && fold(actor.as_written) !== fold(actor.canonical) ? actor.as_written : '';
  return [
    isolated(actor.canonical || actor.as_written),
    written ? make('span', { className: 'written' }, ' (', isolated(say('card.written', { words: written })), ')') : null,
  ];
}

// ---- numbers -----------------------------------------------------------------------------------------------------
const UNITS = { fatalities: 'killed', civilian_fatalities: 'killed', injured: 'injured' };
/** A total of an event in words; whether it is a floor or a rounded number stands in the figure it was taken from. */
function totalOf(cell, name) {
  const best = cell(`${name}_best`);
  const taken =
    name === 'civilian_fatalities'
      ? null
      : listOf(cell('figures')).find(
          figure => figure && figure.used && figure.unit === UNITS[name] && (figure.low === best || figure.high === best)
        );
  return totalWords(cell(`${name}_low`), best, cell(`${name}_high`), taken ? taken.hedge : null);
}
function figureRows(cell) {
  const figures = listOf(cell('figures')).filter(figure => figure && typeof figure === 'object');
  const totals = Object.keys(UNITS).flatMap(name => {
    const total = totalOf(cell, name);
    if (total === null) return [];
    const speakers =
      name === 'civilian_fatalities'
        ? []
        : [
            ...new Set(
              figures.filter(figure => figure.used && figure.unit === UNITS[name] && figure.speaker).map(figure => figure.speaker)
            ),
          ];
    return row(say(`card.total.${name}`), make('strong', {}, total), speakers.length ? small(say('card.according', { speakers: speakers.join('; ') })) : null);
  });
  if (!figures.length) return totals;
  return [
    ...totals,
    ...row(
      say('card.figures'),
      onDemand(say('card.figures.count', { count: figures.length }), make('ul', { className: 'figures' }, ...figures.map(figureItem)))
    ),
  ];
}
function figureItem(figure) {
  const group = figure.group && figure.group !== figure.unit ? ` (${figure.group})` : '';
  const sort = [
    figure.hedge && wordOf('hedge', figure.hedge),
    figure.status && figure.status !== 'total' && wordOf('figure', figure.status),
  ]
    .filter(Boolean)
    .join('; ');
  const use = figure.used ? say('card.figure.used') : say('card.figure.unused');
  return make(
    'li',
    {},
    // Under "publish" the words may be left out; what they say stays.
    figure.text ? isolated(say('card.quoted', { words: figure.text })) : Number.isFinite(figure.low) ? number(figure.low) : null,
    make('span', {}, ' ', isolated(wordOf('unit', figure.unit ?? '') + group)),
    figure.speaker ? small(say('card.figure.speaker', { speaker: figure.speaker })) : null,
    sort ? small(sort) : null,
    small(figure.why ? say('card.figure.why', { use, why: wordOf('why', figure.why) }) : use)
  );
}

// ---- control, camps, people --------------------------------------------------------------------------------------
const zoneSource = source => /^derived/i.test(source) ? source : say('card.zone.reportedBy', { source });
function frontWords(metres, give) {
  if (metres === null || metres === undefined) return '';
  const words = metres < 50 ? say('card.front.here') : say('card.front.away', { distance: distanceWords(metres) });
  return give ? say('card.front.give', { words, give: distanceWords(give) }) : words;
}
/** Who held the place before, and between which days it changed hands. */
function changeWords(previous, after, on) {
  if (!previous) return '';
  const [from, to] = [isoWords(after), isoWords(on)];
  if (from && to) return say('card.zone.changedBetween', { previous, from, to });
  return to ? say('card.zone.changedBy', { previous, to }) : say('card.zone.before', { previous });
}
function controlRows(cell, undated = false) {
  const status = cell('zone_status'), controller = cell('zone_controller');
  if (undated && status === 'no_zone') return row(say('card.control'), say('status.no_day')); // nobody was asked
  if (!status && !controller) return [];
  const notes = [
    cell('zone_source') && zoneSource(cell('zone_source')), cell('zone_as_of') && say('card.zone.asOf', { day: isoWords(cell('zone_as_of')) }),
    controller && cell('zone_certainty') && say('card.zone.certainty', { grade: wordOf('grade', cell('zone_certainty')) }),
  ].filter(Boolean).join('; ');
  const answers = listOf(cell('zones')).filter(zone => zone && typeof zone === 'object');
  const several = answers.length > 1 || status === 'sources_disagree';
  const others = several
    ? make(
        'ul',
        {},
        ...answers.map(zone =>
          make(
            'li',
            {},
            isolated(zone.controller || statusWords(zone.status) || zone.status || say('card.zone.silent')),
            small(
              [
                say('card.zone.says', { source: zone.source || say('card.zone.unnamed') }),
                zone.as_of && say('card.zone.asOf', { day: isoWords(zone.as_of) }),
                zone.controller && zone.certainty && say('card.zone.certainty', { grade: wordOf('grade', zone.certainty) }),
                zone.controller && zone.status && zone.status !== 'inside' && statusWords(zone.status),
                frontWords(zone.front_distance_m, zone.front_uncertainty_m),
                changeWords(zone.previous_controller, zone.changed_after, zone.changed_on),
              ]
                .filter(Boolean)
                .join('; ')
            )
          )
        )
      )
    : null;
  const changed = changeWords(cell('zone_previous_controller'), cell('zone_changed_after'), cell('zone_changed_on')),
    front = frontWords(cell('front_distance_m'), cell('front_uncertainty_m'));
  const word = statusWords(status);
  return row(
    say('card.control'),
    isolated(controller || word || status),
    controller && word ? small(word) : null,
    notes ? small(notes) : null,
    changed ? small(changed) : null,
    front ? small(front) : null,
    others && status === 'sources_disagree'
      ? make('div', { className: 'answers' }, others)
      : others
        ? onDemand(say('card.zone.answers', { count: answers.length }), others)
        : null,
    otherSides(answers)
  );
}
function otherSides(answers) {
  const sides = answers.flatMap(zone =>
    listOf(zone.other_sides)
      .filter(side => side?.controller)
      .map(side => ({ ...side, source: answers.length > 1 ? zone.source : '' }))
  );
  if (!sides.length) return null;
  return onDemand(
    say('card.sides', { count: sides.length }),
    make(
      'ul',
      {},
      ...sides.map(side =>
        make(
          'li',
          {},
          isolated(side.controller),
          small(
            [
              side.distance_words ||
                (side.distance_m !== null &&
                  side.distance_m !== undefined &&
                  say('distance.away', { distance: distanceWords(side.distance_m) })),
              bearingWords(side.bearing_deg),
              side.source && zoneSource(side.source),
            ]
              .filter(Boolean)
              .join('; ')
          )
        )
      )
    )
  );
}
const COMPASS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'];
const bearingWords = degrees =>
  degrees === null || degrees === undefined
    ? ''
    : say('card.towards', { direction: say(`compass.${COMPASS[((Math.round(degrees / 45) % 8) + 8) % 8]}`) });
const peopleWords = (people, day) =>
  people === null || people === undefined
    ? ''
    : day
      ? say('card.camp.peopleOn', { count: people, day: isoWords(day) })
      : say('card.camp.people', { count: people });
const openWords = open => open === 'unknown' ? say('card.camp.opening') : open === 'perhaps' ? say('card.camp.perhaps') : '';
function campRows(cell) {
  const told = listOf(cell('camps_said')).map(one => one && one.text).filter(Boolean);
  const unnamed = row(
    say('card.camps.said'),
    ...told.map(words => small(say('card.quoted', { words }))),
    told.length ? small(say('card.camps.unnamed')) : null
  );
  const name = cell('camp_name'),
    away = metres => (metres === null || metres === undefined ? '' : say('distance.away', { distance: distanceWords(metres) })),
    distance = cell('camp_distance_words') || away(cell('camp_distance_m'));
  if (!name && !distance) return unnamed;
  const listed = listOf(cell('camps')).filter(camp => camp && typeof camp === 'object'), within = cell('camps_within_10km');
  const about = cell('camp_radius_m') > 2000 ? say('card.camp.about', { distance: distanceWords(cell('camp_radius_m')) }) : '';
  const notes = [distance, cell('camp_distance_words') ? '' : bearingWords(cell('camp_bearing_deg')), about, openWords(listed[0]?.open)]
    .filter(Boolean)
    .join('; ');
  const people = peopleWords(cell('camp_population'), cell('camp_population_as_of'));
  const others = listed
    .slice(1)
    .map(camp =>
      make(
        'li',
        {},
        isolated(camp.name || say('card.camp.unnamed')),
        small(
          [
            camp.distance_words || away(camp.distance_m),
            camp.distance_words ? '' : bearingWords(camp.bearing_deg),
            peopleWords(camp.population, camp.population_as_of),
            openWords(camp.open),
          ]
            .filter(Boolean)
            .join('; ')
        )
      )
    );
  return [
    ...row(
      say('card.camp'),
      name ? isolated(name) : null,
      notes ? small(notes) : null,
      people ? small(people) : null,
      within ? small(say('card.camps.within', { count: within })) : null,
      others.length ? onDemand(say('card.camps.others', { count: others.length }), make('ul', {}, ...others)) : null
    ),
    ...unnamed,
  ];
}
function peopleRows(cell) {
  const parts = [1, 5, 10].map(km => [km, cell(`population_within_${km}km`)]).filter(([, people]) => people !== null)
    .map(([km, people]) => say('card.people.within', { people: number(Number(people.toPrecision(2))), km }));
  return row(say('card.people'), listWords(parts));
}

// ---- how sure, and who says so -----------------------------------------------------------------------------------
/** Lower ends of the steps in which confidence is said. It is set by rule from what reports tell, and is no chance. */
const CONFIDENCE = [['full', 0.9], ['well', 0.75], ['part', 0.55], ['thin', -Infinity]];
const confidenceStep = confidence => CONFIDENCE.find(([, least]) => confidence >= least)[0];
function readingRows(app, i) {
  const cell = name => app.cell(name, i), confidence = cell('confidence'), reports = cell('reports') || 0, merged = listOf(cell('merged_ids')).length;
  const copies = listOf(cell('sources')).filter(source => source?.copy_of).length;
  const counted = [
    reports > 1 && say('card.reports', { count: reports }),
    copies && say('card.reports.copies', { count: copies }),
    merged && say('card.reports.merged', { count: merged }),
  ]
    .filter(Boolean)
    .join('; ');
  const step = confidence === null ? '' : confidenceStep(confidence);
  const same = String(cell('may_be_same_as') || '').split('; ').map(id => app.events.id.indexOf(id)).filter(other => other >= 0);
  const alike = same.map(other =>
    make(
      'li',
      {},
      make('a', { href: fragmentOf([['e', app.events.id[other]]]) }, isolated(placeOf(app.events, other)), ', ', whenOf(app, other))
    )
  );
  return [
    ...row(say('card.same'), alike.length ? make('ul', {}, ...alike) : null),
    ...row(say('card.reports.label'), counted ? small(counted) : null),
    ...(step
      ? row(
          say('card.confidence'),
          say(`confidence.${step}`),
          small(say(`confidence.${step}.means`)),
          small(say('card.confidence.number', { number: Number(confidence).toFixed(2) }))
        )
      : []),
  ];
}
/** The sentences of an event by the report they stand in, each once. */
function sentencesOf(app, i) {
  const out = new Map();
  for (const one of listOf(app.cell('evidence', i))) {
    if (!one?.text) continue;
    const article = one.article ?? '', texts = out.get(article) || [];
    if (!texts.includes(one.text)) texts.push(one.text);
    out.set(article, texts);
  }
  return out;
}
/** The reports an event rests on, each with its sentences; copies are marked, for they are no further witness. */
function sourceParts(app, i) {
  const sources = listOf(app.cell('sources', i)).filter(source => source && typeof source === 'object'),
    sentences = sentencesOf(app, i),
    summary = app.cell('summary', i) || '';
  const spans = listOf(app.cell('evidence', i)),
    unquoted = article => (sentences.size ? spans.filter(one => one && (one.article ?? '') === article && !one.text).length : 0);
  const listed = new Set(sources.map(source => source.article));
  const kept = [...sources, ...[...sentences.keys()].filter(article => !listed.has(article)).map(article => ({ article }))];
  if (!kept.length) return [make('h3', {}, say('card.sources', { count: 1 })), make('p', { className: 'note' }, say('card.sources.none'))];
  const shown = new Set();
  return [make('h3', {}, say('card.sources', { count: kept.length })), make('ul', { className: 'sources' }, ...kept.map(source => {
    const address = safeAddress(source.url), words = sourceWords(source), texts = shown.has(source.article) ? [] : sentences.get(source.article) || [];
    shown.add(source.article);
    const line = address ? make('a', { href: address.href, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, words) : isolated(words);
    return make(
      'li',
      { className: source.copy_of ? 'copy' : '' },
      line,
      source.copy_of ? small(say('card.copyOf', { article: titleOf(sources, source.copy_of) })) : null,
      source.note ? small(String(source.note)) : null,
      ...texts.map(text =>
        text === summary
          ? small(say('card.quotedAbove'))
          : make('blockquote', { className: 'sentence', dir: 'auto' }, ...marked(text, app.terms || []))
      ),
      texts.length && unquoted(source.article) ? small(say('card.unquoted', { count: unquoted(source.article) })) : null
    );
  }))];
}
const titleOf = (sources, article) => sources.find(source => source.article === article)?.title || article;
