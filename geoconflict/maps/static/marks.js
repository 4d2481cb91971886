// Events known to a spot: symbols, counted bubbles, and the circle that holds the true spot.
const FEW = 400; // visible events up to which each place shows its symbols; beyond, counted bubbles keep the map readable
const ROW = 3; // symbols that stand side by side at one place before a count says it shorter
const SYMBOL = 7, STEP = 15, CELL = 44;

/** Group what stands at one place, or in one cell of the world's grid, then join marks that would lie on each other. */
function makeMarks(view, events, indices, few) {
  const groups = new Map();
  for (const i of indices) {
    if (events.where[i] !== POINT) continue;
    const x = events.x[i] * view.scale - view.left, y = events.y[i] * view.scale - view.top;
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
    const key = few ? `${events.x[i]} ${events.y[i]}` : Math.floor((x + view.left) / CELL) * 1e6 + Math.floor((y + view.top) / CELL);
    const group = groups.get(key);
    if (group) { group.x += x; group.y += y; group.events.push(i); } else groups.set(key, { x, y, events: [i] });
  }
  const marks = [];
  for (const group of groups.values()) { group.x /= group.events.length; group.y /= group.events.length; }
  for (const group of [...groups.values()].sort((a, b) => b.events.length - a.events.length || a.y - b.y || a.x - b.x)) {
    const over = marks.find(mark => Math.hypot(mark.x - group.x, mark.y - group.y) < reach(mark) + reach(group) * 0.8);
    if (over) over.events.push(...group.events); else marks.push(group);
  }
  for (const mark of marks) {
    const half = mark.events.length <= ROW ? STEP * (mark.events.length - 1) / 2 + SYMBOL + 3 : reach(mark) + 2;
    const tall = mark.events.length <= ROW ? SYMBOL + 3 : half;
    mark.box = [mark.x - half, mark.y - tall, mark.x + half, mark.y + tall];
  }
  return marks;
}

/** Half the width of a mark in pixels. */
function reach(mark) {
  const count = mark.events.length;
  return count <= ROW ? SYMBOL + (count - 1) * STEP / 2 : Math.min(24, 10 + Math.log10(count) * 4.2);
}

/** The circle that holds the true spot 9 times in 10: a fine ring, filled only for the chosen event. */
function drawRings(pen, view, events, marks, skin, chosen) {
  for (const mark of marks) {
    const seen = new Set();
    if (mark.events.length > ROW) continue;
    for (const i of mark.events) {
      const radius = (events.radius[i] || 0) / metresPerPixel(events.y[i], view.scale), key = `${events.x[i]} ${events.y[i]} ${radius}`;
      if (radius < SYMBOL + 5 || radius > view.width || (seen.has(key) && i !== chosen)) continue;
      seen.add(key);
      const [x, y] = onScreen(view, events.x[i], events.y[i]);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      if (i === chosen) { pen.globalAlpha = 0.1; pen.fillStyle = skin.focus; pen.fill(); }
      pen.globalAlpha = i === chosen ? 1 : 0.7;
      pen.setLineDash([2, 3]);
      pen.lineWidth = 1;
      pen.strokeStyle = i === chosen ? skin.focus : skin.ink;
      pen.stroke();
    }
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}
function drawMarks(pen, view, events, marks, skin, chosen) {
  const hits = [];
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const mark of marks) {
    const count = mark.events.length;
    if (count <= ROW) {
      mark.events.forEach((i, k) => {
        const x = mark.x + (k - (count - 1) / 2) * STEP;
        drawSymbol(pen, skin, events.type[i], x, mark.y, SYMBOL, events.background[i]);
        if (i === chosen) ringAround(pen, skin, x, mark.y, SYMBOL + 5);
        hits.push({ event: i, x, y: mark.y, box: [x - 12, mark.y - 12, x + 12, mark.y + 12] });
      });
      continue;
    }
    const r = reach(mark);
    pen.beginPath();
    pen.arc(mark.x, mark.y, r, 0, 2 * Math.PI);
    pen.globalAlpha = Math.min(1, 0.8 + Math.log10(count) * 0.06);
    pen.fillStyle = skin.halo;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = count < 10 ? 1.1 : 1.8;
    pen.strokeStyle = skin.ink;
    pen.stroke();
    pen.fillStyle = skin.ink;
    pen.font = `600 12px ${skin.font}`;
    pen.fillText(count < 10000 ? String(count) : `${Math.round(count / 1000)}k`, mark.x, mark.y + 0.5);
    if (mark.events.includes(chosen)) ringAround(pen, skin, mark.x, mark.y, r + 4);
    hits.push({ mark, x: mark.x, y: mark.y, box: mark.box });
  }
  return hits;
}
function ringAround(pen, skin, x, y, r) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.lineWidth = 3;
  pen.strokeStyle = skin.focus;
  pen.stroke();
}
function labelMarks(placer, events, marks) {
  const { skin } = placer, named = [];
  for (const mark of marks) {
    const names = [...new Set(mark.events.map(i => events.place[i] && placeWords(events.place[i], events.relation[i])).filter(Boolean))];
    if (!names.length) continue;
    const text = shorten(names.slice(0, 2).join(', ') + (names.length > 2 ? ` +${names.length - 2}` : ''));
    if (placer.place([text], mark.x, mark.y, { font: `600 13px ${skin.font}`, colour: skin.ink, spots: besideBox(mark.x, mark.y, mark.box) })) {
      named.push(...mark.events.map(i => ({ text: events.place[i], x: mark.x, y: mark.y })));
    }
  }
  return named;
}
