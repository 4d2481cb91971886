// What the search reads: each distinct text once, folded and written into one long string, which takes a moment where
// asking every event for its own takes seconds.
const TEXTS_AT_ONCE = 500; // folded together: those without a letter beyond ASCII the short way
/** Columns of the events and of the cards that are searched, and what of each record in a list is. */
const SEARCHED = {
  events: ['place', 'said'],
  cards: ['summary', 'admin1', 'admin2', 'country', 'sub_event_type', 'actor1', 'actor2'],
  records: {
    actors: record => [record.canonical || record.as_written],
    evidence: record => [record.text],
    sources: (record, summary) => { const outlet = outletOf(record); return [record.title === summary ? '' : record.title, outlet === summary ? '' : outlet]; },
  },
};

/**
 * One column of texts: `text` holds the folded ones, value k from `starts[k]`; event i has those that `codes` names
 * from `begins[i]` to `begins[i + 1]`.
 */
function textColumn(values, codes, begins = null) {
  const parts = [];
  for (let k = 0; k < values.length; k += TEXTS_AT_ONCE) {
    parts.push(fold(values.slice(k, k + TEXTS_AT_ONCE).map(value => value === null ? '' : String(value).replaceAll('\0', ' ')).join('\0')));
  }
  const text = parts.join('\0'), starts = new Uint32Array(values.length + 1);
  for (let k = 1, at = 0; k < values.length; k++) starts[k] = at = text.indexOf('\0', at) + 1;
  starts[values.length] = text.length + 1;
  return { text, starts, codes, begins };
}

/** A column that repeats little stands as it is; of another its distinct values do. */
const columnTexts = list => textColumn(list.table || list, list.codes || null);

/** The texts of lists of records, each once. */
function recordTexts(app, name, read) {
  const { count } = app.events, known = new Map(), codes = [], begins = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    for (const record of listOf(app.cell(name, i))) {
      for (const text of record && typeof record === 'object' ? read(record, app.cell('summary', i)) : []) {
        if (!text) continue;
        if (!known.has(text)) known.set(text, known.size);
        codes.push(known.get(text));
      }
    }
    begins[i + 1] = codes.length;
  }
  return textColumn([...known.keys()], codes, begins);
}

/** Make the next column ready to be searched; false when all are. */
function readyTexts(app) {
  app.makers ??= [
    () => textColumn(app.events.types, app.events.type),
    ...SEARCHED.events.filter(name => app.events[name]).map(name => () => columnTexts(app.events[name])),
    ...SEARCHED.cards.filter(name => app.cards[name]).map(name => () => columnTexts(app.cards[name])),
    ...Object.entries(SEARCHED.records)
      .filter(([name]) => app.cards[name])
      .map(
        ([name, read]) =>
          () =>
            recordTexts(app, name, read)
      ),
  ];
  if (app.texts.length === app.makers.length) return false;
  app.texts.push(app.makers[app.texts.length]());
  return true;
}

/** Which events have a term in one of their texts. */
function eventsWith(app, term) {
  while (readyTexts(app));
  const { count } = app.events, out = new Uint8Array(count);
  for (const { text, starts, codes, begins } of app.texts) {
    const found = new Uint8Array(starts.length);
    let k = 0, at = text.indexOf(term), any = false;
    for (; at >= 0; at = text.indexOf(term, starts[k + 1])) {
      while (starts[k + 1] <= at) k++;
      found[k] = 1;
      any = true;
    }
    if (!any) continue;
    for (let i = 0; i < count; i++) {
      if (!begins) out[i] |= found[codes ? codes[i] : i];
      else for (let one = begins[i]; one < begins[i + 1]; one++) out[i] |= found[codes[one]];
    }
  }
  return out;
}
