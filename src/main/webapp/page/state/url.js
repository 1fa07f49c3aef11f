// The page's state in its address: #/view/argument?name=value&... A link shows a colleague the same. It stands behind the #, so
// that what somebody looks for is in no server's log.

/** {view, argument, parameters} of a location's hash; parameters is a list of [name, value]. */
export function parse(hash) {
  const text = hash.replace(/^#\/?/, '');
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const slash = path.indexOf('/');
  const decode = (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part; // a % that somebody typed
    }
  };
  return {
    view: decode(slash < 0 ? path : path.slice(0, slash)) || 'live',
    argument: slash < 0 ? '' : decode(path.slice(slash + 1)),
    parameters: mark < 0 ? [] : [...new URLSearchParams(text.slice(mark + 1))],
  };
}

/** The hash of a state. */
export function print({ view, argument = '', parameters = [] }) {
  const query = new URLSearchParams(parameters.filter(([, value]) => value !== null && value !== undefined && value !== '')).toString();
  const path = argument === '' ? view : `${view}/${encodeURIComponent(argument)}`;
  return `#/${path}${query ? `?${query}` : ''}`;
}

/** The first value of a parameter; '' when it is not there. */
export function value(parameters, name) {
  return parameters.find(([key]) => key === name)?.[1] ?? '';
}

/** The parameters with other values for some names; null or '' takes one away. */
export function change(parameters, values) {
  const rest = parameters.filter(([name]) => !(name in values));
  for (const [name, next] of Object.entries(values)) {
    if (next !== null && next !== '' && next !== undefined) rest.push([name, String(next)]);
  }
  return rest;
}
