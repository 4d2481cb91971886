// Puts the page together: the map first, so that further layers find it, then the data, then the panel.
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

/** Made before any data are read: scripts of further layers run right after this one and look for the map. */
function makeMap(element, page) {
  const [west, south, east, north] = page.view;
  const map = L.map(element, { maxZoom: page.foreign.includes('TileLayer') ? 18 : page.largestZoom, minZoom: 2, zoomSnap: 0.5, zoomDelta: 1, wheelPxPerZoomLevel: 90, worldCopyJump: false, attributionControl: true });
  map.attributionControl.setPrefix(false).addAttribution('Natural Earth, GeoNames, Leaflet');
  map.zoomControl.setPosition('topleft');
  L.control.scale({ position: 'bottomleft', imperial: false }).addTo(map);
  // Names stand right of their marks: leave them room.
  const room = Math.min(120, element.clientWidth * 0.22);
  map.fitBounds([[south, west], [north, east]], { animate: false, paddingTopLeft: [40, 44], paddingBottomRight: [room, 40], maxZoom: 10 });
  for (const [name, index] of [['base', 150], ['imagery', 200], ['zones', 390], ['marks', 450]]) {
    map.createPane(name).style.zIndex = index;
    map.getPane(name).style.pointerEvents = 'none';
  }
  window[page.map] = map;
  return map;
}
function prepareShapes(app, base) {
  const origin = project(app.page.view[0], app.page.view[3]), [west, south, east, north] = base.frame;
  const frame = [west, south, east - west, 0, 0, north - south, west - east, 0].map(degrees => Math.round(degrees * 10000));
  app.base = {
    origin, frame: pathOf([frame], origin), land: pathOf(base.land, origin), coast: pathOf(base.coast, origin, false),
    borders: pathOf(base.borders, origin, false), disputed: pathOf(base.disputed, origin, false), far: pathOf(base.far, origin),
    labels: base.labels.map(([text, kind, zoom, lon, lat]) => { const [x, y] = project(lon, lat); return { text, kind, zoom, x, y }; }),
  };
  for (const zone of [...(app.zones?.items || []), ...(app.zones?.outlines || [])]) {
    zone.path = pathOf(zone.rings, origin);
    zone.box = boxOf(zone.rings, origin);
  }
  for (const camp of app.camps || []) [camp.x, camp.y] = project(camp.lon, camp.lat);
}

/** Layers, in the order they lie on each other; marks and labels share a canvas, so none can cover another. */
function addLayers(app) {
  const { map, events, zones } = app, origin = app.base.origin;
  let probe = null, probeKey = '';
  app.hits = [];
  const paintMarks = (pen, view) => {
    const { skin, state } = app, visible = app.visible, few = visible.length <= FEW;
    const marks = makeMarks(view, events, visible, few), placer = new LabelPlacer(pen, view, skin, [...marks.map(mark => mark.box), ...controlsOf(map)]);
    // An event known to its city counts as much as one known to its street: its tag finds room before names do.
    const tagged = indices => drawAreas(pen, view, events, indices, skin, state.chosen, placer.boxes);
    const news = tagged(visible.filter(i => !events.background[i]));
    const named = few ? labelMarks(placer, events, marks) : [];
    drawRings(pen, view, events, marks, skin, state.chosen);
    const past = tagged(visible.filter(i => events.background[i]));
    const areas = { hits: [...news.hits, ...past.hits], vague: [...news.vague, ...past.vague] };
    const campHits = drawCamps(pen, view, campsOn(app.camps, shownDay(app)), skin, state.camp, placer.boxes);
    placer.boxes.push(...campHits.map(hit => hit.box));
    app.hits = [...drawMarks(pen, view, events, marks, skin, state.chosen), ...areas.hits, ...campHits];
    showNotDrawn(app, [...areas.vague, ...visible.filter(i => events.where[i] > AREA)]);
    const shown = zonesOn(zones, shownDay(app)), key = `${view.left} ${view.top} ${view.zoom} ${view.width} ${shown.map(zone => zones.items.indexOf(zone))}`;
    if (key !== probeKey) { probe = probeZones(view, shown, origin); probeKey = key; }
    app.controllersInView = new Set([...probe.ground].filter(([, cells]) => cells.includes(1)).map(([who]) => who));
    fillKey(app, visible);
    fillDateline(app, visible);
    $('as-of').textContent = controlWords(app);
    labelZones(placer, probe, zones ? zones.controllers : []);
    labelCamps(placer, campHits, state.camp);
    labelBase(placer, app.base.labels, named);
    placer.write();
  };
  app.layers = [
    makeCanvasLayer('base', (pen, view) => drawBase(pen, view, app.base, app.skin)),
    makeCanvasLayer('zones', (pen, view) => drawZones(pen, view, zonesOn(zones, shownDay(app)), zonesOn(zones, shownDay(app), 'outlines'), origin, app.skin)),
    makeCanvasLayer('marks', paintMarks),
  ];
  for (const layer of app.layers) layer.addTo(map);
}

