// What stands around the map: headline, logo, sources, the colour scheme, tiles from a server, and the printed page.

const isDark = () =>
  document.documentElement.dataset.scheme
    ? document.documentElement.dataset.scheme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;

function fillHeader(page) {
  const theme = page.theme || {};
  $('title').textContent = page.title;
  $('standfirst').textContent = page.standfirst;
  $('standfirst').hidden = !page.standfirst;
  $('borders').textContent = say(`around.borders.${page.borderPolicy}`);
  $('policy').textContent = say(`around.policy.${page.policy}`);
  if (page.tiles) $('policy').after(make('p', { id: 'tiles-said' }, say('tiles.said', { host: listWords(page.tiles.hosts) })));
  if (theme.logo) $('logo').replaceChildren(logoOf(theme));
  const credits = Object.entries(page.credits).map(([what, names]) => {
    const key = `credits.${what.toLowerCase().replaceAll(' ', '-')}`, heading = say(key);
    return [heading === key ? what : heading, names];
  });
  if (theme.credit) credits.push([say('credits.style'), [theme.credit]]);
  for (const [what, names] of credits) {
    const kept = names.slice(0, 8).flatMap((name, k) => k ? ['; ', isolated(name)] : [isolated(name)]);
    if (names.length)
      $('credits').append(
        make('dt', {}, what),
        make('dd', {}, ...kept, names.length > 8 ? `; ${say('around.more', { count: names.length - 8 })}` : '')
      );
  }
  if (page.foreign.length) {
    $('foreign').textContent = say('around.foreign', { names: listWords(page.foreign) });
    $('foreign').hidden = false;
  }
  // On a small screen the last lines of the page are the last lines of the sheet.
  const small = matchMedia('screen and (max-width: 760px), screen and (max-width: 960px) and (max-height: 500px) and (orientation: landscape)');
  const settle = () => (small.matches ? $('panel') : document.body).insertBefore($('foot'), small.matches ? null : $('printed'));
  small.addEventListener('change', settle);
  settle();
}
function logoOf(theme) {
  const picture = make('img', { alt: theme.logo_alt || '', src: /^data:image\//.test(theme.logo) ? theme.logo : '' });
  const address = safeAddress(theme.logo_link);
  return address ? make('a', { href: address.href, target: '_blank', rel: 'noopener' }, picture) : picture;
}

/** Light, dark or as the system is; kept while the page is open and nowhere else. */
function buildScheme(app) {
  const choice = $('scheme');
  choice.replaceChildren(...['auto', 'light', 'dark'].map(name => make('option', { value: name }, say(`around.scheme.${name}`))));
  choice.addEventListener('change', () => {
    if (choice.value === 'auto') delete document.documentElement.dataset.scheme;
    else document.documentElement.dataset.scheme = choice.value;
    app.restyle();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => app.restyle());
}

/** Tiles lie over the embedded land, which is what stays where they do not come; names of the land wait for that. */
function addTiles(app) {
  const { map, page: { tiles } } = app;
  if (!tiles || !map) return;
  const pane = map.createPane('tiles');
  pane.style.zIndex = 160;
  const layer = L.tileLayer(tiles.url, {
    pane: 'tiles', minZoom: 0, maxZoom: map.getMaxZoom(), minNativeZoom: tiles.minZoom, maxNativeZoom: tiles.maxZoom,
    tileSize: tiles.tileSize, zoomOffset: tiles.zoomOffset, tms: tiles.tms, subdomains: tiles.subdomains.length ? tiles.subdomains : 'abc',
  });
  const credit = new L.Control({ position: 'bottomright' });
  credit.onAdd = () => make('p', { className: 'tile-credit leaflet-control-attribution' }, ...tiles.credit.map(([text, link]) => {
    const address = safeAddress(link);
    return address ? make('a', { href: address.href, target: '_blank', rel: 'noopener' }, text) : text;
  }));
  const note = make('p', { className: 'note', role: 'status' }, say('tiles.note', { host: listWords(tiles.hosts) }));
  const show = make('input', { type: 'checkbox', checked: true });
  const state = seen => {
    if (app.tilesSeen === seen) return;
    app.tilesSeen = seen;
    app.refresh();
  };
  layer.on('tileload', () => { note.textContent = say('tiles.note', { host: listWords(tiles.hosts) }); state(true); });
  layer.on('tileerror', () => { if (!app.tilesSeen) note.textContent = say('tiles.failed'); });
  show.addEventListener('change', () => {
    if (show.checked) { layer.addTo(map); credit.addTo(map); } else { layer.remove(); credit.remove(); state(false); }
  });
  layer.addTo(map);
  credit.addTo(map);
  $('key-imagery').prepend(make('li', { className: 'tiles' }, make('label', {}, show, make('span', {}, say('tiles.show', { name: tiles.name }))), note));
}

/** An event on paper: what the list says of it, and who reports it. */
function printedItem(app, i) {
  const sources = listOf(app.cell('sources', i)).filter(source => source && typeof source === 'object').map(sourceWords);
  return make(
    'li',
    {},
    make('b', {}, whenOf(app, i)),
    ' · ',
    isolated(placeOf(app.events, i)),
    ' · ',
    isolated(app.cell('summary', i) || ''),
    ...notesOf(app, i).map(note => ` · ${note}`),
    small(sources.length ? `${say('card.sources', { count: sources.length })}: ${sources.join('; ')}` : say('card.sources.none'))
  );
}
const MOST_PRINTED = 500; // events on paper, as in the table of a page without scripts; the rest is counted

/** On paper: the map with the same extent, the key, the events shown, the sources, the day and the address. */
function buildPrint(app) {
  const root = document.documentElement.dataset;
  let before = null;
  $('print').addEventListener('click', () => window.print());
  const redraw = view => {
    if (!app.map) return;
    app.map.invalidateSize({ animate: false, pan: false });
    const snap = app.map.options.zoomSnap;
    app.map.options.zoomSnap = 0; // the same ground, not the next whole step around it
    app.map.fitBounds(view, { animate: false });
    app.map.options.zoomSnap = snap;
    app.restyle();
    for (const layer of app.layers || []) layer.draw();
  };
  /** @returns {HTMLDetailsElement[]} */
  const folded = () => [$('key'), ...$('key').querySelectorAll('details'), document.querySelector('footer .sources')];
  addEventListener('beforeprint', () => {
    before = {
      scheme: root.scheme,
      view: app.map?.getBounds(),
      center: app.map?.getCenter(),
      zoom: app.map?.getZoom(),
      shut: folded().filter(part => !part.open),
    };
    for (const part of before.shut) part.open = true; // what is folded would be a bare heading
    Object.assign(root, { scheme: 'light', printing: 'yes' });
    if (before.view) redraw(before.view);
    for (const part of folded()) part.open = true; // those the redrawing made anew
    const { ordered } = app.state, rest = ordered.length - MOST_PRINTED;
    $('printed').replaceChildren(
      make('h2', {}, say('around.printed.list', { count: ordered.length })),
      make('ol', {}, ...ordered.slice(0, MOST_PRINTED).map(i => printedItem(app, i))),
      ...(rest > 0 ? [make('p', {}, say('around.printed.rest', { count: rest }))] : []),
      make(
        'p',
        {},
        say('around.printed', { day: dayWords(Math.floor(Date.now() / DAY_MS)) }),
        /^https?:/.test(location.protocol) ? ` · ${location.href}` : ''
      )
    );
  });
  addEventListener('afterprint', () => {
    if (!before) return;
    delete root.printing;
    if (before.scheme) root.scheme = before.scheme; else delete root.scheme;
    $('printed').replaceChildren();
    for (const part of before.shut) part.open = false;
    if (before.view) { redraw(before.view); app.map.setView(before.center, before.zoom, { animate: false }); }
    requestAnimationFrame(() => app.map?.invalidateSize({ animate: false })); // once the screen is laid out again
    before = null;
  });
}
