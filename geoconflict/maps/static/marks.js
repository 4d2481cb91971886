// Events known to a spot: symbols, counted bubbles, and the circle that holds the true spot.
const FADED = 0.38; // of events older than those that stand out, in the mode that shows one day
const FEW = 400; // visible events up to which each place shows its symbols; beyond, counted bubbles keep the map readable
const ROW = 3; // symbols that stand side by side at one place before a count says it shorter
const GAP = 2; // pixels between the symbols of a row
const MOST_SCALES = 6; // whose grids are kept: readers zoom in and out again
const MOST_RINGS = 200; // of uncertainty on one view: more would be a tangle nobody reads

/** How many of a mark's events stand side by side before it becomes a bubble: in a crowd only one. */
const isBubble = mark => mark.count > (mark.events ? ROW : 1);

/**
 * The marks of a view. Few events are grouped by place, a crowd by a fine grid of the world.
 * @param {View} view
 * @param {Events} events
 * @param {number[]} indices
 * @param {boolean} few
 * @returns {Mark[]}
 */
function makeMarks(view, events, indices, few) {
  let groups;
  if (few) groups = placeGroups(view, events, indices);
  else {
    const known = events.cellsByScale ||= new Map();
    if (!known.has(view.scale)) {
      if (known.size >= MOST_SCALES) known.delete(known.keys().next().value);
      known.set(view.scale, cellsOf(events, view.scale));
    }
    events.cells = known.get(view.scale);
    groups = crowdGroups(view, events, indices, events.cells);
  }
  const rowHalf = members => members.reduce((sum, i) => sum + radiusOf(events, i) + GAP / 2, 0);
  const halfOf = mark => isBubble(mark) ? bubbleRadius(mark.count) + 3 : rowHalf(mark.events || [events.cells.first[mark.cells[0]]]);
  const marks = joinMarks(groups, halfOf);
  for (const mark of marks) {
    const half = mark.half + 2, tall = isBubble(mark) ? half : Math.max(...membersOf(mark, events.cells).map(i => radiusOf(events, i))) + 3;
    mark.box = [mark.x - half, mark.y - tall, mark.x + half, mark.y + tall];
  }
  return marks;
}

/** Where each event of a row stands: `[event, x, y]`. */
function rowSpots(mark, events) {
  let x = mark.x - mark.half;
  return membersOf(mark, events.cells).map(i => {
    const r = radiusOf(events, i) + GAP / 2;
    x += 2 * r;
    return [i, x - r, mark.y];
  });
}

