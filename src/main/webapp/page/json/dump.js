// Bytes as lines of hexadecimal numbers.

const WIDE = 16;

/** The lines of a dump from 0 up to `end`. */
export function dump(bytes, end = bytes.length) {
  const lines = [];
  for (let at = 0; at < Math.min(end, bytes.length); at += WIDE) {
    const row = [...bytes.subarray(at, at + WIDE)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(WIDE * 3 - 1)}  ${row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')}`);
  }
  return lines;
}
