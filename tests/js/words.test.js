// Words, days, projections, filters and labels: the parts of the page's script that need no page.
const test = require('node:test');
const assert = require('node:assert/strict');
const { page, many } = require('./page.js');

const { project, metresPerPixel, dayOf, isoDay, whenWords, totalWords, spanWords, directionOf, canSpace, twoLines, shorten, LabelPlacer, PAD, besideBox, inTime, filterMask, openEvents, pathOf, firstZoom, BASE_KINDS, tagSpots, clearLine, number, utc, dayAfter, unitStart, ticksOf }
  = page(['project', 'metresPerPixel', 'dayOf', 'isoDay', 'whenWords', 'totalWords', 'spanWords', 'directionOf', 'canSpace', 'twoLines', 'shorten', 'LabelPlacer', 'PAD', 'besideBox', 'inTime', 'filterMask', 'openEvents', 'pathOf', 'firstZoom', 'BASE_KINDS', 'tagSpots', 'clearLine', 'number', 'utc', 'dayAfter', 'unitStart', 'ticksOf']);

test('days survive the way to words and back', () => {
  for (let day = dayOf('1899-12-28'); day < dayOf('2105-01-03'); day += 13) {
    assert.equal(dayOf(isoDay(day)), day);
    assert.match(whenWords(day, day, 'day'), new RegExp(`\\b${isoDay(day).slice(0, 4)}\\b`));
    assert.equal(spanWords(day, day), whenWords(day, day, 'day'));
  }
  for (const wrong of ['', null, '2022', '2022-2-3', '03.02.2022', '2022-02-03T00:00', '20220203']) assert.equal(dayOf(wrong), null);
});

test('the first centuries are no part of the twentieth', () => {
  for (const iso of ['0001-01-01', '0020-03-01', '0099-12-01', '0100-01-01', '1969-12-01', '2022-02-01']) {
    const [year, month, date] = iso.split('-').map(Number), day = dayOf(iso);
    assert.equal(utc(year, month - 1, date), day);
    assert.equal(unitStart(day + 5, 'month'), day);
    assert.equal(isoDay(unitStart(day, 'year')), `${iso.slice(0, 4)}-01-01`);
    assert.equal(isoDay(dayAfter(day, 'month', 12)), `${String(year + 1).padStart(4, '0')}${iso.slice(4)}`);
  }
  for (const width of [300, 900]) {
    const { unit, days } = ticksOf(dayOf('0001-01-01'), dayOf('2022-02-03'), width);
    assert.equal(unit, 'year');
    assert.ok(days.length >= 3 && days.length <= 20, `${days.length} ticks`);
    assert.ok(days.every(day => Number(isoDay(day).slice(0, 4)) % 50 === 0));
  }
});

test('a total never says less or more than its ends', () => {
  many(300, roll => {
    const [low, high] = [Math.floor(roll() * 2000), 0].map((value, k, all) => k ? all[0] + Math.floor(roll() * 2000) : value), best = low + Math.floor(roll() * (high - low + 1));
    const told = totalWords(low, best, high).match(/[\d,]+/g).map(text => Number(text.replaceAll(',', '')));
    assert.equal(told[0], best);
    assert.ok(told.every(value => value >= low && value <= high));
  });
  assert.equal(totalWords(null, null, null), null);
});

test('Web Mercator: corners, equator, symmetry, and growing scale', () => {
  assert.deepEqual(Array.from(project(-180, 0)), [0, 128]);
  assert.ok(Math.abs(project(0, 85.0511287798)[1]) < 1e-6);
  many(100, roll => {
    const lon = roll() * 360 - 180, lat = roll() * 85, [x, y] = project(lon, lat), [, south] = project(lon, -lat);
    assert.ok(Math.abs(y + south - 256) < 1e-9);
    assert.ok(Math.abs(x - 256 * (lon + 180) / 360) < 1e-9);
    // A small step north in pixels, times the metres of a pixel, is the step in metres.
    const step = 0.001, metres = (y - project(lon, lat + step)[1]) * metresPerPixel(y, 1);
    assert.ok(Math.abs(metres / (step * Math.PI / 180 * 6378137) - 1) < 1e-3, `${lat}: ${metres}`);
  });
});

