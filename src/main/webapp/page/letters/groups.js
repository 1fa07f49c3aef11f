// Dead letters that failed for the same reason belong together: names, numbers and places in the reason differ from letter to letter.

/** A reason without what differs: quoted texts, uuids, numbers and JSON Pointers' indexes. */
export function kindOfReason(reason) {
  return reason
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '…')
    .replace(/\d+/g, '#');
}

/** The longest piece of a reason that all of its group have, to select them by; '' when it has none of use. */
export function common(pattern) {
  return pattern.split(/"…"|…|#/).sort((a, b) => b.length - a.length)[0].trim();
}

/** [{key, kind, pattern, example, letters}], the largest first. */
export function groups(letters) {
  const by = new Map();
  for (const letter of letters) {
    const pattern = kindOfReason(letter.reason);
    const key = `${letter.kind} ${pattern}`;
    const group = by.get(key) ?? { key, kind: letter.kind, pattern, example: letter.reason, letters: [] };
    group.letters.push(letter);
    by.set(key, group);
  }
  return [...by.values()].sort((a, b) => b.letters.length - a.letters.length);
}
