// Which events share a mark, and how large a symbol is.
const test = require('node:test');
const assert = require('node:assert/strict');
const { page, many } = require('./page.js');

const { cellsOf, crowdGroups, placeGroups, joinMarks, membersOf, fanSpots, bubbleRadius, rimShares, makeMarks, isBubble, sizesOf, sizeStep, SIZE_FROM, SIZE_RADIUS, UNKNOWN_SIZE, radiusOf, LEAST_ARC, FINE, project }
  = page(['cellsOf', 'crowdGroups', 'placeGroups', 'joinMarks', 'membersOf', 'fanSpots', 'bubbleRadius', 'rimShares', 'makeMarks', 'isBubble', 'sizesOf', 'sizeStep', 'SIZE_FROM', 'SIZE_RADIUS', 'UNKNOWN_SIZE', 'radiusOf', 'LEAST_ARC', 'FINE', 'project']);

function someEvents(roll, count) {
  const events = { count, x: new Float64Array(count), y: new Float64Array(count), where: [], type: [], sizes: null, background: [] };
  for (let i = 0; i < count; i++) {
    // Half at a few places, half anywhere: towns and villages.
    const town = roll() < 0.5 ? Math.floor(roll() * 6) : -1;
    [events.x[i], events.y[i]] = town < 0 ? [140 + roll() * 20, 95 + roll() * 15] : [142 + town * 3, 100];
    events.where.push(roll() < 0.9 ? 0 : 1);
    events.type.push(Math.floor(roll() * 9));
    events.background.push(0);
  }
  return events;
}
const view = { scale: 64, left: 140 * 64, top: 95 * 64, width: 1280, height: 960 };

test('every event of a view is in exactly one mark, and no event known only to an area is in any', () => {
  many(40, roll => {
    const events = someEvents(roll, 1 + Math.floor(roll() * 900)), indices = [...events.type.keys()].filter(() => roll() < 0.8), few = roll() < 0.5;
    const marks = makeMarks(view, events, indices, few), held = marks.flatMap(mark => membersOf(mark, events.cells));
    const expected = indices.filter(i => events.where[i] === 0 && events.x[i] * 64 - view.left >= 0 && events.y[i] * 64 - view.top >= 0 && events.x[i] * 64 - view.left <= view.width && events.y[i] * 64 - view.top <= view.height);
    assert.deepEqual([...held].sort((a, b) => a - b), expected);
    for (const mark of marks) assert.equal(mark.count, membersOf(mark, events.cells).length);
  });
});

test('a lone event beside a crowd keeps its own symbol', () => {
  const events = { count: 501, x: new Float64Array(501).fill(145), y: new Float64Array(501).fill(100), where: Array(501).fill(0), type: Array(501).fill(0), background: Array(501).fill(0), sizes: null };
  events.x[500] = 145 + (bubbleRadius(500) + 12) / view.scale; // just beyond the rim
  const marks = makeMarks(view, events, [...events.type.keys()], false);
  assert.deepEqual(Array.from(marks, mark => mark.count).sort((a, b) => a - b), [1, 500]);
  events.x[500] = 145 + 4 / view.scale; // under the bubble
  events.cellsByScale = undefined;
  assert.equal(makeMarks(view, events, [...events.type.keys()], false).length, 1);
});

test('panning moves no event to another group, and zooming in never joins more than all', () => {
  many(20, roll => {
    const events = someEvents(roll, 600), cells = cellsOf(events, view.scale), indices = [...events.type.keys()];
    const members = shift => crowdGroups({ ...view, left: view.left - shift, top: view.top - shift, width: 3000, height: 3000 }, events, indices, cells)
      .map(group => membersOf(group, cells).join()).sort();
    assert.deepEqual(members(0), members(37));
  });
});

test('events at one place are one group however many, and order does not matter', () => {
  const events = { count: 10000, x: new Float64Array(10000).fill(145), y: new Float64Array(10000).fill(100), where: Array(10000).fill(0), type: Array(10000).fill(1), background: [], sizes: null };
  const indices = [...events.type.keys()];
  assert.deepEqual(Array.from(makeMarks(view, events, indices, false), mark => mark.count), [10000]);
  assert.deepEqual(Array.from(makeMarks(view, events, indices.reverse(), false), mark => mark.count), [10000]);
});

test('what marks of one view take does not overlap by more than a symbol', () => {
  many(20, roll => {
    const events = someEvents(roll, 800), marks = makeMarks(view, events, [...events.type.keys()], false);
    const bubbles = marks.filter(isBubble);
    for (const a of bubbles) for (const b of bubbles) if (a !== b) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > Math.max(a.half, b.half), 'one bubble hides the middle of another');
  });
});

test('a fan of up to 40 leaves each event a target of 24 pixels', () => {
  for (let count = 2; count <= 40; count++) {
    const spots = fanSpots(count, 28);
    assert.equal(spots.length, count);
    for (let a = 0; a < count; a++) {
      assert.ok(Math.hypot(...spots[a]) >= 24, `${a} of ${count} lies on the place itself`);
      for (let b = a + 1; b < count; b++) assert.ok(Math.hypot(spots[a][0] - spots[b][0], spots[a][1] - spots[b][1]) >= 24, `${a} and ${b} of ${count}`);
    }
  }
});

test('the rim of a bubble is shared out whole, and no type present loses its room', () => {
  many(200, roll => {
    const amounts = Int32Array.from({ length: 7 }, () => roll() < 0.4 ? 0 : Math.floor(roll() ** 4 * 5000) + 1);
    const total = amounts.reduce((a, b) => a + b, 0);
    if (!total) return;
    const around = 2 * Math.PI * bubbleRadius(Math.max(2, total)), shares = rimShares(amounts, around);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - around) < 1e-6);
    amounts.forEach((amount, k) => assert.ok(amount ? shares[k] >= Math.min(LEAST_ARC, around / 7) - 1e-9 : shares[k] === 0));
    for (let a = 0; a < 7; a++) for (let b = 0; b < 7; b++) if (amounts[a] > amounts[b]) assert.ok(shares[a] >= shares[b] - 1e-9, 'more events, less rim');
  });
});

test('sizes: each step has twice the area of the one before, unknown is not zero', () => {
  for (let step = 1; step < SIZE_FROM.length; step++) {
    const areas = (SIZE_RADIUS[step] / SIZE_RADIUS[step - 1]) ** 2;
    assert.ok(Math.abs(areas / 2 - 1) < 0.02, `step ${step}: area ${areas}`);
  }
  for (let killed = 0; killed < 3000; killed++) {
    assert.ok(killed >= SIZE_FROM[sizeStep(killed)] && (killed < SIZE_FROM[sizeStep(killed) + 1] || sizeStep(killed) === 3));
  }
  assert.deepEqual([...sizesOf([null, 0, 3, 4, 10, 25, 9999], undefined)], [UNKNOWN_SIZE, 0, 0, 1, 2, 3, 3]);
  assert.deepEqual([...sizesOf([null, null], [12, null])], [2, UNKNOWN_SIZE]);
  assert.equal(sizesOf([null, null], undefined), null);
  assert.equal(sizesOf(undefined, undefined), null);
  assert.equal(radiusOf({ sizes: Uint8Array.of(UNKNOWN_SIZE) }, 0), Math.min(...SIZE_RADIUS));
});
