// Time: a range of days or one day, an axis with a histogram, play and steps; the day whose zones and camps are shown.

/** How time is shown, from the address. */
function timeState(address) {
  const recent = Number(address.get('n'));
  return {
    mode: address.get('m') === 'asof' ? 'asof' : 'range',
    recent: RECENT_DAYS.includes(recent) ? recent : null,
    step: STEPS.includes(address.get('k')) ? address.get('k') : null,
  };
}
const STEPS = ['day', 'week', 'month'], RECENT_DAYS = [1, 3, 7, 14, 30, 90, 365], SPEEDS = [1, 2, 4, 8];

/** Of the days of an event the one its card says who held the place on; else its first. */
function controlDay(app, i) {
  const { start, end } = app.events, told = dayOf(app.cell('zone_as_of', i));
  return told === null ? start[i] : Math.max(start[i], Math.min(end[i], told));
}

/** The day whose zones and camps are shown: that of the chosen event, else the end of the chosen time. */
function shownDay(app) {
  const { events, state, zones } = app;
  if (state.chosen >= 0 && events.start[state.chosen] !== null) return controlDay(app, state.chosen);
  if (state.to !== null) return state.to === events.last ? lastMapDay(app) : state.to;
  return zones ? Math.max(...zones.items.map(zone => zone.from ?? -Infinity)) : null;
}

/** The end of all time, or the last day before it that has a control map, not before the latest event began. */
function lastMapDay(app) {
  const { events: { start, first, last }, zones } = app;
  if (!zones) return last;
  if (app.lastMapDay === undefined) {
    const latest = start.reduce((most, day) => day === null || day > last ? most : Math.max(most, day), first);
    const held = zones.items.reduce((most, { from, to }) => from !== null && from > last ? most : Math.max(most, to === null ? last : Math.min(last, to - 1)), -Infinity);
    app.lastMapDay = held >= latest ? held : last;
  }
  return app.lastMapDay;
}

/** Without a dated event the time is that of the control maps. */
function takeTimeOfZones(events, zones) {
  const days = events.first === null && zones ? zones.items.map(zone => zone.from).filter(day => day !== null) : [];
  if (new Set(days).size > 1) Object.assign(events, { first: Math.min(...days), last: Math.max(...days) });
}

/** Defaults that fit the span: a step that makes play last seconds, not minutes; recent events that are few. */
function settleTime(app) {
  const { events, state } = app, span = events.last - events.first;
  state.step ??= span <= 92 ? 'day' : span <= 1100 ? 'week' : 'month';
  state.recent ??= span <= 31 ? 3 : span <= 200 ? 7 : span <= 1100 ? 30 : 90;
}

/** Whether an event is older than those that stand out in the "as of" mode; one without a day is not known to be recent. */
function isFaded(app, i) {
  const { state, events } = app;
  return state.mode === 'asof' && i !== state.chosen && (events.end[i] === null || events.end[i] <= state.to - state.recent);
}

/** The line below the headline: how many, when, and the day of control. */
function fillDateline(app, visible) {
  const { events, state } = app;
  let told = 0, undated = 0, recent = 0, from = null, to = null;
  for (const i of visible) {
    if (events.background[i]) continue;
    told++;
    if (events.start[i] === null) { undated++; continue; }
    if (!isFaded(app, i)) recent++;
    if (from === null || events.start[i] < from) from = events.start[i];
    if (to === null || events.end[i] > to) to = events.end[i];
  }
  if (from !== null) [from, to] = [Math.max(from, state.from), Math.min(to, state.to)]; // one that lasts longer does not stretch what is asked
  const background = visible.length - told, counted = say('count.events', { count: told });
  const parts = [
    from === null
      ? counted
      : state.mode === 'asof'
        ? say('time.up_to', { events: counted, day: dayWords(state.to) })
        : say('time.in', { events: counted, span: spanWords(from, to) }),
  ];
  if (state.mode === 'asof' && told) parts.push(say('time.recent_count', { count: recent, days: daysWords(state.recent) }));
  if (undated && told > undated) parts.push(say('time.undated', { count: undated }));
  if (background) parts.push(say('time.background', { count: background }));
  // Control is drawn for one day; under events of much earlier days it must not pass for theirs.
  const control = controlWords(app),
    early =
      control &&
      state.mode === 'range' &&
      app.controllersInView?.size &&
      state.chosen < 0 &&
      from !== null &&
      shownDay(app) - from > APART_DAYS;
  const held = early ? say('time.not_earlier', { control }) : control, line = [parts.join('; '), held].filter(Boolean).join('. ');
  if ($('dateline').textContent !== line) $('dateline').replaceChildren(parts.join('; '), make('span', { className: 'control' }, held && `. ${held}`));
  $('as-of').textContent = held;
}
const daysWords = count => say('time.last_days', { count });

