// Text that others wrote, shown as what it is: control characters, direction overrides and invisible characters become marks.

// C0 and C1 controls, invisible and direction-changing characters, tag characters, and halves of a surrogate pair.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u{e0000}-\u{e007f}]/gu;

function mark(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code); // ␀ to ␟
  if (code === 0x7f) return '␡';
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** One line of text without anything hidden in it; of long text the start, with how much is left out. */
export function visible(text, most = Infinity) {
  if (text.length > most) {
    const cut = text.slice(0, /[\ud800-\udbff]/.test(text[most - 1]) ? most - 1 : most);
    return `${cut.replace(HIDDEN, mark)}… (${(text.length - cut.length).toLocaleString('en')} more)`;
  }
  return text.replace(HIDDEN, mark);
}

/** Text of several lines: line ends and tabs stay. */
export function visibleLines(text) {
  return text.replace(HIDDEN, (character) => (character === '\n' || character === '\t' ? character : mark(character)));
}

/** A name with blanks at its ends made visible. */
export function visibleName(text, most = 200) {
  return visible(text, most).replace(/^ +| +$/g, (blanks) => '␠'.repeat(blanks.length)) || '(empty)';
}
