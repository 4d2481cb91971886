// The key: what symbols, circles, hatches and lines mean, with a switch each; only what is in view.
const listPicture = (paint, tall = 18) => picture(22, tall, paint);
function switchOf(checked, change, ...words) {
  const box = make('input', { type: 'checkbox', checked });
  box.addEventListener('change', () => change(box.checked));
  return make('li', {}, make('label', {}, box, ...words));
}
function buildKey(app) {
  const { events, state, skin } = app, present = app.typesPresent;
  if (!app.keyBuilt && matchMedia('(max-width: 760px)').matches) $('key').open = false; // the sheet is for the events first
  app.keyBuilt = true;
  $('key-types').replaceChildren(
    ...present.map(type =>
      switchOf(
        state.types.has(type),
        on => {
          if (on) state.types.add(type);
          else state.types.delete(type);
          app.refilter();
        },
        symbolPicture(skin, type),
        isolated(events.types[type]),
        make('span', { className: 'amount', id: `amount-${type}` })
      )
    )
  );
  if (events.background.some(Boolean))
    $('key-types').append(
      switchOf(
        state.background,
        on => {
          state.background = on;
          app.refilter();
        },
        symbolPicture(skin, present[0], true),
        say('key.background'),
        make('span', { className: 'amount', id: 'amount-background' })
      )
    );
  const marks = sizeKey(app);
  const circle = (dash, soft = 0) => listPicture(pen => {
    const ring = (r, width, alpha, dashes) => {
      Object.assign(pen, { strokeStyle: skin.ink, lineWidth: width, globalAlpha: alpha });
      pen.setLineDash(dashes);
      pen.beginPath();
      pen.arc(11, 9, r, 0, 7);
      pen.stroke();
    };
    if (soft) ring(6, 4, soft, []);
    ring(7.5, 1.2, 1, dash);
  });
  if (events.where.includes(POINT)) marks.push(make('li', {}, circle([2, 3]), say('key.spot')));
  if (events.where.includes(AREA)) marks.push(make('li', {}, circle([3, 5], 0.14), say('key.area')));
  $('key-marks').replaceChildren(...marks);
  $('part-marks').hidden = !marks.length;
  buildLayerKeys(app);
}

