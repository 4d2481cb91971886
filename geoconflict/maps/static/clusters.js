// Which events share a mark on this view. Pure: typed columns in, groups out; nothing here draws.
const FINE = 16; // pixels of the grid that groups a crowd: about one symbol, so that a group is no wider than its mark
const BUCKET = 64; // pixels of the grid in which marks look for neighbours; wider than two of the largest marks

/** Half the width of a bubble in pixels; the count it holds is written in it, so its size only helps. */
const bubbleRadius = count => Math.min(24, 10 + Math.log10(count) * 4.2);

/**
 * Number the cells of the world's grid that hold events, at one scale. Anchored to the world, not to the view: panning
 * moves no event to another group. Places of events are hashed by hand, for a Map of 100,000 keys costs a frame.
 * @param {Events} events
 * @param {number} scale pixels a zoom-0 pixel covers
 * @returns {Cells}
 */
function cellsOf(events, scale) {
  let bits = 10;
  while (2 ** bits < 2 * events.count) bits++;
  const mask = 2 ** bits - 1, slots = new Int32Array(mask + 1).fill(-1), of = new Int32Array(events.count).fill(-1);
  const columns = new Int32Array(events.count), rows = new Int32Array(events.count);
  let count = 0;
  for (let i = 0; i < events.count; i++) {
    if (events.where[i] !== POINT) continue;
    const column = Math.floor(events.x[i] * scale / FINE), row = Math.floor(events.y[i] * scale / FINE);
    let hash = Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca6b);
    hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
    let slot = (hash ^ hash >>> 13) & mask, cell = slots[slot];
    while (cell >= 0 && (columns[cell] !== column || rows[cell] !== row)) {
      slot = (slot + 1) & mask;
      cell = slots[slot];
    }
    if (cell < 0) {
      cell = slots[slot] = count++;
      columns[cell] = column;
      rows[cell] = row;
    }
    of[i] = cell;
  }
  return {
    scale,
    of,
    count,
    counts: new Int32Array(count),
    first: new Int32Array(count),
    next: new Int32Array(events.count),
    x: new Float64Array(count),
    y: new Float64Array(count),
  };
}

/**
 * Groups of a crowd: what lies in one fine cell of the grid, inside the view.
 * @param {View} view
 * @param {Events} events
 * @param {number[]} indices
 * @param {Cells} cells of `cellsOf` at the view's scale; its counters are overwritten
 * @returns {Mark[]}
 */
function crowdGroups(view, events, indices, cells) {
  const { of, counts, first, next, x, y } = cells, used = [];
  counts.fill(0);
  x.fill(0);
  y.fill(0);
  for (const i of indices) {
    const cell = of[i];
    if (cell < 0) continue;
    const left = events.x[i] * view.scale - view.left, top = events.y[i] * view.scale - view.top;
    if (left < 0 || top < 0 || left > view.width || top > view.height) continue;
    next[i] = counts[cell] ? first[cell] : -1;
    if (!counts[cell]) used.push(cell);
    first[cell] = i;
    counts[cell]++;
    x[cell] += left;
    y[cell] += top;
  }
  return used.map(cell => ({ x: x[cell] / counts[cell], y: y[cell] / counts[cell], count: counts[cell], cells: [cell], half: 0 }));
}

/**
 * Groups of few events: what stands at exactly one place.
 * @param {View} view
 * @param {Events} events
 * @param {number[]} indices
 * @returns {Mark[]}
 */
function placeGroups(view, events, indices) {
  const groups = new Map();
  for (const i of indices) {
    if (events.where[i] !== POINT) continue;
    const [x, y] = onScreen(view, events.x[i], events.y[i]);
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const key = `${events.x[i]} ${events.y[i]}`, group = groups.get(key);
    if (group) { group.events.push(i); group.count++; } else groups.set(key, { x, y, count: 1, events: [i], half: 0 });
  }
  return [...groups.values()];
}

/**
 * Join marks that would lie on each other, the largest first. A bubble takes in only what it would cover: a lone event
 * beside it keeps its own symbol.
 * @param {Mark[]} groups
 * @param {(mark: Mark) => number} halfOf half the width of a mark as it would be drawn
 * @returns {Mark[]}
 */
function joinMarks(groups, halfOf) {
  let marks = groups;
  for (const mark of marks) mark.half = halfOf(mark);
  for (let round = 0; round < 3; round++) { // marks grow by what they take in, and may then reach the next
    const before = marks.length, buckets = new Map(), kept = [];
    marks.sort((a, b) => b.count - a.count || a.y - b.y || a.x - b.x);
    for (const mark of marks) {
      const bucket = Math.floor(mark.x / BUCKET) * 65536 + Math.floor(mark.y / BUCKET), over = reachedBy(mark, bucket, buckets);
      if (over) {
        over.count += mark.count;
        if (over.events) over.events.push(...mark.events); else over.cells.push(...mark.cells);
        over.half = halfOf(over);
        continue;
      }
      const held = buckets.get(bucket);
      if (held) held.push(mark); else buckets.set(bucket, [mark]);
      kept.push(mark);
    }
    marks = kept;
    if (marks.length === before) break;
  }
  return marks;
}

/** The mark that would cover this one, among those in its bucket and the eight around it. */
function reachedBy(mark, bucket, buckets) {
  const own = mark.half * (mark.count === 1 ? 0.5 : 0.8);
  for (let column = bucket - 65536; column <= bucket + 65536; column += 65536) {
    for (let near = column - 1; near <= column + 1; near++) {
      const others = buckets.get(near);
      if (!others) continue;
      for (const other of others) {
        const dx = other.x - mark.x, dy = other.y - mark.y, reach = other.half + own;
        if (dx * dx + dy * dy < reach * reach) return other;
      }
    }
  }
  return null;
}

/** Events of a mark, in the layer's order. */
function membersOf(mark, cells) {
  if (mark.events) return mark.events;
  const out = [];
  for (const cell of mark.cells) for (let i = cells.first[cell]; i >= 0; i = cells.next[i]) out.push(i);
  return out.sort((a, b) => a - b);
}

/**
 * Where the events of one place stand when they are fanned out, about (0, 0): one ring, more than ten a spiral.
 * @param {number} count
 * @param {number} step pixels between two neighbours
 * @returns {number[][]}
 */
function fanSpots(count, step) {
  if (count <= 10) {
    const radius = Math.max(step * 1.3, count * step / (2 * Math.PI));
    return Array.from({ length: count }, (_, k) => {
      const turn = -Math.PI / 2 + (2 * Math.PI * k) / count;
      return [radius * Math.cos(turn), radius * Math.sin(turn)];
    });
  }
  const out = [];
  for (let k = 0, turn = 0, radius = step * 1.4; k < count; k++) {
    out.push([radius * Math.cos(turn - Math.PI / 2), radius * Math.sin(turn - Math.PI / 2)]);
    const move = step * 1.08 / radius;
    turn += move;
    radius += move * step * 1.05 / (2 * Math.PI);
  }
  return out;
}