/** The circle that holds the true spot 9 times in 10: a fine ring, filled only for the chosen event. */
function drawRings(pen, view, events, marks, skin, chosen) {
  const seen = new Set(), single = marks.filter(mark => !isBubble(mark));
  const members = single.length > MOST_RINGS ? [] : single.flatMap(mark => membersOf(mark, events.cells));
  if (chosen >= 0 && events.where[chosen] === POINT) members.push(chosen); // last: over the others
  for (const i of members) {
    const isChosen = i === chosen, radius = (events.radius[i] || 0) / metresPerPixel(events.y[i], view.scale), key = `${events.x[i]} ${events.y[i]} ${radius}`;
    if (radius < radiusOf(events, i) + 5 || radius > view.width || (seen.has(key) && !isChosen)) continue;
    seen.add(key);
    const [x, y] = onScreen(view, events.x[i], events.y[i]);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    if (isChosen) { pen.globalAlpha = 0.1; pen.fillStyle = skin.focus; pen.fill(); }
    pen.globalAlpha = isChosen ? 1 : 0.6;
    pen.setLineDash([2, 3]);
    pen.lineWidth = isChosen ? 2 : 1;
    pen.strokeStyle = isChosen ? skin.focus : skin.ink;
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/**
 * Draw bubbles, then single symbols, the large below the small. Returns what can be clicked.
 * @param {CanvasRenderingContext2D} pen
 * @param {View} view
 * @param {Events} events
 * @param {Mark[]} marks
 * @param {Skin} skin
 * @param {number} chosen
 * @returns {Hit[]}
 */
function drawMarks(pen, view, events, marks, skin, chosen) {
  const hits = [], singles = [], bubbles = marks.filter(isBubble);
  for (const mark of bubbles) {
    if (events.faded) pen.globalAlpha = membersOf(mark, events.cells).every(events.faded) ? FADED : 1;
    drawBubble(pen, skin, events, mark);
    pen.globalAlpha = 1;
    hits.push({ mark, x: mark.x, y: mark.y, box: mark.box });
  }
  for (const mark of marks) if (!isBubble(mark)) singles.push(...rowSpots(mark, events));
  singles.sort((a, b) => radiusOf(events, b[0]) - radiusOf(events, a[0]));
  let ringed = false;
  for (const [i, x, y] of singles) {
    const r = radiusOf(events, i) + 3;
    if (events.faded) pen.globalAlpha = events.faded(i) ? FADED : 1;
    drawEvent(pen, skin, events, i, x, y);
    pen.globalAlpha = 1;
    if (i === chosen) { ringAround(pen, skin, x, y, r + 2); ringed = true; }
    hits.push({ event: i, x, y, box: [x - r, y - r, x + r, y + r] });
  }
  if (!ringed && chosen >= 0 && events.where[chosen] === POINT) hits.push(...callOut(pen, view, events, bubbles, skin, chosen));
  return hits;
}

/** The chosen event stands beside the bubble that counts it, on a line to its place. */
function callOut(pen, view, events, bubbles, skin, chosen) {
  const [x, y] = onScreen(view, events.x[chosen], events.y[chosen]);
  const bubble = bubbles.find(mark => Math.hypot(mark.x - x, mark.y - y) < mark.half + 4 && membersOf(mark, events.cells).includes(chosen));
  if (!bubble) return [];
  const away = (bubble.half + radiusOf(events, chosen) + 12) * Math.SQRT1_2, at = [bubble.x + away, bubble.y - away];
  drawLeg(pen, skin, [bubble.x + bubble.half * Math.SQRT1_2, bubble.y - bubble.half * Math.SQRT1_2], at);
  const r = radiusOf(events, chosen) + 5;
  drawEvent(pen, skin, events, chosen, at[0], at[1]);
  ringAround(pen, skin, at[0], at[1], r);
  ringAround(pen, skin, bubble.x, bubble.y, bubble.half + 2);
  return [{ event: chosen, x: at[0], y: at[1], box: [at[0] - r, at[1] - r, at[0] + r, at[1] + r] }];
}
function drawLeg(pen, skin, from, to) {
  for (const [width, colour] of [[3, skin.halo], [1.2, skin.ink]]) {
    pen.beginPath();
    pen.moveTo(from[0], from[1]);
    pen.lineTo(to[0], to[1]);
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}

/** How many events of each type a mark holds; types beyond the last symbol share it. */
function makeUp(events, mark) {
  const amounts = new Int32Array(SHAPES.length), last = SHAPES.length - 1;
  if (mark.events) for (const i of mark.events) amounts[Math.min(events.type[i], last)]++;
  else for (const cell of mark.cells) for (let i = events.cells.first[cell]; i >= 0; i = events.cells.next[i]) amounts[Math.min(events.type[i], last)]++;
  return amounts;
}
const LEAST_ARC = 10; // pixels of the rim a type gets however few its events are, so that its symbol has room

/**
 * Shares of the rim in pixels: as the amounts, but none present below `LEAST_ARC`.
 * @param {Int32Array} amounts
 * @param {number} around
 * @returns {number[]}
 */
function rimShares(amounts, around) {
  const total = amounts.reduce((sum, amount) => sum + amount, 0), raised = new Set();
  const share = (amount, k) => {
    if (!amount) return 0;
    if (raised.has(k)) return LEAST_ARC;
    let free = total;
    for (const other of raised) free -= amounts[other];
    return (around - raised.size * LEAST_ARC) * amount / free;
  };
  for (let again = true; again;) { // each raised share takes from the others, which may fall below in turn
    again = false;
    amounts.forEach((amount, k) => { if (amount && !raised.has(k) && share(amount, k) < LEAST_ARC) { raised.add(k); again = true; } });
  }
  return Array.from(amounts, share);
}

/** A count in a rim of arcs, one a type, each with the type's symbol on it: read by colour or by shape. */
function drawBubble(pen, skin, events, mark) {
  const r = bubbleRadius(mark.count), amounts = makeUp(events, mark), shares = rimShares(amounts, 2 * Math.PI * r);
  const stamps = [], several = shares.filter(Boolean).length > 1;
  pen.beginPath();
  pen.arc(mark.x, mark.y, r + 2.5, 0, 2 * Math.PI);
  pen.fillStyle = skin.halo;
  pen.fill();
  pen.lineWidth = 3.5;
  let turn = -Math.PI / 2;
  shares.forEach((length, type) => {
    if (!length) return;
    const end = turn + length / r, gap = several ? 1 / r : 0;
    pen.beginPath();
    pen.arc(mark.x, mark.y, r, turn + gap, end - gap);
    pen.strokeStyle = skin.types[type];
    pen.stroke();
    const middle = several ? (turn + end) / 2 : -Math.PI / 2;
    stamps.push([type, mark.x + r * Math.cos(middle), mark.y + r * Math.sin(middle)]);
    turn = end;
  });
  for (const [type, x, y] of stamps) stampSymbol(pen, skin, type, x, y, 3.4, false);
  pen.fillStyle = skin.ink;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.font = `600 ${mark.count < 1000 ? 12 : 11}px ${skin.font}`;
  pen.fillText(mark.count < 10000 ? String(mark.count) : `${Math.round(mark.count / 1000)}k`, mark.x, mark.y + 0.5);
}
function ringAround(pen, skin, x, y, r) {
  for (const [width, colour] of [[6, skin.halo], [3, skin.focus]]) {
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}
function labelMarks(placer, events, marks) {
  const { skin } = placer, named = [];
  for (const mark of marks) {
    const members = membersOf(mark, events.cells);
    const names = [...new Set(members.map(i => events.place[i] && placeWords(events.place[i], events.relation[i])).filter(Boolean))];
    if (!names.length) continue;
    const text = shorten(names.slice(0, 2).map(apart).join(', ') + (names.length > 2 ? ` +${names.length - 2}` : ''));
    if (placer.place([text], mark.x, mark.y, { font: `600 13px ${skin.font}`, colour: skin.ink, spots: besideBox(mark.x, mark.y, mark.box) })) {
      named.push(...members.map(i => ({ text: events.place[i], x: mark.x, y: mark.y })));
    }
  }
  return named;
}