/** Switches of zones, front and camps, and the choice among sources that speak of the same ground. */
function buildLayerKeys(app) {
  const { state, zones, skin } = app, change = (name, on) => { if (on) state.hidden.delete(name); else state.hidden.add(name); app.refresh(); };
  $('part-zones').hidden = !zones;
  $('part-camps').hidden = !app.camps?.length;
  if (zones) {
    const dashed = zones.origins.some(origin => origin.derived);
    $('key-zones-switches').replaceChildren(switchOf(!state.hidden.has('zones'), on => change('zones', on), say('key.zones')),
      ...(zones.controllers.length > 1 ? [switchOf(!state.hidden.has('front'), on => change('front', on), listPicture(pen => {
        Object.assign(pen, { strokeStyle: skin.ink, lineWidth: 2.2, lineCap: 'round' });
        pen.setLineDash(dashed ? [0.5, 4.5] : []);
        pen.moveTo(1, 9);
        pen.lineTo(21, 9);
        pen.stroke();
      }), say(dashed ? 'key.front_derived' : 'key.front'))] : []));
  }
  if (app.camps?.length) {
    $('key-camps').replaceChildren(
      switchOf(
        !state.hidden.has('camps'),
        on => change('camps', on),
        listPicture(pen => drawTent(pen, skin, 11, 9, 7)),
        say('key.camp')
      ),
      make(
        'li',
        {},
        listPicture(pen => drawTent(pen, skin, 11, 9, 4)),
        say('key.camp_dot')
      )
    );
  }
}
function fillKey(app, visible) {
  const { events } = app, amounts = new Map();
  let recalled = 0;
  for (const i of visible) {
    amounts.set(events.type[i], (amounts.get(events.type[i]) || 0) + 1);
    if (events.background[i]) recalled++;
  }
  if ($('amount-background')) $('amount-background').textContent = number(recalled);
  for (const type of app.typesPresent) $(`amount-${type}`).textContent = number(amounts.get(type) || 0);
  $('part-types-amount').textContent = number(visible.length);
  fillZonesKey(app);
  fillCampsKey(app);
}
function fillCampsKey(app) {
  if (!app.camps?.length || !app.map) return;
  const bounds = app.map.getBounds(),
    shown = shownCamps(app).filter(camp => bounds.contains([camp.lat, camp.lon])),
    day = shownDay(app),
    key = `${shown.length} ${day} ${app.map.getZoom() < CAMP_ZOOM}`;
  if (key === app.state.campKey) return;
  app.state.campKey = key;
  const unknown = shown.filter(camp => !camp.opened).length;
  $('part-camps-amount').textContent = number(shown.length);
  $('key-camps-note').textContent = [
    day === null ? '' : say('key.camps_day', { count: shown.length, day: dayWords(day) }),
    unknown ? say('key.camps_unknown', { count: unknown }) : '',
    shown.length && app.map.getZoom() < CAMP_ZOOM ? say('key.camps_closer') : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** A box of ground as it is drawn: a hatch, or plain tint. */
function groundPicture(app, paint, stroke) {
  return listPicture(pen => {
    paint(pen);
    pen.setLineDash([]);
    pen.strokeStyle = stroke;
    pen.lineWidth = 1;
    pen.strokeRect(0.5, 0.5, 21, 14);
  }, 15);
}
function hatchPicture(app, tile, stroke) {
  return groundPicture(app, pen => {
    const pattern = pen.createPattern(tile, 'repeat');
    pattern.setTransform(new DOMMatrix().scale(18 / tile.width));
    pen.fillStyle = pattern;
    pen.fillRect(0, 0, 22, 15);
  }, stroke);
}
const MOST_NAMES = 8, MOST_DIFFERENCES = 6;
function fillZonesKey(app) {
  const { zones, skin, state } = app;
  if (!zones) return;
  const shown = shownZones(app),
    day = shownDay(app),
    heading = controlWords(app) || say('key.zones_off'),
    compared = app.comparison && comparing(app) ? app.comparison : null;
  const who = [...new Set(shown.map(zone => zone.who))].filter(k => !app.controllersInView || app.controllersInView.has(k)).sort((a, b) => a - b);
  const key = [who, heading, state.source, state.compare, compared?.key, day, [...state.hidden]].join('|');
  if (key === state.zoneKey) return;
  state.zoneKey = key;
  $('key-zones-heading').textContent = heading;
  $('part-zones-amount').textContent = who.length ? number(who.length) : '';
  const lines = who.map(k => make('li', {}, hatchPicture(app, skin.patterns[k][0], skin.zones[k]), isolated(zones.controllers[k])));
  $('key-zones').replaceChildren(
    ...lines.slice(0, MOST_NAMES),
    ...(lines.length > MOST_NAMES
      ? [
          make(
            'li',
            { className: 'rest' },
            make(
              'details',
              {},
              make('summary', {}, say('key.more', { count: lines.length - MOST_NAMES })),
              make('ul', {}, ...lines.slice(MOST_NAMES))
            )
          ),
        ]
      : []),
    ...(who.length && shown.some(zone => zone.derived)
      ? [
          make(
            'li',
            {},
            groundPicture(
              app,
              pen => {
                pen.fillStyle = skin.land;
                pen.fillRect(0, 0, 22, 15);
              },
              skin.border
            ),
            say('key.no_report')
          ),
        ]
      : [])
  );
  fillGroundKey(app, shown.filter(zone => who.includes(zone.who)), who, compared);
  fillSources(app, day);
  const drawn = [...new Set(shown.map(zone => zone.origin))].map(k => zones.origins[k]),
    names = drawn.filter(origin => origin.name && !origin.derived).map(origin => origin.name);
  const derived = drawn.filter(origin => origin.derived && !/^derived/i.test(origin.name)).map(origin => origin.name), told = [...names, ...derived];
  $('key-zones-note').textContent = [
    drawn.some(origin => origin.derived) ? say('key.derived') : '',
    shown.length && !compared ? oldestWords(shown, day) : '',
    told.length
      ? say('key.source', {
          names: told.slice(0, 3).join('; ') + (told.length > 3 ? `; ${say('around.more', { count: told.length - 3 })}` : ''),
        })
      : '',
    ...drawn
      .filter(origin => origin.maps_given)
      .map(origin => say('key.thinned', { count: origin.maps, given: number(origin.maps_given), days: number(origin.every_days) })),
  ]
    .filter(Boolean)
    .join(' ');
  $('key-zones-note').hidden = !shown.length;
}

/** In words what the hatches say beyond names: low certainty, contested, joint, and where sources differ. */
function fillGroundKey(app, shown, who, compared) {
  const { zones, skin } = app, lines = [];
  const low = shown.find(zone => zone.certainty === 'low'), like = test => who.find(k => test(zones.controllers[k]));
  if (low && !compared) lines.push(make('li', {}, hatchPicture(app, skin.patterns[low.who][1], skin.zones[low.who]), say('key.low')));
  const contested = like(isContested), joint = like(name => isShared(name) && !isContested(name));
  if (contested !== undefined) lines.push(make('li', {}, hatchPicture(app, skin.patterns[contested][0], skin.zones[contested]), say('key.contested')));
  if (joint !== undefined) lines.push(make('li', {}, hatchPicture(app, skin.patterns[joint][0], skin.zones[joint]), say('key.joint')));
  if (compared) {
    const one = who[0],
      tint = pen => {
        Object.assign(pen, { globalAlpha: 0.17, fillStyle: one === undefined ? skin.soft : skin.zones[one] });
        pen.fillRect(0, 0, 22, 15);
        pen.globalAlpha = 1;
      };
    lines.push(
      make('li', {}, hatchPicture(app, differPattern(skin, 1.5), skin.ink), say('key.differ')),
      make('li', {}, groundPicture(app, tint, skin.soft), say('key.one_speaks'))
    );
  }
  $('key-ground').replaceChildren(...lines);
  const says = one => [isolated(zones.origins[one.origin].name || say('ground.unnamed')), ': ', isolated(zones.controllers[one.who])];
  $('key-differences').replaceChildren(
    ...(compared?.differences || [])
      .slice(0, MOST_DIFFERENCES)
      .map(pair => make('li', {}, make('span', {}, ...pair.flatMap((one, k) => (k ? ['; ', ...says(one)] : says(one))))))
  );
}

/** The choice of a source, where several speak of the same ground; each with the day of its map. */
function fillSources(app, day) {
  const { zones, state } = app, rivals = app.map ? rivalSources(zones).filter(group => group.length > 1).flat() : [];
  $('key-sources').hidden = !rivals.length;
  if (!rivals.length) return;
  const drawn = drawnSources(app, day), focused = document.activeElement?.name === 'source' ? document.activeElement.value : null;
  const line = (value, checked, words, note) => {
    const box = make('input', { type: 'radio', name: 'source', value: String(value), checked });
    box.addEventListener('change', () => {
      state.compare = value === 'compare';
      state.source = state.compare ? null : zones.origins[value].name;
      app.refresh();
    });
    return make('label', {}, box, make('span', {}, isolated(words), note ? small(note) : null));
  };
  const note = k => {
    const map = zonesOn(zones, day).filter(zone => zone.origin === k);
    return map.length ? say('ground.as_of', { day: dayWords(Math.max(...map.map(zone => asOfDay(zone, day)))) }) : say('ground.no_map');
  };
  $('key-source-list').replaceChildren(
    ...rivals.map(k => line(k, !state.compare && drawn.includes(k), zones.origins[k].name || say('ground.unnamed'), note(k))),
    line('compare', state.compare, say('key.compare')));
  if (focused !== null) [...$('key-source-list').querySelectorAll('input')].find(box => box.value === focused)?.focus({ preventScroll: true });
}
