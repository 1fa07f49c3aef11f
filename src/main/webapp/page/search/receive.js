// A streamed answer as a file.
const TELL_EVERY = 200;
const PIECE = 8_000_000; // bytes after which what came is handed to the browser, which may put it on disk
const NEWLINE = 10;

/** The rows and the file of a streamed answer; `tell` hears now and then how far it is. */
export async function receive(response, signal, tell) {
  const reader = response.body.getReader();
  const pieces = [];
  let chunks = [];
  let held = 0;
  let size = 0;
  let lines = 0;
  let told = -Infinity; // the first piece is told at once
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (signal.aborted) throw new DOMException('cancelled', 'AbortError');
    for (let i = 0; i < value.length; i++) if (value[i] === NEWLINE) lines++;
    chunks.push(value);
    size += value.length;
    held += value.length;
    if (held > PIECE) {
      pieces.push(new Blob(chunks));
      chunks = [];
      held = 0;
    }
    if (performance.now() - told > TELL_EVERY) {
      told = performance.now();
      tell({ lines, size });
    }
  }
  return { lines, size, blob: new Blob([...pieces, ...chunks]) };
}