/** Boxes of the map's own controls, in canvas pixels: no label lies under them. */
function controlsOf(map) {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll('.leaflet-control'), ...($('not-drawn').hidden ? [] : [$('not-drawn')])].map(control => {
    const box = control.getBoundingClientRect();
    return [box.left - frame.left + PAD - 3, box.top - frame.top + PAD - 3, box.right - frame.left + PAD + 3, box.bottom - frame.top + PAD + 3];
  });
}
function showNotDrawn(app, indices) {
  const button = $('not-drawn');
  app.notDrawn = indices;
  if (button.hidden === Boolean(indices.length)) app.layers?.at(-1).redraw(); // it takes room from labels, or gives it back
  button.hidden = !indices.length;
  if (indices.length) button.textContent = `${plural(indices.length, 'event')} not on the map`;
}
function hitAt(app, point) {
  const x = point.x + PAD, y = point.y + PAD, inside = app.hits.filter(hit => x >= hit.box[0] && x <= hit.box[2] && y >= hit.box[1] && y <= hit.box[3]);
  return inside.sort((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0] || null;
}
function openHit(app, hit) {
  const { events, map } = app;
  if (hit.event !== undefined) { chooseEvent(app, hit.event, app.state.ordered, false); return; }
  if (hit.camp) { chooseCamp(app, hit.camp); return; }
  if (hit.area) {
    if (hit.area.length === 1) chooseEvent(app, hit.area[0], app.state.ordered, false);
    else showSet(app, hit.area, areaWords(events, hit.area));
    return;
  }
  const members = hit.mark.events, spots = new Set(members.map(i => `${events.x[i]} ${events.y[i]}`));
  if (spots.size === 1 || map.getZoom() >= map.getMaxZoom()) { showSet(app, members, `${plural(members.length, 'event')} here`); return; }
  map.fitBounds(L.latLngBounds(members.map(i => [events.lat[i], events.lon[i]])), { maxZoom: map.getZoom() + 3, padding: [60, 60] });
}
function hitWords(app, hit) {
  if (hit.event !== undefined) return `${whenOf(app, hit.event)} · ${placeOf(app.events, hit.event)}`;
  if (hit.camp) return hit.camp.name || 'Camp';
  return plural((hit.area || hit.mark.events).length, 'event');
}
function listenToMap(app) {
  const { map } = app, tip = $('tip');
  map.on('click', event => { const hit = hitAt(app, event.containerPoint); if (hit) openHit(app, hit); });
  map.on('mousemove', event => {
    const hit = hitAt(app, event.containerPoint);
    map.getContainer().style.cursor = hit ? 'pointer' : '';
    tip.hidden = !hit;
    if (!hit) return;
    tip.textContent = hitWords(app, hit);
    const right = event.containerPoint.x > map.getSize().x - 220;
    tip.style.transform = `translate(${event.containerPoint.x + (right ? -14 : 14)}px,${event.containerPoint.y + 14}px) translateX(${right ? '-100%' : '0'})`;
  });
  map.on('mouseout', () => { tip.hidden = true; });
  map.on('moveend', () => app.settle());
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  app.goTo = (lon, lat, radius) => {
    if (lon === null) return;
    const near = radius ? L.latLng(lat, lon).toBounds(2 * radius) : null;
    if (near) map.fitBounds(near, { animate: false, padding: [30, 30], maxZoom: 9 });
    else if (!map.getBounds().pad(-0.1).contains([lat, lon])) map.setView([lat, lon], Math.max(8, map.getZoom()), { animate: false });
  };
  // On a narrow screen the sheet covers the lower part of the map: the chosen spot moves into what stays free.
  app.keepInView = (lon, lat) => {
    if (lon === null) return;
    const point = map.latLngToContainerPoint([lat, lon]), frame = map.getContainer().getBoundingClientRect(), sheet = $('panel').getBoundingClientRect();
    const covered = sheet.left < frame.right - 1 ? Math.max(0, frame.bottom - sheet.top) : 0;
    if (covered) map.panBy([0, point.y - (frame.height - covered) / 2], { animate: false });
  };
}
function makeApp(page, map, events, cards, zones, camps) {
  const app = { page, map, events, cards, zones, camps, state: stateOf(events, readAddress()), skin: readSkin(zones ? zones.looks : []) };
  const texts = [];
  app.typesPresent = [...new Set(events.type)].sort((a, b) => a - b);
  app.cell = (name, i) => cards[name]?.[i] ?? null;
  app.actorsOf = i => [app.cell('actor1', i), app.cell('actor2', i), ...listOf(app.cell('actors', i)).map(actor => actor?.canonical)];
  app.actorNames = () => [...new Set(events.id.flatMap((_, i) => app.actorsOf(i)))].filter(Boolean).sort((a, b) => a.localeCompare(b, 'en'));
  app.searchText = i => texts[i] ??= [cards.summary[i], events.place[i], events.said[i], app.cell('admin1', i), app.cell('country', i), ...app.actorsOf(i)].filter(Boolean).join(' ').toLocaleLowerCase();
  let timer;
  app.settle = () => { clearTimeout(timer); timer = setTimeout(() => { fillList(app, app.visible); writeAddress(app); }, 200); };
  app.refresh = () => {
    app.visible = visibleEvents(app);
    for (const layer of (app.layers || []).slice(1)) layer.redraw();
    fillKey(app, app.visible);
    fillDateline(app, app.visible);
    $('as-of').textContent = controlWords(app);
    app.settle();
  };
  app.refilter = () => { app.mask = filterMask(app); app.state.listed = 30; drawHistogram(app); app.refresh(); };
  app.restyle = () => {
    app.skin = readSkin(zones ? zones.looks : []);
    Object.assign(app.state, { listKey: null, zoneKey: null });
    buildKey(app);
    for (const layer of app.layers || []) layer.draw();
    drawHistogram(app);
    app.refresh();
  };
  return app;
}
async function start() {
  const element = document.querySelector('[data-map]'), page = JSON.parse($('gc-page').textContent);
  speak(page.words);
  fillShell();
  const map = window.L ? makeMap(element, page) : null;
  $('no-map').hidden = Boolean(map);
  element.setAttribute('aria-label', page.alt);
  const [base, events, cards, zones, camps, imagery] = await Promise.all(['base', 'events', 'cards', 'zones', 'camps', 'imagery'].map(readIsland));
  const app = makeApp(page, map, openEvents(events), cards, zones, camps);
  app.mask = filterMask(app);
  app.visible = visibleEvents(app);
  fillHeader(app);
  $('sheet-words').textContent = `${plural(app.events.count, 'event')}, filters and key`;
  buildKey(app);
  buildImageryKey(app, imagery || []);
  buildTime(app);
  buildSheet();
  if (map) {
    prepareShapes(app, base);
    addLayers(app);
    addImagery(app, imagery || []);
    listenToMap(app);
    openView(app);
  }
  buildFilters(app);
  app.refilter();
  fillList(app, app.visible);
  $('not-drawn').addEventListener('click', () => showSet(app, app.notDrawn, 'Place not known, or too vague to draw on this view'));
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && !$('details').hidden) closeDetails(app); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', app.restyle);
  addEventListener('resize', () => drawHistogram(app));
  const asked = app.events.id.indexOf(readAddress().get('e'));
  if (asked >= 0) chooseEvent(app, asked, app.state.ordered, true);
  document.documentElement.dataset.ready = 'yes';
}
start();
