// Where the page lies, and with it the API.

/** An address below the page's own, so that it works below any prefix. */
export function address(path, parameters = []) {
  const query = new URLSearchParams(parameters).toString();
  return new URL(path + (query ? `?${query}` : ''), new URL('.', location.href.split('#')[0].split('?')[0])).href;
}