function buildTime(app) {
  const { events, state } = app, from = $('from'), to = $('to');
  $('time').hidden = events.first === null || events.first === events.last;
  if ($('time').hidden) { state.mode = 'range'; return; }
  settleTime(app);
  for (const slider of [from, to]) Object.assign(slider, { min: events.first, max: events.last, step: 1 });
  app.setSliders = () => {
    const asOf = state.mode === 'asof', shares = [state.from, state.to].map(day => (day - events.first) / (events.last - events.first));
    if (asOf) { state.from = events.first; shares[0] = 0; }
    events.faded = asOf ? i => isFaded(app, i) : null;
    $('time').dataset.mode = state.mode;
    for (const mode of ['range', 'asof']) $(`mode-${mode}`).checked = state.mode === mode;
    from.value = state.from;
    to.value = state.to;
    for (const slider of [from, to]) slider.setAttribute('aria-valuetext', dayWords(Number(slider.value)));
    to.setAttribute('aria-label', say(asOf ? 'time.day' : 'time.to'));
    from.hidden = asOf;
    $('recent-field').hidden = !asOf;
    $('range').textContent = asOf ? say('time.as_of', { day: dayWords(state.to) }) : spanWords(state.from, state.to);
    $('fill').style.setProperty('inset-inline-start', `${100 * shares[0]}%`);
    $('fill').style.setProperty('inset-inline-end', `${100 * (1 - shares[1])}%`);
    paintHistogram(app);
  };
  app.moveTime = (start, end) => {
    state.to = Math.max(events.first, Math.min(events.last, end));
    state.from = Math.max(events.first, Math.min(state.to, start));
    app.setSliders();
    app.refresh();
  };
  from.addEventListener('input', () => app.moveTime(Math.min(Number(from.value), state.to), state.to));
  to.addEventListener('input', () => app.moveTime(state.from, Math.max(Number(to.value), state.mode === 'asof' ? events.first : state.from)));
  for (const mode of ['range', 'asof']) $(`mode-${mode}`).addEventListener('change', () => setMode(app, mode));
  buildChoices(app);
  buildPlay(app);
  for (const [id, way] of /** @type {[string, number][]} */ ([
    ['earlier-event', -1],
    ['later-event', 1],
  ]))
    $(id).addEventListener('click', () => stepEvent(app, way));
  dragTime(app);
  addEventListener('keydown', event => pressTime(app, event));
  app.setSliders();
}

/** Between a range of days and one day; the start of the range is kept for the way back. */
function setMode(app, mode) {
  const { state, events } = app;
  if (mode === state.mode) return;
  if (mode === 'asof') state.rangeFrom = state.from;
  state.mode = mode;
  app.moveTime(mode === 'range' ? state.rangeFrom ?? events.first : events.first, state.to);
}
function buildChoices(app) {
  const { state } = app, fill = (id, values, words, value) => {
    $(id).replaceChildren(...values.map(one => make('option', { value: String(one) }, words(one))));
    $(id).value = String(value);
  };
  fill('step', STEPS, one => say(`time.step_${one}`), state.step);
  fill('speed', SPEEDS, one => say('time.times', { number: one }), 1);
  fill('recent', RECENT_DAYS, daysWords, state.recent);
  $('step').addEventListener('change', () => { state.step = $('step').value; app.settle(); });
  $('recent').addEventListener('change', () => { state.recent = Number($('recent').value); app.moveTime(state.from, state.to); });
}

/** A day some steps on; a month ends on its last day where it has no such day. */
function dayAfter(day, step, count) {
  if (step !== 'month') return day + count * (step === 'week' ? 7 : 1);
  const date = dateOf(day), month = date.getUTCFullYear() * 12 + date.getUTCMonth() + count;
  const ofMonth = k => utc(Math.floor(k / 12), k - 12 * Math.floor(k / 12), 1);
  return Math.min(ofMonth(month) + date.getUTCDate() - 1, ofMonth(month + 1) - 1);
}