test('the direction of a label is that of its first letter', () => {
  const cases = { 'Idlib': 'ltr', 'إدلب': 'rtl', 'كەركووك': 'rtl', 'Харків': 'ltr', '12 إدلب': 'rtl', '(Afrîn)': 'ltr', 'קריית שמונה': 'rtl', '': 'ltr', '123': 'ltr' };
  for (const [text, direction] of Object.entries(cases)) assert.equal(directionOf(text), direction, text);
  assert.equal(canSpace('UKRAINE'), true);
  assert.equal(canSpace('سوريا'), false);
});

test('text in two lines keeps every word in its order', () => {
  many(200, roll => {
    const words = Array.from({ length: 1 + Math.floor(roll() * 7) }, () => 'abcdefghijkl'.slice(0, 1 + Math.floor(roll() * 11)));
    const lines = twoLines(words.join(' '));
    assert.ok(lines.length <= 2);
    assert.equal(Array.from(lines).join(' '), words.join(' '));
  });
  assert.ok(shorten('x'.repeat(200)).length <= 44);
});

test('labels lie on no mark, on no other label, and wholly in sight', () => {
  const pen = new Proxy({}, { get: (held, name) => name === 'measureText' ? text => ({ width: 6.5 * text.length }) : held[name] ?? (() => {}), set: (held, name, value) => { held[name] = value; return true; } });
  many(60, roll => {
    const view = { width: 900 + 2 * PAD, height: 600 + 2 * PAD, zoom: 8 }, taken = Array.from({ length: 20 }, () => { const x = PAD + roll() * 900, y = PAD + roll() * 600; return [x - 9, y - 9, x + 9, y + 9]; });
    const placer = new LabelPlacer(pen, view, { halo: '#fff' }, taken), placed = [];
    for (let k = 0; k < 80; k++) {
      const x = roll() * view.width, y = roll() * view.height, box = placer.place(['n'.repeat(1 + Math.floor(roll() * 20))], x, y, { font: '12px x', colour: '#000', spots: besideBox(x, y, [x - 4, y - 4, x + 4, y + 4]) });
      if (box) placed.push(box);
    }
    assert.ok(placed.length > 5);
    const apart = (a, b) => a[0] >= b[2] || a[2] <= b[0] || a[1] >= b[3] || a[3] <= b[1];
    placed.forEach((box, k) => {
      assert.ok(box[0] >= PAD && box[1] >= PAD && box[2] <= view.width - PAD && box[3] <= view.height - PAD);
      for (const other of [...taken, ...placed.slice(0, k)]) assert.ok(apart(box, other));
    });
  });
});

test('what time lets through: undated always, the rest by the days they touch', () => {
  many(200, roll => {
    const first = 18000, last = 19000, start = first + Math.floor(roll() * 1000), end = Math.min(last, start + Math.floor(roll() * 40));
    const from = first + Math.floor(roll() * 900), to = Math.min(last, from + Math.floor(roll() * 200)), events = { start: [start, null], end: [end, null], first, last };
    const touches = (to === last || start <= to) && (from === first || end >= from);
    assert.equal(inTime(events, { from, to, mode: 'range' }, 0), touches);
    assert.equal(inTime(events, { from, to, mode: 'range' }, 1), true);
  });
});

test('more is drawn of the base map as one comes nearer, never less', () => {
  for (const kind of Object.keys(BASE_KINDS)) {
    assert.equal(BASE_KINDS[kind].zooms.length, 5);
    for (let rank = 2; rank <= 5; rank++) assert.ok(firstZoom(kind, rank) >= firstZoom(kind, rank - 1), `${kind} ${rank}`);
    assert.equal(firstZoom(kind, undefined), firstZoom(kind, 5));
    assert.equal(firstZoom(kind, 9), firstZoom(kind, 5));
  }
});

test('a tag stands on its circle or in it where the circle is large enough to hold it', () => {
  many(100, roll => {
    const r = 41 + roll() * 300;
    for (const [x, y] of tagSpots(500, 400, r, 60)) assert.ok(Math.hypot(x - 500, y - 400) <= r + 1e-9);
  });
  assert.equal(clearLine([0, 0], [100, 0], [[40, -5, 60, 5]]), false);
  assert.equal(clearLine([0, 0], [100, 0], [[40, 5, 60, 9]]), true);
  assert.equal(clearLine([0, 0], [100, 0], [[-5, -5, 5, 5]]), true);
});
