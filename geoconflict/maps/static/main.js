// Puts the page together: the map first, so that further layers find it, then the data, then the panel.
const FEW_LISTED = 2;

/** Made before any data are read: scripts of further layers run right after this one and look for the map. */
function makeMap(element, page) {
  const map = L.map(element, {
    maxZoom: page.foreign.includes('TileLayer') ? 18 : page.largestZoom,
    minZoom: 2,
    zoomSnap: 0.5,
    zoomDelta: 1,
    wheelPxPerZoomLevel: 90,
    worldCopyJump: false,
    attributionControl: true,
  });
  map.attributionControl.setPrefix(false).addAttribution('Natural Earth, GeoNames, Leaflet');
  map.zoomControl.setPosition('topleft');
  L.control.scale({ position: 'bottomleft', imperial: false }).addTo(map);
  fitView(map, page);
  for (const [name, index] of Object.entries({ base: '150', imagery: '200', zones: '390', marks: '450' })) {
    map.createPane(name).style.zIndex = index;
    map.getPane(name).style.pointerEvents = 'none';
  }
  /** @type {any} */ (window)[page.map] = map;
  return map;
}
/** The events' extent; names stand right of their marks, so they get room there. */
function fitView(map, page) {
  const [west, south, east, north] = page.view, room = Math.min(120, map.getSize().x * 0.22);
  map.fitBounds([[south, west], [north, east]], { animate: false, paddingTopLeft: [40, 44], paddingBottomRight: [room, 40], maxZoom: 10 });
}
function prepareShapes(app, base) {
  const origin = project(app.page.view[0], app.page.view[3]), [west, south, east, north] = base.frame;
  const [left, top] = project(west, north), [right, bottom] = project(east, south);
  app.base = {
    origin, frame: [left - origin[0], top - origin[1], right - left, bottom - top], land: pathOf(base.land, origin), coast: pathOf(base.coast, origin, false),
    borders: pathOf(base.borders, origin, false), disputed: pathOf(base.disputed, origin, false), far: pathOf(base.far.map(ring => ring.map(step => FAR_STEP * step)), origin),
    ...prepareLand(base, origin),
    labels: base.labels.map(([text, kind, zoom, lon, lat]) => { const [x, y] = project(lon, lat); return { text, kind, zoom, x, y }; }),
  };
  const shaped = new Map(), formOf = zone => { // days that share a shape share its path, made when it is first drawn
    if (!shaped.has(zone.shape)) shaped.set(zone.shape, { path: pathOf(zone.rings, origin), box: boxOf(zone.rings, origin) });
    return shaped.get(zone.shape);
  };
  for (const zone of [...(app.zones?.items || []), ...(app.zones?.outlines || [])]) {
    Object.defineProperties(zone, { path: { get: () => formOf(zone).path, enumerable: true }, box: { get: () => formOf(zone).box, enumerable: true } });
  }
  app.events.outline = openColumn(base.outlineOf);
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
    const grounds = groundsOf(view, app.base), fan = placeFan(view, app);
    if (fan) placer.boxes.push(fan.box);
    placer.stamps = !few;
    // An event known to its city counts as much as one known to its street: its tag finds room before names do.
    const tagged = indices => drawAreas(pen, view, app, indices, grounds, placer.boxes);
    const apartFromSpots = splitAreas(events, visible), news = tagged(apartFromSpots.news);
    const named = few ? labelMarks(placer, events, marks) : [];
    drawRings(pen, view, events, marks, skin, state.chosen);
    const past = tagged(apartFromSpots.past);
    const areas = { hits: [...news.hits, ...past.hits], vague: [...news.vague, ...past.vague] };
    const campHits = drawCamps(pen, view, shownCamps(app), skin, state.camp, placer.boxes);
    placer.boxes.push(...campHits.map(hit => hit.box));
    const markHits = drawMarks(pen, view, events, marks, skin, state.chosen), fanHits = drawFan(pen, app, fan);
    app.hits = fanHits.length ? fanHits : [...markHits, ...areas.hits, ...campHits];
    drawAim(pen, app);
    showNotDrawn(app, [...areas.vague, ...apartFromSpots.nowhere]);
    const shown = shownZones(app), key = `${view.left} ${view.top} ${view.zoom} ${view.width} ${view.height} ${zonesKey(app)}`;
    if (key !== probeKey) { probe = probeZones(view, shown, origin, app.comparison); probeKey = key; }
    app.controllersInView = probe.inView;
    fillKey(app, visible);
    fillDateline(app, visible);
    labelCamps(placer, campHits, state.camp, shownDay(app));
    labelZones(placer, probe, zones ? zones.controllers : []);
    if (!app.tilesSeen) labelBase(placer, app.base, named);
    placer.write();
  };
  app.layers = [
    makeCanvasLayer('base', (pen, view) => drawBase(pen, view, app.base, app.skin)),
    makeCanvasLayer('zones', (pen, view) => drawZones(pen, view, app)),
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
  if (indices.length) button.textContent = say('marks.not-drawn', { count: indices.length });
}
function listenToMap(app) {
  const { map } = app, tip = $('tip');
  let touch = false;
  map.getContainer().addEventListener('pointerdown', event => { touch = event.pointerType === 'touch'; }, true);
  map.on('click', event => {
    const hit = hitAt(app, event.containerPoint, touch);
    if (hit) openHit(app, hit);
    else if (!closeFan(app)) chooseGround(app, event.latlng.lng, event.latlng.lat);
  });
  map.on('zoomstart', () => { app.state.fan = null; });
  listenToKeys(app);
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
function makeApp(page, map, events, zones, camps) {
  prepareZones(zones);
  takeTimeOfZones(events, zones);
  const app = /** @type {App} */ (
    /** @type {any} */ ({
      page,
      map,
      events,
      cards: events,
      zones,
      camps,
      state: freshState(events, readAddress()),
      skin: readSkin(zones ? zones.looks : []),
      facets: {},
      orders: {},
      texts: [],
      terms: [],
    })
  );
  events.sizes = sizesOf(events.fatalities_best, events.fatalities_low);
  app.typesPresent = typesOf(events);
  app.cell = (name, i) => app.cards[name]?.at(i) ?? null;
  let timer;
  app.settle = () => { if (!app.whole) return; clearTimeout(timer); timer = setTimeout(() => { fillList(app, app.visible); writeAddress(app); }, 200); };
  app.refresh = () => {
    app.visible = visibleEvents(app);
    followDay(app);
    const ground = zonesKey(app);
    for (const layer of (app.layers || []).slice(app.groundKey === ground ? 2 : 1)) layer.redraw();
    app.groundKey = ground;
    if (!app.layers) { // else the marks fill these once they know what is in view
      fillKey(app, app.visible);
      fillDateline(app, app.visible);
    }
    if (app.whole) fillCount(app);
    app.settle();
  };
  app.refilter = () => { app.mask = filterMask(app); app.state.listed = LISTED; drawHistogram(app); app.refresh(); };
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
  speak(page.words || await readIsland('words')); // beside the page where its scripts are packed too
  fillShell();
  fillHeader(page);
  const map = window.L ? makeMap(element, page) : null;
  $('no-map').hidden = Boolean(map);
  element.setAttribute('aria-label', page.alt);
  const [base, raw, zones, camps, imagery] = await Promise.all(['base', 'events', 'zones', 'camps', 'imagery'].map(readIsland));
  const app = makeApp(page, map, openEvents(raw), openZones(zones), camps), readCards = async () => {
    await wholePage();
    app.cards = openCards(await readIsland('cards'), app.events);
  };
  // What stands behind the # may need the cards. Else the map is drawn before they are read.
  const early = location.hash.length < 2;
  if (!early) await readCards();
  const asked = eventAsked(app);
  readState(app);
  app.mask = filterMask(app);
  app.visible = visibleEvents(app);
  $('events').dataset.few = String(app.events.count < FEW_LISTED); // nothing to search
  $('sheet-words').textContent = say('panel.sheet', { count: app.events.count });
  buildKey(app);
  buildImageryKey(app, imagery || []);
  buildTime(app);
  buildSheet();
  buildScheme(app);
  buildPrint(app);
  if (map) {
    prepareShapes(app, base);
    fillDateline(app, app.visible);
    map.invalidateSize({ animate: false });
    if (!page.foreign.length) fitView(map, page); // the headline took its room only now
    openView(app);
    addLayers(app);
    addImagery(app, imagery || []);
    addTiles(app);
  }
  drawHistogram(app);
  performance.mark('drawn');
  if (early) {
    await new Promise(done => { setTimeout(done); }); // the browser shows the map
    await readCards();
  }
  if (map) listenToMap(app);
  app.whole = true;
  buildFilters(app);
  app.refilter();
  fillList(app, app.visible);
  $('not-drawn').addEventListener('click', () => showSet(app, app.notDrawn, say('marks.not-drawn.why')));
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && !$('details').hidden) closeDetails(app); });
  addEventListener('resize', () => drawHistogram(app));
  buildShare(app);
  if (asked >= 0) chooseEvent(app, asked, app.state.ordered, true, false);
  followAddress(app);
  document.documentElement.dataset.ready = 'yes';
}
start();
