// Days, figures, precision and control in words. Pure functions: nothing here touches the page.
const DAY_MS = 86400000;

/** Days since 1970-01-01 to {day, month, year} in the page's language; a calendar day, so no time zone comes near it. */
function calendar(day, format = dayParts) {
  return Object.fromEntries(format.formatToParts(new Date(day * DAY_MS)).map(part => [part.type, part.value]));
}
/** The day of a year, month (January is 0) and date; `Date.UTC` takes a year below 100 for one of the last century. */
const utc = (year, month, date) => new Date(0).setUTCFullYear(year, month, date) / DAY_MS;
const yearOf = day => new Date(day * DAY_MS).getUTCFullYear();
const dayWords = day => say('date.day', calendar(day));
const monthWords = day => say('date.month', calendar(day, monthParts));
const isoDay = day => new Date(day * DAY_MS).toISOString().slice(0, 10);
const dayOf = iso => /^\d{4}-\d{2}-\d{2}$/.test(iso || '') ? Date.parse(iso) / DAY_MS : null;
/** "2022-02-03" to "3 Feb 2022", "2018-12" to "Dec 2018"; anything else as it is. */
function isoWords(text) {
  if (/^[\d-]+\/[\d-]+$/.test(text || '')) {
    const [from, to] = text.split('/').map(isoWords);
    return say('date.between', { from, to });
  }
  const day = dayOf(/^\d{4}-\d{2}$/.test(text || '') ? `${text}-01` : text);
  if (day === null || Number.isNaN(day)) return text || '';
  return text.length === 7 ? monthWords(day) : dayWords(day);
}
function spanWords(first, last) {
  if (first === last) return dayWords(first);
  const a = calendar(first), b = calendar(last);
  if (a.year !== b.year) return say('date.span', { from: dayWords(first), to: dayWords(last) });
  if (a.month !== b.month) return say('date.span', { from: say('date.dayMonth', a), to: dayWords(last) });
  return say('date.days', { from: a.day, to: b.day, month: b.month, year: b.year });
}
/** When an event was, no finer than the text said. */
function whenWords(first, last, precision) {
  if (first === null && last === null) return say('date.unknown');
  if (first === null || last === null) return dayWords(first ?? last);
  if (precision === 'month') return monthWords(first);
  if (precision === 'year') return calendar(first).year;
  if (precision === 'week') return say('date.week', { day: dayWords(first) });
  return spanWords(first, last);
}

function distanceWords(metres) {
  if (metres < 950) return say('distance.m', { metres: number(Math.max(50, Math.round(metres / 50) * 50)) });
  const km = metres / 1000;
  return say('distance.km', { km: number(km < 9.5 ? Number(km.toPrecision(2)) : Math.round(km)) });
}
/**
 * "13", "13 (12–13)", "at least 12", "about 50", "up to 20", or null when no number is known; unknown is not 0.
 * Without an upper end the best number is a floor or a rounded one: `hedge` says which, else the lower end does.
 */
function totalWords(low, best, high, hedge = null) {
  const known = value => value !== null && value !== undefined;
  const told = (key, ...values) => say(`total.${key}`, Object.fromEntries(values.map((value, k) => [['number', 'from', 'to'][k], number(value)])));
  if (known(best) && ((known(low) && low > best) || (known(high) && high < best))) { // a slip of the source
    const ends = Object.entries({ low, high }).filter(([, value]) => known(value)).map(([end, value]) => say(`total.${end}`, { number: number(value) }));
    return say('total.slip', { number: number(best), ends: listWords(ends) });
  }
  if (known(best) && known(high)) {
    const from = known(low) ? low : best;
    return from === high ? number(best) : told('within', best, from, high);
  }
  if (known(best)) {
    if (best === 0) return number(0); // neither about nor at least none
    const floor = hedge ? hedge === 'floor' : low === best;
    const words = told(floor ? 'least' : 'about', best);
    return known(low) && low < best ? say('total.other', { words, number: number(low) }) : words;
  }
  if (known(low) && known(high)) return low === high ? number(low) : told('between', low, low, high);
  if (known(low)) return told('least', low);
  return known(high) ? told('most', high) : null;
}

/** The place as the report names it, with its relation: an event "near" a town was not in it; before it what no list has. */
function placeWords(name, relation, said) {
  const how = relation === 'near' || relation === 'outskirts' ? relation : 'in';
  if (said) return name ? say(`place.said.${how}`, { said, name }) : say('place.said', { said });
  if (!name) return say('place.unknown');
  return how === 'in' ? name : say(`place.${how}`, { name });
}
/** "Aleppo (province)" where only the province is known and its name does not say so itself. */
function areaName(name, precision) {
  const kind = { 3: 'area.district', 4: 'area.province' }[precision];
  return !name || !kind || /province|governorate|oblast|district|region|state|county|raion|rural/i.test(name) ? name : say(kind, { name });
}
function precisionWords(precision, radius) {
  const words = say(precision >= 1 && precision <= 7 ? `precision.${precision}` : 'precision.unknown');
  return radius ? say('precision.within', { words, distance: distanceWords(radius) }) : words;
}
const STATUSES = ['contested', 'between_changes', 'sources_disagree', 'too_old', 'no_zone', 'area_only'];
/** Why the controller of a place is not plain, or '' where it is or nobody says; a status the page does not know is itself. */
const statusWords = status => STATUSES.includes(status) ? say(`status.${status}`) : '';

/** The address of a link, or null: http and https only. */
function safeAddress(text) {
  try {
    const address = new URL(text);
    return address.protocol === 'http:' || address.protocol === 'https:' ? address : null;
  } catch { return null; }
}
/** "Outlet, 3 Feb 2022: title" of a source. */
function sourceWords(source) {
  const address = safeAddress(source.url);
  const outlet = source.outlet || (address ? address.hostname.replace(/^www\./, '') : '');
  const head = listWords([outlet, isoWords(source.date)].filter(Boolean));
  if (source.outlet && (!source.title || source.title === outlet) && !source.article) return head; // nothing finer is named
  const title = source.title || source.article || (address ? address.pathname : say('source.untitled'));
  return head ? say('source.line', { head, title }) : String(title);
}