/** Move to a day: a window that does not begin at the first day keeps its length, another grows or shrinks. */
function moveTo(app, day) {
  const { events, state } = app, end = Math.max(events.first, Math.min(events.last, day)), whole = state.mode === 'asof' || state.from === events.first;
  const start = whole ? events.first : Math.max(events.first, state.from + end - state.to);
  app.moveTime(start, whole ? end : Math.max(end, start));
}
const STEP_MS = 700, CALM_STEP_MS = 1200, MEAN_DAYS = { day: 1, week: 7, month: 30.4 };

/** Play glides through the days of each step; where the reader wants less motion it stands and steps. */
function buildPlay(app) {
  const { events, state } = app, play = $('play');
  let running = 0;
  const show = on => { play.textContent = say(on ? 'time.pause' : 'time.play'); play.setAttribute('aria-pressed', String(on)); };
  const stop = () => { running = 0; show(false); };
  app.togglePlay = () => {
    if (running) { stop(); return; }
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches, mine = running = performance.now();
    show(true);
    if (state.to >= events.last) {
      const length = state.mode === 'asof' || state.from === events.first ? 0 : state.to - state.from;
      app.moveTime(events.first, events.first + length);
    }
    let last = mine;
    const tick = now => {
      if (running !== mine) return;
      const each = (calm ? CALM_STEP_MS : STEP_MS) / Number($('speed').value), steps = (now - last) / each;
      const next = calm ? steps >= 1 ? dayAfter(state.to, state.step, 1) : state.to : state.to + Math.floor(steps * MEAN_DAYS[state.step]);
      if (next > state.to) {
        last = calm ? now : last + (next - state.to) / MEAN_DAYS[state.step] * each;
        moveTo(app, next);
      }
      if (state.to >= events.last) stop(); else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };
  play.addEventListener('click', app.togglePlay);
  show(false);
}

/** Dated events the filters let through, the earliest first; kept until the filters change. */
function eventsInOrder(app) {
  const { events, mask } = app;
  if (app.inOrder?.mask !== mask) {
    const order = [];
    for (let i = 0; i < events.count; i++) if (mask[i] && events.start[i] !== null) order.push(i);
    app.inOrder = { mask, order: order.sort((a, b) => events.start[a] - events.start[b] || a - b) };
  }
  return app.inOrder.order;
}

/** Open the event before or after the chosen one, or after the day shown; the focus stays where it steps. */
function stepEvent(app, way) {
  const { events, state } = app, all = eventsInOrder(app), order = state.mode === 'asof' ? all : all.filter(i => inTime(events, state, i));
  const at = order.indexOf(state.chosen), day = shownDay(app);
  const next = at >= 0 ? at + way : way > 0 ? order.findIndex(i => events.start[i] > day) : order.findLastIndex(i => events.start[i] <= day);
  const held = document.activeElement, i = order[next];
  if (i === undefined || next < 0) { $('time-said').textContent = say(way > 0 ? 'time.no_later' : 'time.no_earlier'); return; }
  if (state.mode === 'asof') app.moveTime(events.first, events.start[i]);
  chooseEvent(app, i, state.ordered?.includes(i) ? state.ordered : byDay(events, order), true);
  if (held?.closest('#time, [data-map]')) held.focus({ preventScroll: true });
  $('time-said').textContent = say('time.at', {
    number: number(next + 1),
    of: number(order.length),
    when: whenOf(app, i),
    place: placeOf(events, i),
    kind: events.types[events.type[i]],
  });
}

/** A window is moved by its bar; a press on the histogram brings the nearest handle. */
function dragTime(app) {
  const { events, state } = app, fill = $('fill'), bar = fill.parentElement, dayAt = event => {
    const box = bar.getBoundingClientRect(), share = (event.clientX - box.left) / box.width;
    return Math.round(events.first + (document.documentElement.dir === 'rtl' ? 1 - share : share) * (events.last - events.first));
  };
  let held = null;
  fill.addEventListener('pointerdown', event => {
    if (state.mode !== 'range' || (state.from === events.first && state.to === events.last)) return;
    held = { day: dayAt(event), from: state.from, to: state.to };
    fill.setPointerCapture(event.pointerId);
  });
  fill.addEventListener('pointermove', event => {
    if (!held) return;
    const by = Math.max(events.first - held.from, Math.min(events.last - held.to, dayAt(event) - held.day));
    app.moveTime(held.from + by, held.to + by);
  });
  for (const end of ['pointerup', 'pointercancel']) fill.addEventListener(end, () => { held = null; });
  $('histogram').addEventListener('click', event => {
    const day = dayAt(event);
    if (state.mode === 'asof' || Math.abs(day - state.to) <= Math.abs(day - state.from)) app.moveTime(state.from, Math.max(day, state.from));
    else app.moveTime(Math.min(day, state.to), state.to);
  });
}

/** Keys: comma and full stop a day, with shift a step, brackets an event; only on the time, the map and the details. */
function pressTime(app, event) {
  const at = event.target;
  if (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.defaultPrevented ||
    !at.closest?.('#time, [data-map], #details') ||
    at.matches('input:not([type="range"], [type="radio"]), textarea, select')
  )
    return;
  const keys = {
    ',': () => moveTo(app, app.state.to - 1), '.': () => moveTo(app, app.state.to + 1),
    '<': () => moveTo(app, dayAfter(app.state.to, app.state.step, -1)), '>': () => moveTo(app, dayAfter(app.state.to, app.state.step, 1)),
    '[': () => stepEvent(app, -1), ']': () => stepEvent(app, 1),
  };
  const act = event.key === ' ' && at.matches('#time input[type="range"]') ? app.togglePlay : keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

// The axis and the histogram.
const DOTS = 60; // events up to which each is a dot over the axis
// Pixels: beside the axis for handles and words; from above to the bar, to the foot of the bars; and their height.
const RAIL_PAD = 26, AXIS_TOP = 47, BARS_END = 37, BARS_TALL = 25;
const UNITS_OF_TIME = ['day', 'week', 'month', 'year'], LEAST_BAR = 4;
const dateOf = day => new Date(day * DAY_MS);
const MONDAY = 4; // day 4 after 1970-01-01 was a Monday

/** The first day of the unit that holds a day. */
function unitStart(day, unit) {
  if (unit === 'day') return day;
  if (unit === 'week') return day - ((day - MONDAY) % 7 + 7) % 7;
  const date = dateOf(day);
  return utc(date.getUTCFullYear(), unit === 'year' ? 0 : date.getUTCMonth(), 1);
}
const unitAfter = (day, unit, count = 1) => unit === 'year' ? dayAfter(day, 'month', 12 * count) : dayAfter(day, unit, count);

/** Days of an axis that carry a tick, as fine as the words below them allow. */
function ticksOf(first, last, width) {
  /** @type {[string, number, number][]} */
  const choices = [
    ['day', 1, 1], ['day', 2, 2], ['week', 1, 7], ['week', 2, 14], ['month', 1, 30.4], ['month', 2, 61], ['month', 3, 91], ['month', 6, 183],
    ...[1, 2, 5, 10, 25, 50, 100, 250, 500].map(years => /** @type {[string, number, number]} */ (['year', years, 365.2 * years])),
  ];
  const room = { day: 74, week: 74, month: 62, year: 48 };
  const [unit, count] = choices.find(([name, , days]) => width / (last - first) * days >= room[name]) || ['year', 1000];
  const out = [];
  let day = unitStart(first, unit);
  if (unit === 'year') while (dateOf(day).getUTCFullYear() % count) day = unitAfter(day, 'year', -1);
  if (unit === 'month') while (dateOf(day).getUTCMonth() % count) day = unitAfter(day, 'month', -1);
  for (; day <= last; day = unitAfter(day, unit, count)) if (day >= first) out.push(day);
  return { unit, days: out };
}

/** A tick in words: the year where it changes and at the first, else no more than is new. */
function tickWords(day, unit, before) {
  if (unit === 'year') return calendar(day, monthParts).year;
  const same = before !== null && dateOf(before).getUTCFullYear() === dateOf(day).getUTCFullYear();
  if (unit === 'month') return same ? calendar(day, monthParts).month : monthWords(day);
  return same ? say('date.dayMonth', calendar(day)) : dayWords(day);
}

/** Count events by bar and type; the bars are days, weeks, months or years, as wide as can be seen. */
function drawHistogram(app) {
  const { events, mask } = app, width = $('histogram').clientWidth - 2 * RAIL_PAD, span = events.last - events.first;
  app.bars = null;
  if (width <= 0 || events.first === null || span <= 0) return;
  const days = { day: 1, week: 7, month: 30.4, year: 365 }, few = events.count <= DOTS;
  const unit = UNITS_OF_TIME.find(name => width * days[name] / span >= LEAST_BAR) || 'year';
  const barOf = new Int32Array(span + 1), starts = [];
  for (let day = unitStart(events.first, unit), next; day <= events.last; day = next) {
    next = unitAfter(day, unit);
    barOf.fill(starts.length, Math.max(0, day - events.first), Math.max(0, Math.min(span + 1, next - events.first)));
    starts.push({ from: Math.max(day, events.first), to: Math.min(next - 1, events.last), types: new Uint32Array(events.types.length), all: 0, members: [] });
  }
  for (let i = 0; i < events.count; i++) {
    const day = events.start[i];
    if (!mask[i] || day === null || day < events.first || day > events.last) continue;
    const bar = starts[barOf[day - events.first]];
    if (!bar) continue;
    bar.all++;
    bar.types[events.type[i]]++;
    if (few) bar.members.push(i);
  }
  app.bars = { unit, few, starts, most: starts.reduce((most, bar) => Math.max(most, bar.all), 1), ticks: ticksOf(events.first, events.last, width) };
  paintHistogram(app);
}
function paintHistogram(app) {
  const { events, skin, bars, state } = app, canvas = $('histogram'), ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (!bars || !width) return;
  // Setting the size clears, but takes new memory each time: a step of the slider only wipes.
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio))
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const pen = canvas.getContext('2d'), span = events.last - events.first, turned = document.documentElement.dir === 'rtl';
  const across = day => { const x = RAIL_PAD + (day - events.first) / span * (width - 2 * RAIL_PAD); return turned ? width - x : x; };
  const weight = (from, to) => from > state.to || to < state.from ? 0.25 : state.mode === 'asof' && to <= state.to - state.recent ? 0.6 : 1;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  for (const bar of bars.starts) {
    if (!bar.all) continue;
    if (bars.few) {
      bar.members.forEach((i, k) => {
        pen.globalAlpha = weight(events.start[i], events.end[i]);
        drawSymbol(pen, skin, events.type[i], across(events.start[i]), BARS_END - 7 - k * Math.min(9, BARS_TALL / bars.most), 3.4, events.background[i]);
      });
      continue;
    }
    const a = across(bar.from),
      b = across(bar.to + 1),
      left = Math.max(Math.min(a, b), turned ? 0 : a),
      wide = Math.max(2.5, Math.min(22, Math.abs(b - a) - 1)),
      total = Math.max(2, (bar.all / bars.most) * BARS_TALL);
    let top = BARS_END;
    pen.globalAlpha = weight(bar.from, bar.to);
    bar.types.forEach((count, type) => { // from below in the key's order, a hairline between two: told apart in grey too
      if (!count) return;
      const tall = total * count / bar.all;
      pen.fillStyle = skin.types[Math.min(type, skin.types.length - 1)];
      pen.fillRect(left, top - tall, wide, tall > 3 ? tall - 0.8 : tall);
      top -= tall;
    });
  }
  pen.globalAlpha = 1;
  paintAxis(app, pen, across, width);
}
function paintAxis(app, pen, across, width) {
  const { skin, bars } = app;
  Object.assign(pen, { font: `11px ${skin.font}`, textAlign: 'center', textBaseline: 'top', fillStyle: skin.soft, strokeStyle: skin.soft, lineWidth: 1 });
  const taken = [];
  let before = null;
  pen.beginPath();
  for (const day of bars.ticks.days) {
    const x = Math.round(across(day)) + 0.5;
    pen.moveTo(x, AXIS_TOP + 10);
    pen.lineTo(x, AXIS_TOP + 15);
    const words = tickWords(day, bars.ticks.unit, before), half = pen.measureText(words).width / 2, middle = Math.max(half, Math.min(width - half, x));
    if (taken.some(([left, right]) => middle - half < right + 6 && middle + half > left - 6)) continue;
    taken.push([middle - half, middle + half]);
    pen.fillText(words, middle, AXIS_TOP + 17);
    before = day;
  }
  pen.stroke();
  if (bars.few) return;
  const words = say(`time.most_${bars.unit}`, { count: bars.most }), turned = document.documentElement.dir === 'rtl';
  Object.assign(pen, { textAlign: turned ? 'right' : 'left', strokeStyle: skin.paper, lineWidth: 3 });
  pen.strokeText(words, turned ? width : 0, 0);
  pen.fillText(words, turned ? width : 0, 0);
}
