// Which events are shown: filters, search, time; the counts beside each choice, and what to loosen when nothing is left.

/** The facets, in the order they are offered; the place in this list is the bit an event fails with. */
const FACETS = ['type', 'actor', 'controller', 'source', 'precision', 'status'];
const KILLED_BIT = 1 << FACETS.length, SEARCH_BIT = KILLED_BIT << 1, TIME_BIT = SEARCH_BIT << 1;
const ROLES = ['perpetrator', 'target', 'speaker', 'other'];
const CHOICES = 40; // shown of a facet at once; a field finds the others
const NARROW_ABOVE = 12;

// ---- folding: how words are compared ------------------------------------------------------------------------------
const FOLDED = {
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  '’': "'",
  '‘': "'",
  ʼ: "'",
  ʻ: "'",
  '`': "'",
};
const FOLDABLE = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'g');
/** Marks, tatweel and signs without a width or that turn the direction: no reader types them. */
const UNTYPED = /[\p{M}\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/gu;

/** Lower case, without accents, Arabic vowel signs or forms of one letter; runs of white space as one space. */
function fold(text) {
  // eslint-disable-next-line no-control-regex
  if (/^[\0\x20-\x7e]*$/.test(text)) return text.toLowerCase().replaceAll('`', "'").replace(/ {2,}/g, ' ');
  return text.normalize('NFKD').replace(UNTYPED, '').toLowerCase().replace(UNTYPED, '').replace(FOLDABLE, letter => FOLDED[letter]).replace(/\s+/g, ' ');
}
/** What is looked for: words, and phrases in quotation marks; an event must have all of them. */
function termsOf(text) {
  const found = [...text.matchAll(/["“”„«»]([^"“”„«»]+)["“”„«»]?|([^\s"“”„«»]+)/g)];
  return [...new Set(found.map(([, phrase, word]) => fold(phrase ?? word).trim()).filter(Boolean))];
}
/** Where the terms stand in a text: [start, end) in the text as it is written, joined where they overlap. */
function matchesIn(text, terms) {
  if (!terms.length) return [];
  const origin = [];
  let folded = '', at = 0;
  for (const letter of text) {
    const piece = fold(letter);
    if (piece && !(piece === ' ' && folded.endsWith(' '))) {
      folded += piece;
      for (let k = 0; k < piece.length; k++) origin.push(at);
    }
    at += letter.length;
  }
  const spans = [];
  for (const term of terms) for (let k = folded.indexOf(term); k >= 0; k = folded.indexOf(term, k + term.length)) {
    spans.push([origin[k], origin[k + term.length] ?? text.length]);
  }
  const out = [];
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    if (out.length && start <= out.at(-1)[1]) out.at(-1)[1] = Math.max(out.at(-1)[1], end); else out.push([start, end]);
  }
  return out;
}
/** A text with what was looked for marked, from shortly before the first match where that stands far in. */
function marked(text, terms, cut = Infinity) {
  const spans = matchesIn(text, terms), nodes = [];
  let at = 0;
  if (spans.length && spans[0][0] > cut) {
    at = text.indexOf(' ', spans[0][0] - cut / 2) + 1 || spans[0][0];
    if (at > spans[0][0]) at = spans[0][0];
    nodes.push('… ');
  }
  for (const [start, end] of spans) {
    nodes.push(text.slice(at, start), make('mark', {}, text.slice(start, end)));
    at = end;
  }
  return [...nodes, text.slice(at)];
}

