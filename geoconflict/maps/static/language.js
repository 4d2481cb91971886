// The page's own words, in the language it was made for. They come as data with the page: this file holds no sentence.
let phrases = {};
let pluralOf, numberOf, dayParts, monthParts, foreign;

/** Take over the words of a language: `{ language, direction, phrases }`. */
function speak(words) {
  phrases = words.phrases;
  const format = options => new Intl.DateTimeFormat(words.language, { ...options, month: 'short', year: 'numeric', timeZone: 'UTC', calendar: 'gregory' });
  pluralOf = new Intl.PluralRules(words.language);
  numberOf = new Intl.NumberFormat(words.language, { maximumFractionDigits: 2 });
  dayParts = format({ day: 'numeric' });
  monthParts = format({});
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.direction;
  foreign = words.direction === 'rtl' ? /[A-Za-z\u00c0-\u058f\u202a-\u202e]/ : /[\u0590-\u08ff\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufefc]/;
}
/** Text that runs the other way, or says so, keeps its direction to itself inside a phrase (Unicode's first strong isolate). */
const embedded = text => foreign.test(text) ? `\u2068${text}\u2069` : text;
/**
 * A phrase with its values filled in: `say('list.more', { count: 50 })`. One that differs by number is an object of
 * plural forms, chosen by `count`. A value is never searched for placeholders again.
 */
function say(key, values = {}) {
  const found = Object.hasOwn(phrases, key) ? phrases[key] : key;
  const phrase = typeof found === 'string' ? found : found[pluralOf.select(Number(values.count))] ?? found.other;
  return phrase.replace(/\{(\w+)\}/g, (whole, name) =>
    Object.hasOwn(values, name) ? (name === 'count' ? number(values[name]) : embedded(String(values[name]))) : whole
  );
}
const number = value => numberOf.format(Number(value));
/** Names in a row, as the language joins them. */
const listWords = names => names.join(say('list.comma'));
/** Fill the words of the skeleton: `data-say` is the text of an element, `data-say-label` its accessible name. */
function fillShell(root = document) {
  for (const element of root.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  for (const element of root.querySelectorAll('[data-say-label]')) element.setAttribute('aria-label', say(element.dataset.sayLabel));
  for (const element of root.querySelectorAll('[data-say-placeholder]')) element.setAttribute('placeholder', say(element.dataset.sayPlaceholder));
}
