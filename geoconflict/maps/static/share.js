// What leaves the page: the events shown as files, a link, a citation, the code that sets the page into another.
// All of it is made from the page's own data, so it is masked as the page is.

const hosted = () => /^https?:$/.test(location.protocol);
/** The address of the page without its state; a page inside a notebook has none. */
const pageAddress = () => /^(https?|file):$/.test(location.protocol) ? location.href.split('#')[0] : '';
/** A link to the view, or to one event on the view it is best seen on. */
function linkTo(app, { event = -1 } = {}) {
  return pageAddress() + (event >= 0 ? fragmentOf([['e', app.events.id[event]]]) : addressOf(app));
}

// ---- citation ----------------------------------------------------------------------------------------------------
/** One event as plain text, to be pasted into a report: what, where and when with how well known, and who says so. */
function citationOf(app, i) {
  const { events, page } = app,
    cell = name => app.cell(name, i),
    { place, precision } = wherePartsOf(app, i),
    killed = totalOf(cell, 'fatalities'),
    injured = totalOf(cell, 'injured');
  const finer = cell('sub_event_type') || events.types[events.type[i]], day = whenOf(app, i), grain = cell('date_precision');
  const sources = listOf(cell('sources')).filter(source => source && typeof source === 'object');
  const lines = [
    say('cite.event', { kind: finer, place, day }),
    events.background[i] ? say('card.background') : '',
    cell('summary') ? say('card.quoted', { words: cell('summary') }) : '',
    precision ? say('cite.place', { place, precision }) : '',
    say('cite.date', { day: grain ? say('cite.day', { day, precision: wordOf('when', grain) }) : day }),
    killed === null ? '' : say('cite.killed', { number: killed }),
    injured === null ? '' : say('cite.injured', { number: injured }),
    sources.length ? say('card.sources', { count: sources.length }) : say('card.sources.none'),
    ...sources.map(source => {
      const address = safeAddress(source.url);
      const copy = source.copy_of && say('card.copyOf', { article: titleOf(sources, source.copy_of) });
      return `- ${[sourceWords(source), address?.href, copy].filter(Boolean).join(', ')}`;
    }),
    say('cite.map', { generator: page.generator || 'geoconflict', policy: page.policy || '', title: page.title }),
    hosted() ? linkTo(app, { event: i }) : '',
  ];
  return lines.filter(Boolean).join('\n');
}

// ---- files -------------------------------------------------------------------------------------------------------
/** Columns of the page that are kept for drawing and have another name in an event table. */
const RENAMED = { precision: 'where_prec', said: 'place_said', relation: 'place_relation' };
/**
 * The columns of a download, by name: values as they are, in the words of the event table.
 * @returns {any[]} `[name, read]`, `read(i)` the value of an event
 */