// ---- what the filters read of an event ---------------------------------------------------------------------------
const present = names => {
  const kept = names.filter((name, k) => name && names.indexOf(name) === k);
  return kept.length ? kept : [''];
};
function namesOf(app, i, role = '') {
  const listed = listOf(app.cell('actors', i));
  const actors = listed.length ? listed.filter(actor => actor && (!role || actor.role === role)).map(actor => actor.canonical || actor.as_written) : listed;
  if (role) return present(actors);
  const coalition = name => name && name.includes(', ') && actors.some(actor => actor !== name && name.startsWith(`${actor}, `)); // its members are listed
  return present([...['actor1', 'actor2'].map(column => app.cell(column, i)).filter(name => !coalition(name)), ...actors]);
}
/** Who published a report: the outlet a table names, the host of its address, else the title or id it came with. */
function outletOf(source) {
  if (!source || typeof source !== 'object') return '';
  if (source.outlet) return String(source.outlet);
  const server = typeof source.url === 'string' ? /^\s*https?:\/\/[^/?#\\\s]+/i.exec(source.url) : null;
  return (server && hostOf(server[0])) || String(source.title || source.article || '');
}
const hosts = new Map(); // an address is slow to read, and outlets are few
function hostOf(server) {
  if (!hosts.has(server)) hosts.set(server, safeAddress(server)?.hostname.replace(/^www\./, '') || '');
  return hosts.get(server);
}
function precisionOf(events, i) {
  if (events.where[i] === POINT) return 'spot';
  if (events.where[i] !== AREA) return 'unplaced';
  return events.precision[i] !== null && events.precision[i] >= 4 ? 'province' : 'area';
}
/** The number killed an event is filtered and sorted by: the best, else the lowest told; null is not known, not 0. */
const killedOf = (app, i) => app.cell('fatalities_best', i) ?? app.cell('fatalities_low', i);
const READERS = {
  type: (app, i) => [app.events.types[app.events.type[i]]],
  actor: (app, i) => namesOf(app, i, app.state.role),
  controller: (app, i) => [app.cell('zone_controller', i) || ''],
  source: (app, i) => present(listOf(app.cell('sources', i)).map(outletOf)),
  precision: (app, i) => [precisionOf(app.events, i)],
  status: (app, i) => [app.events.background[i] ? 'background' : 'event'],
};
/** A facet as codes: those of event i stand in `codes` from `start[i]` to `start[i + 1]`. Made when first asked for. */
function facetOf(app, name) {
  const key = name === 'actor' ? `actor ${app.state.role}` : name;
  return app.facets[key] ??= readFacet(app, READERS[name]);
}
function readFacet(app, read) {
  const { count } = app.events, values = [], known = new Map(), start = new Uint32Array(count + 1), codes = [], total = [];
  for (let i = 0; i < count; i++) {
    for (const value of read(app, i)) {
      let code = known.get(value);
      if (code === undefined) { code = values.push(value) - 1; known.set(value, code); total.push(0); }
      codes.push(code);
      total[code]++;
    }
    start[i + 1] = codes.length;
  }
  const order = values
    .map((_, code) => code)
    .sort((a, b) => Number(values[a] === '') - Number(values[b] === '') || total[b] - total[a] || (values[a] < values[b] ? -1 : 1));
  return { values, known, start, codes: Uint32Array.from(codes), order };
}
function facetWords(name, value) {
  if (name === 'precision' || name === 'status') return say(`find.${name}.${value}`);
  return value || say(`find.none.${name}`);
}

// ---- the state of the filters ------------------------------------------------------------------------------------
/** Everything shown, the whole time: what a page opens with. */
function freshState(events, address = readAddress('')) {
  const state = {
    types: new Set(typesOf(events)),
    only: { actor: new Set(), controller: new Set(), source: new Set(), precision: new Set(), status: new Set() },
    role: '',
    killed: null,
    unnumbered: '',
    search: '',
    sort: 'newest',
    inView: false,
    from: events.first,
    to: events.last,
    chosen: -1,
    camp: null,
    listed: LISTED,
    opener: null,
    ...timeState(address),
    ...groundState(address),
  };
  // The key has one switch for what a report only recalls.
  return Object.defineProperty(state, 'background', {
    enumerable: true,
    get: () => !state.only.status.size || state.only.status.has('background'),
    set: shown => {
      state.only.status = new Set(shown ? [] : ['event']);
    },
  });
}
const typesOf = events => events.present ??= [...new Set(events.type)].sort((a, b) => a - b);
function chosenOf(app, name) {
  const { state, events } = app;
  if (name !== 'type') return state.only[name];
  return state.types.size < app.typesPresent.length ? new Set([...state.types].map(type => events.types[type])) : new Set();
}
function choose(app, name, value, on) {
  const chosen = new Set(chosenOf(app, name)), { state, events } = app;
  if (on) chosen.add(value); else chosen.delete(value);
  if (name === 'type') state.types = new Set(chosen.size ? [...chosen].map(one => events.types.indexOf(one)) : typesOf(events));
  else state.only[name] = chosen;
  if (name === 'type' || name === 'status') buildKey(app);
}
/** The filters in force: what to call each, the bit it fails events with, and how to take it away. */
function activeFilters(app) {
  const { state, events } = app, out = [];
  if (state.search.trim()) out.push({ bit: SEARCH_BIT, label: say('find.chip.search', { words: state.search.trim() }), clear: () => { state.search = ''; } });
  FACETS.forEach((name, k) => {
    for (const value of chosenOf(app, name)) {
      const role = name === 'actor' && state.role ? `.${state.role}` : '';
      out.push({ bit: 1 << k, label: say(`find.chip.${name}${role}`, { name: facetWords(name, value) }), clear: () => choose(app, name, value, false) });
    }
  });
  if (state.killed !== null)
    out.push({
      bit: KILLED_BIT,
      label: say(`find.chip.killed${state.unnumbered === 'with' ? '.with' : ''}`, { number: number(state.killed) }),
      clear: () => {
        state.killed = null;
      },
    });
  if (state.unnumbered === 'only') out.push({ bit: KILLED_BIT, label: say('find.chip.unnumbered'), clear: () => { state.unnumbered = ''; } });
  if (state.from !== events.first || state.to !== events.last) {
    out.push({
      bit: TIME_BIT,
      label: say('find.chip.time', { span: spanWords(state.from, state.to) }),
      clear: () => {
        Object.assign(state, { from: events.first, to: events.last });
        app.setSliders?.();
      },
    });
  }
  return out;
}
function resetFilters(app) {
  const fresh = freshState(app.events);
  for (const name of ['types', 'only', 'role', 'killed', 'unnumbered', 'search', 'from', 'to']) app.state[name] = fresh[name];
  buildKey(app);
  app.setSliders?.();
}

// ---- the mask and the counts -------------------------------------------------------------------------------------
/** Which events the filters and the search let through; time does not touch this. `app.fails` keeps who failed by what. */
function filterMask(app) {
  const { events, state } = app, fails = app.fails = new Uint16Array(events.count), mask = new Uint8Array(events.count);
  FACETS.forEach((name, k) => {
    const chosen = chosenOf(app, name);
    if (!chosen.size) return;
    const { values, start, codes } = facetOf(app, name), wanted = Uint8Array.from(values, value => chosen.has(value) ? 1 : 0);
    for (let i = 0; i < events.count; i++) {
      let fits = 0;
      for (let at = start[i]; at < start[i + 1]; at++) fits |= wanted[codes[at]];
      if (!fits) fails[i] |= 1 << k;
    }
  });
  if (state.killed !== null || state.unnumbered === 'only') {
    for (let i = 0; i < events.count; i++) {
      const killed = killedOf(app, i);
      const fits = killed === null ? state.unnumbered !== '' : state.unnumbered !== 'only' && killed >= state.killed;
      if (!fits) fails[i] |= KILLED_BIT;
    }
  }
  const terms = app.terms = termsOf(state.search);
  for (const term of terms) {
    const found = eventsWith(app, term);
    for (let i = 0; i < events.count; i++) if (!found[i]) fails[i] |= SEARCH_BIT;
  }
  for (let i = 0; i < events.count; i++) mask[i] = fails[i] ? 0 : 1;
  return mask;
}

/** An event without a date fits every day: nobody knows it does not. The ends of the slider reach beyond its days. */
function inTime(events, state, i) {
  if (events.start[i] === null) return true;
  return (state.to === events.last || events.start[i] <= state.to) && (state.from === events.first || events.end[i] >= state.from);
}
function visibleEvents(app) {
  const { events: { start, end, first, last }, state: { from, to }, mask } = app, out = [], all = from === first && to === last;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] && (all || start[i] === null || ((to === last || start[i] <= to) && (from === first || end[i] >= from)))) out.push(i);
  }
  return out;
}
/**
 * How many events each choice would show beside the other filters: `facets[name]` by code, and in `alone` how many
 * events one filter by itself keeps out, by its bit.
 */
