// Time: two handles, play, a histogram; the day whose zones and camps are shown.

/** The day whose zones and camps are shown: that of the chosen event, else the end of the chosen time. */
function shownDay(app) {
  const { events, state, zones } = app;
  if (state.chosen >= 0 && events.start[state.chosen] !== null) return events.start[state.chosen];
  if (state.to !== null) return state.to;
  return zones ? Math.max(...zones.items.map(zone => zone.from ?? -Infinity)) : null;
}

/** The line below the headline: how many, when, and the day of control. */
function fillDateline(app, visible) {
  const { events } = app;
  let told = 0, undated = 0, from = null, to = null;
  for (const i of visible) {
    if (events.background[i]) continue;
    told++;
    if (events.start[i] === null) { undated++; continue; }
    if (from === null || events.start[i] < from) from = events.start[i];
    if (to === null || events.end[i] > to) to = events.end[i];
  }
  const background = visible.length - told;
  const parts = [`${plural(told, 'event')}${from === null ? '' : `, ${spanWords(from, to)}`}`];
  if (undated && told > undated) parts.push(`${undated} without a date`);
  if (background) parts.push(`${background} more named as background`);
  // Control is drawn for one day; under events of much earlier days it must not pass for theirs.
  const control = controlWords(app), apart = control && app.controllersInView?.size && app.state.chosen < 0 && from !== null && shownDay(app) - from > APART_DAYS;
  $('dateline').textContent = [parts.join('; '), control + (apart ? ', not for earlier days; choose an event for its day' : '')].filter(Boolean).join('. ');
}
function buildTime(app) {
  const { events, state } = app, from = $('from'), to = $('to');
  $('time').hidden = events.first === null || events.first === events.last;
  if ($('time').hidden) return;
  const span = events.last - events.first;
  for (const slider of [from, to]) Object.assign(slider, { min: events.first, max: events.last, step: 1 });
  app.setSliders = () => {
    from.value = state.from;
    to.value = state.to;
    for (const slider of [from, to]) slider.setAttribute('aria-valuetext', dayWords(Number(slider.value)));
    $('range').textContent = spanWords(state.from, state.to);
    $('fill').style.left = `${100 * (state.from - events.first) / span}%`;
    $('fill').style.right = `${100 * (events.last - state.to) / span}%`;
  };
  const moved = () => { app.setSliders(); app.refresh(); };
  from.addEventListener('input', () => { state.from = Math.min(Number(from.value), state.to); moved(); });
  to.addEventListener('input', () => { state.to = Math.max(Number(to.value), state.from); moved(); });
  buildPlay(app, span);
  app.setSliders();
}
const PLAY_MS = 15000; // for the whole span
function buildPlay(app, span) {
  const { events, state } = app, play = $('play');
  let running = false;
  const stop = () => { running = false; play.textContent = 'Play'; play.setAttribute('aria-pressed', 'false'); };
  play.addEventListener('click', () => {
    if (running) { stop(); return; }
    running = true;
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', 'true');
    if (state.to >= events.last) state.to = state.from = events.first;
    let last = null;
    const tick = now => {
      if (!running) return;
      last ??= now;
      const days = Math.floor((now - last) * span / PLAY_MS);
      if (days) {
        last += days * PLAY_MS / span;
        state.to = Math.min(events.last, state.to + days);
        app.setSliders();
        app.refresh();
      }
      if (state.to >= events.last) stop(); else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}
const DOTS = 60; // events up to which each is a dot over the slider
function drawHistogram(app) {
  const { events, mask, skin } = app, canvas = $('histogram'), ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width || events.first === null) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext('2d'), few = events.count <= DOTS, span = events.last - events.first || 1, wide = few ? 9 : 4;
  const bins = new Map(), last = Math.floor(width / wide) - 1;
  pen.scale(ratio, ratio);
  for (let i = 0; i < events.count; i++) {
    if (!mask[i] || events.start[i] === null) continue;
    if (events.start[i] < events.first || events.start[i] > events.last) continue;
    const bin = Math.round((events.start[i] - events.first) / span * last);
    if (!bins.has(bin)) bins.set(bin, []);
    bins.get(bin).push(i);
  }
  const most = Math.max(1, ...[...bins.values()].map(members => members.length));
  for (const [bin, members] of bins) {
    const x = last > 0 ? 4.5 + bin / last * (width - 9) : width / 2;
    if (few) {
      const step = Math.min(9, (height - 4) / most);
      members.forEach((i, k) => drawSymbol(pen, skin, events.type[i], x, height - 6 - k * step, 3.4, events.background[i]));
    } else {
      const tall = Math.max(2, members.length / most * (height - 1));
      pen.fillStyle = skin.histogram;
      pen.fillRect(x - 1.5, height - tall, 3, tall);
    }
  }
}
