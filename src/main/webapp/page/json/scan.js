// Reading JSON without changing it: a value is a span of the text that it came in, so that numbers keep every digit and keys their
// order, and nothing is made of what nobody looks at. No recursion: nesting of any depth is read.

const QUOTE = 34;
const BACKSLASH = 92;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isSpace(code) {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** The first index from `at` on that is not white space. */
export function space(text, at) {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function fail(text, at) {
  return new SyntaxError(at < text.length ? `unexpected ${text[at]} at ${at}` : 'unexpected end of JSON');
}

/** The index after the string that starts at `at`. */
function endOfString(text, at) {
  for (let i = at + 1; ; ) {
    const quote = text.indexOf('"', i);
    if (quote < 0) throw fail(text, text.length);
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    i = quote + 1;
  }
}

/** The index after the value that starts at `at`; its inside is looked at only as far as is needed to find the end. */
export function end(text, at) {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return endOfString(text, at);
  if (first !== 123 && first !== 91) {
    let i = at;
    while (i < text.length) {
      const code = text.charCodeAt(i);
      if (isSpace(code) || code === 44 || code === 125 || code === 93 || code === 58) break;
      i++;
    }
    if (i === at) throw fail(text, at);
    return i;
  }
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i) - 1;
    else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  throw fail(text, text.length);
}

/** What kind of value starts at `at`: object, array, string, number, boolean or null. */
export function kind(text, at) {
  switch (text[at]) {
    case '{': return 'object';
    case '[': return 'array';
    case '"': return 'string';
    case 't': case 'f': return 'boolean';
    case 'n': return 'null';
    default: return 'number';
  }
}

/** The members of the object, or the items of the array, that starts at `at`: key (null in an array), start and end of the value. */
export function* children(text, at) {
  const inObject = text[at] === '{';
  const close = inObject ? '}' : ']';
  let i = space(text, at + 1);
  if (text[i] === close) return;
  for (;;) {
    let key = null;
    if (inObject) {
      if (text[i] !== '"') throw fail(text, i);
      const keyEnd = endOfString(text, i);
      key = string(text, i, keyEnd);
      i = space(text, keyEnd);
      if (text[i] !== ':') throw fail(text, i);
      i = space(text, i + 1);
    }
    const valueEnd = end(text, i);
    yield { key, start: i, end: valueEnd };
    i = space(text, valueEnd);
    if (text[i] === close) return;
    if (text[i] !== ',') throw fail(text, i);
    i = space(text, i + 1);
  }
}

/** How many children there are, counting no further than `most`. */
export function count(text, at, most = Infinity) {
  let n = 0;
  for (const _ of children(text, at)) if (++n >= most) break;
  return n;
}

/** The text of a JSON string. */
export function string(text, start, stop) {
  const raw = text.slice(start + 1, stop - 1);
  return raw.indexOf('\\') < 0 ? raw : JSON.parse(text.slice(start, stop));
}

/** The span of a whole document. Throws a SyntaxError when there is none, or more than one value. */
export function document(text) {
  const start = space(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  if (start >= text.length) throw fail(text, start);
  const stop = end(text, start);
  if (space(text, stop) < text.length) throw fail(text, space(text, stop));
  const first = text[start];
  if (first !== '{' && first !== '[' && first !== '"' && !primitive(text.slice(start, stop))) throw fail(text, start);
  return { start, end: stop };
}

/** Whether this is a number, true, false or null as JSON writes them. */
export function primitive(text) {
  return text === 'true' || text === 'false' || text === 'null' || NUMBER.test(text);
}

/** An object's members as a Map from key to the text of the value; of two with one key the last. Null when it is no object. */
export function members(text) {
  let whole;
  try {
    whole = document(text);
    if (text[whole.start] !== '{') return null;
    const map = new Map();
    for (const child of children(text, whole.start)) map.set(child.key, text.slice(child.start, child.end));
    return map;
  } catch (e) {
    if (e instanceof SyntaxError) return null;
    throw e;
  }
}

/** The texts of the items of an array. */
export function items(text) {
  const whole = document(text);
  if (text[whole.start] !== '[') throw new SyntaxError('not an array');
  return [...children(text, whole.start)].map((child) => text.slice(child.start, child.end));
}

/** JSON text laid out over lines, two blanks a level, every token as it was. */
export function pretty(text, indent = '  ') {
  let out = '';
  const open = [];
  const line = () => '\n' + indent.repeat(open.length);
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const stop = endOfString(text, i);
      out += text.slice(i, stop);
      i = stop - 1;
    } else if (c === '{' || c === '[') {
      const close = c === '{' ? '}' : ']';
      const next = space(text, i + 1);
      if (text[next] === close) {
        out += c + close;
        i = next;
      } else {
        open.push(c);
        out += c + line();
      }
    } else if (c === '}' || c === ']') {
      open.pop();
      out += line() + c;
    } else if (c === ',') out += c + line();
    else if (c === ':') out += ': ';
    else if (!isSpace(text.charCodeAt(i))) out += c;
  }
  return out;
}