function countChoices(app, names) {
  const { events, state, fails } = app, facets = Object.fromEntries(names.map(name => [name, new Uint32Array(facetOf(app, name).values.length)]));
  const counted = names.map(name => ({ bit: 1 << FACETS.indexOf(name), counts: facets[name], ...facetOf(app, name) })), alone = new Map();
  for (let i = 0; i < events.count; i++) {
    const failed = fails[i] | (inTime(events, state, i) ? 0 : TIME_BIT);
    if (failed & (failed - 1)) continue; // two filters or more keep it out: no single choice brings it back
    if (failed) alone.set(failed, (alone.get(failed) || 0) + 1);
    for (const { bit, counts, start, codes } of counted) if (!failed || failed === bit) for (let at = start[i]; at < start[i + 1]; at++) counts[codes[at]]++;
  }
  return { facets, alone };
}

// ---- the fields --------------------------------------------------------------------------------------------------
function buildFilters(app) {
  const { state } = app, search = $('search');
  let timer;
  search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => { state.search = search.value; app.refilter(); }, 150); });
  search.addEventListener('keydown', event => { if (event.key === 'ArrowDown') { event.preventDefault(); $('list').querySelector('button')?.focus(); } });
  $('facets').replaceChildren(...FACETS.filter(name => offered(app, name)).map(name => facetBox(app, name)), ...(hasNumbers(app) ? [killedBox(app)] : []));
  $('reset').addEventListener('click', () => { resetFilters(app); app.refilter(); });
  $('filters').addEventListener('toggle', () => fillFilters(app));
  buildListTools(app);
  if (window.requestIdleCallback) makeReady(app);
}
/** The first search of a large map should not wait: its texts are made ready while nothing is asked. */
const makeReady = app => requestIdleCallback(() => { if (readyTexts(app)) makeReady(app); });
const LAYER_COLUMN = { actor: ['actor1', 'actors'], controller: ['zone_controller'], source: ['sources'] };
/** A facet that cannot part the events is not offered; which columns the page has tells without reading them all. */
function offered(app, name) {
  if (name === 'type') return app.typesPresent.length > 1;
  if (name === 'status') return app.events.background.some(Boolean) && !app.events.background.every(Boolean);
  if (name === 'precision') return new Set(app.events.where).size > 1 || app.events.where.includes(AREA);
  return LAYER_COLUMN[name].some(column => app.cards[column]);
}
const hasNumbers = app => Boolean(app.cards.fatalities_best || app.cards.fatalities_low);
function facetBox(app, name) {
  const list = make('ul', {}), note = make('p', { className: 'note', hidden: true });
  const narrow = make('input', {
    type: 'search',
    hidden: true,
    autocomplete: 'off',
    'aria-label': say('find.narrow', { what: say(`find.facet.${name}`) }),
    placeholder: say('find.narrow.short'),
  });
  const box = make(
    'details',
    { className: 'facet', 'data-facet': name },
    make('summary', {}, say(`find.facet.${name}`), make('span', { className: 'amount' })),
    name === 'actor' ? roleField(app) : null,
    narrow,
    list,
    note
  );
  narrow.addEventListener('input', () => fillFilters(app));
  box.addEventListener('toggle', () => fillFilters(app));
  return box;
}
function roleField(app) {
  const { actors } = app.cards, told = new Set();
  if (actors instanceof Records) for (const role of new Set(actors.values.role)) told.add(role);
  else for (const cell of actors || []) for (const actor of listOf(cell)) told.add(actor?.role);
  const roles = ROLES.filter(role => told.has(role));
  if (roles.length < 2) return null;
  const select = make('select', { id: 'role' }, ...['', ...roles].map(role => make('option', { value: role }, say(`find.role.${role || 'any'}`))));
  select.addEventListener('change', () => { app.state.role = select.value; app.refilter(); });
  return make('label', {}, say('find.role'), select);
}
function killedBox(app) {
  const { state } = app, least = make('input', { type: 'number', id: 'killed', min: 0, step: 1, inputMode: 'numeric' });
  const rest = make('select', { id: 'unnumbered' }, ...['', 'with', 'only'].map(value => make('option', { value }, say(`find.unnumbered.${value || 'auto'}`))));
  least.addEventListener('input', () => { state.killed = /^\d{1,9}$/.test(least.value) ? Number(least.value) : null; app.refilter(); });
  rest.addEventListener('change', () => { state.unnumbered = rest.value; app.refilter(); });
  return make('details', { className: 'facet', 'data-facet': 'killed' }, make('summary', {}, say('find.facet.killed'), make('span', { className: 'amount' })),
    make('label', {}, say('find.killed.least'), least), make('label', {}, say('find.unnumbered'), rest));
}
/** Bring fields, chips and counts in line with the state; counts only where they are seen. */
function fillFilters(app) {
  const { state } = app, active = activeFilters(app);
  fillChips(app, active);
  $('reset').disabled = !active.length;
  if (document.activeElement !== $('search')) $('search').value = state.search;
  for (const [id, value] of [
    ['role', state.role],
    ['unnumbered', state.unnumbered],
    ['killed', state.killed ?? ''],
  ])
    if ($(id) && document.activeElement !== $(id)) $(id).value = value;
  if (!$('filters').open) return;
  const boxes = [...$('facets').children], open = boxes.filter(box => box.open && box.dataset.facet !== 'killed');
  for (const box of boxes) {
    const name = box.dataset.facet, chosen = name === 'killed' ? active.filter(one => one.bit === KILLED_BIT).length : chosenOf(app, name).size;
    box.querySelector('.amount').textContent = chosen ? say('find.chosen', { count: chosen }) : '';
  }
  if (!open.length) return;
  const { facets } = countChoices(app, open.map(box => box.dataset.facet));
  for (const box of open) fillFacet(app, box, facets[box.dataset.facet]);
}
function fillFacet(app, box, counts) {
  const name = box.dataset.facet,
    facet = facetOf(app, name),
    chosen = chosenOf(app, name),
    narrow = box.querySelector('input[type="search"]'),
    asked = fold(narrow.value.trim());
  const fitting = facet.order.filter(code => !asked || fold(facetWords(name, facet.values[code])).includes(asked) || chosen.has(facet.values[code]));
  const shown = fitting.filter((code, k) => k < CHOICES || chosen.has(facet.values[code])), list = box.querySelector('ul'), key = shown.join();
  narrow.hidden = facet.values.length <= NARROW_ABOVE;
  if (list.dataset.key !== key || list.skin !== app.skin) {
    const held = document.activeElement?.closest('li')?.dataset.code;
    list.replaceChildren(...shown.map(code => choiceItem(app, name, facet.values[code], code)));
    list.dataset.key = key;
    list.skin = app.skin; // the symbols of another colour scheme are drawn anew
    if (held !== undefined) list.querySelector(`[data-code="${Number(held)}"] input`)?.focus();
  }
  for (const item of list.children) {
    const code = Number(item.dataset.code);
    item.querySelector('input').checked = chosen.has(facet.values[code]);
    item.querySelector('.amount').textContent = number(counts[code]);
    item.classList.toggle('empty', !counts[code]);
  }
  const note = box.querySelector('.note');
  note.hidden = shown.length >= fitting.length;
  note.textContent = say('find.more', { shown: number(shown.length), count: fitting.length });
}
function choiceItem(app, name, value, code) {
  const box = make('input', { type: 'checkbox' });
  box.addEventListener('change', () => { choose(app, name, value, box.checked); app.refilter(); });
  const type = name === 'type' ? symbolPicture(app.skin, app.events.types.indexOf(value)) : null;
  return make('li', { 'data-code': code }, make('label', {}, box, type, isolated(facetWords(name, value)), make('span', { className: 'amount' })));
}
function fillChips(app, active) {
  const chips = $('chips'), key = active.map(one => one.label).join('\n');
  if (chips.dataset.key === key) return;
  const held = [...chips.querySelectorAll('button')].indexOf(document.activeElement);
  chips.dataset.key = key;
  chips.hidden = !active.length;
  $('active').textContent = active.length ? number(active.length) : '';
  chips.replaceChildren(...active.map(one => make('li', {}, make('button', {
    type: 'button', 'aria-label': say('find.remove', { filter: one.label }), onclick: () => { one.clear(); fillFilters(app); app.refilter(); },
  }, isolated(one.label), make('span', { 'aria-hidden': 'true' }, ' ×')))));
  if (held >= 0) (chips.querySelectorAll('button')[Math.min(held, active.length - 1)] || $('search')).focus();
}
/** What to loosen when no event is left: each filter, with the events it alone keeps out. */
function fillLoosen(app, empty) {
  const box = $('loosen');
  box.hidden = !empty;
  if (!empty) { box.replaceChildren(); return; }
  const active = activeFilters(app), { alone } = countChoices(app, []), offers = [];
  for (const bit of [...new Set(active.map(one => one.bit))].filter(bit => alone.get(bit)).sort((a, b) => alone.get(b) - alone.get(a))) {
    const same = active.filter(one => one.bit === bit), label = same.map(one => one.label).join(', ');
    offers.push(make('li', {}, make('button', { type: 'button', onclick: () => { for (const one of same) one.clear(); app.refilter(); $('search').focus(); } },
      isolated(say('find.without', { filter: label, count: alone.get(bit) })))));
  }
  box.replaceChildren(
    make('p', {}, say(offers.length ? 'find.loosen' : active.length ? 'find.loosen.several' : 'find.loosen.view')),
    make('ul', {}, ...offers)
  );
}