function columnsOf(app) {
  const { events, cards, page } = app, day = value => value === null ? null : isoDay(value);
  const given = (name, drawn) => cards[name] ? i => app.cell(name, i) || null : drawn; // in the cards where it is drawn otherwise
  /** @type {Record<string, (i: number) => any>} */
  const first = {
    event_id: given('event_id', i => events.id[i]), status: given('status', i => events.background[i] ? 'background' : 'event'),
    event_type: given('event_type', i => events.types[events.type[i]]), summary: i => app.cell('summary', i) || null,
    date_start: i => day(events.given.start[i]), date_end: i => day(events.given.end[i]),
    place_name: i => events.place[i] ?? null, radius_m: i => events.radius[i],
    ...Object.fromEntries(Object.entries(RENAMED).map(([name, column]) => [column, i => events[name]?.[i] ?? null])),
  };
  const country = i => {
    const name = app.cell('country', i);
    return (page.countries && Object.hasOwn(page.countries, name ?? '') && page.countries[name]) || name;
  };
  if (cards.country) first.country = country; // cards name it, a table has its code
  const rest = Object.keys(cards).filter(name => !(name in first)).map(name => [name, i => app.cell(name, i)]);
  return [...Object.entries(first), ...rest];
}
/** What a file says about itself: who made it, under which policy, of which page, which events, whose data. */
function factsOf(app, ordered) {
  const { page } = app, filters = activeFilters(app).map(one => one.label);
  if (app.state.inView && app.map) filters.push(say('list.inView'));
  return {
    generator: page.generator || 'geoconflict', policy: page.policy || '', page_title: page.title || '', events: ordered.length,
    filters: filters.join('; ') || say('share.all'), borders: page.borders || '',
    credits: Object.entries(page.credits || {}).filter(([, names]) => names.length).map(([what, names]) => `${what}: ${names.join('; ')}`).join('. '),
  };
}
function geojsonOf(app, ordered) {
  const { events } = app,
    columns = columnsOf(app),
    parts = [`{"type":"FeatureCollection",${JSON.stringify(factsOf(app, ordered)).slice(1, -1)},"features":[\n`];
  ordered.forEach((i, k) => {
    const geometry = events.lon[i] === null ? null : { type: 'Point', coordinates: [events.lon[i], events.lat[i]] };
    const properties = Object.fromEntries(columns.map(([name, read]) => [name, read(i)]));
    parts.push((k ? ',\n' : '') + JSON.stringify({ type: 'Feature', geometry, properties }));
  });
  return [...parts, '\n]}\n'];
}
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/, PLAIN_NUMBER = /^'*[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$/;
/** A cell of a spreadsheet: an apostrophe before what it would run as a formula, as our own files have it. */
function csvCell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // eslint-disable-next-line no-control-regex
  let text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\u0000/g, '\ufffd');
  if (FORMULA.test(text) && text.replace(/^'+/, '').length > 1 && !PLAIN_NUMBER.test(text)) text = `'${text}`;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
/** Begins with the mark that tells a spreadsheet the text is UTF-8: without it Arabic names are garbled there. */
function csvOf(app, ordered) {
  const { events } = app, facts = factsOf(app, ordered);
  delete facts.events; // a row says nothing of how many there are
  const columns = [...columnsOf(app), ['lon', i => events.lon[i]], ['lat', i => events.lat[i]]], same = Object.values(facts).map(csvCell).join();
  const head = [...columns.map(([name]) => name), ...Object.keys(facts)].map(csvCell).join();
  return ['\ufeff', `${head}\r\n`, ...ordered.map(i => `${columns.map(([, read]) => csvCell(/** @type {Function} */ (read)(i))).join()},${same}\r\n`)];
}
function fileName(app, ending) {
  const words = fold(app.page.title || '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 60);
  return `${words || 'events'}.${ending}`;
}
function download(parts, type, name) {
  const address = URL.createObjectURL(new Blob(parts, { type })), link = make('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// ---- setting the page into another -------------------------------------------------------------------------------
const escaped = text => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
function embedCode(app) {
  const address = hosted() ? linkTo(app) : `https://example.org/map.html${addressOf(app)}`;
  return `<iframe src="${escaped(address)}" title="${escaped(app.page.title || app.page.alt || '')}" loading="lazy"`
    + ' sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" allow="clipboard-write"'
    + ' style="width:100%;aspect-ratio:4/3;min-height:560px;border:0"></iframe>';
}
function buildShare(app) {
  const told = make('div', { className: 'told', role: 'status' });
  const button = (name, act) => make('button', { type: 'button', id: `share-${name}`, onclick: act }, say(`share.${name}`));
  const file = (name, type, partsOf) => button(name, () => {
    const ordered = app.state.ordered;
    download(partsOf(app, ordered), type, fileName(app, name));
    told.replaceChildren(say('share.saved', { count: ordered.length, name: fileName(app, name) }));
  });
  $('share').append(make('div', { className: 'share-tools' },
    file('geojson', 'application/geo+json', geojsonOf), file('csv', 'text/csv;charset=utf-8', csvOf),
    button('link', () => copyText(linkTo(app), told, say('share.copied.link'))),
    button('embed', () => {
      const field = make('textarea', {
          readOnly: true,
          rows: 6,
          value: embedCode(app),
          'aria-label': say('share.embed'),
          id: 'embed-code',
        }),
        done = make('span', {});
      told.replaceChildren(
        make('p', { className: 'note' }, say(hosted() ? 'share.embed.hosted' : 'share.embed.host')),
        field,
        make('button', { type: 'button', onclick: () => copyText(field.value, done, say('share.copied.embed')) }, say('share.embed.copy')),
        done
      );
      field.focus();
      field.select();
    })), make('p', { className: 'note' }, say('share.note')), told);
}
