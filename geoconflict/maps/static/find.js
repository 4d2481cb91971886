// Which events are shown: filters, search, time; and the fields that set them.

/** Which events the type, actor and search filters let through; the slider does not touch this. */
function filterMask(app) {
  const { events, cards, state } = app, mask = new Uint8Array(events.count);
  const words = state.search.trim().toLocaleLowerCase();
  for (let i = 0; i < events.count; i++) {
    const actorFits = !state.actor || app.actorsOf(i).includes(state.actor);
    mask[i] = state.types.has(events.type[i]) && (state.background || !events.background[i]) && actorFits
      && (!words || app.searchText(i).includes(words)) ? 1 : 0;
  }
  return mask;
}

/** An event without a date fits every day: nobody knows it does not. The ends of the slider reach beyond its days. */
function inTime(events, state, i) {
  if (events.start[i] === null) return true;
  return (state.to === events.last || events.start[i] <= state.to) && (state.from === events.first || events.end[i] >= state.from);
}
function visibleEvents(app) {
  const { events, state, mask } = app, out = [];
  for (let i = 0; i < events.count; i++) if (mask[i] && inTime(events, state, i)) out.push(i);
  return out;
}
function buildFilters(app) {
  const { state } = app, select = $('actor'), search = $('search');
  select.append(make('option', { value: '' }, 'All actors'), ...app.actorNames().map(name => make('option', { value: name }, name)));
  select.value = state.actor;
  search.value = state.search;
  select.addEventListener('change', () => { state.actor = select.value; app.refilter(); });
  let timer;
  search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => { state.search = search.value; app.refilter(); }, 150); });
  $('reset').addEventListener('click', () => {
    Object.assign(state, { types: new Set(app.events.type), actor: '', search: '', background: true, from: app.events.first, to: app.events.last });
    select.value = search.value = '';
    buildKey(app);
    app.setSliders?.();
    app.refilter();
  });
  $('more').addEventListener('click', () => {
    const first = state.listed;
    state.listed += 50;
    app.refresh();
    $('list').children[first]?.querySelector('button').focus();
  });
}
