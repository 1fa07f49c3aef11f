// A JSON document as the rows of a tree, made as far as it is unfolded.
import { children, count, document, kind, string } from './scan.js';

const MANY = 100_000;

/**
 * A tree over a text. A node is {path, key, depth, kind, start, end, open, size}; `path` names it, as a JSON Pointer.
 * Rows are plain data; unfolding makes new rows from the text.
 */
export class Tree {
  constructor(text) {
    this.text = text;
    const whole = document(text);
    this.root = this.node('', null, 0, whole.start, whole.end);
    this.rows = [this.root];
  }

  node(path, key, depth, start, stop) {
    const type = kind(this.text, start);
    const folds = type === 'object' || type === 'array';
    return { path, key, depth, kind: type, start, end: stop, open: false, folds, size: folds ? count(this.text, start, MANY) : 0 };
  }

  /** The text of a node's value. */
  source(node) {
    return this.text.slice(node.start, node.end);
  }

  /** The text of a string node, decoded. */
  string(node) {
    return string(this.text, node.start, node.end);
  }

  inside(node) {
    const rows = [];
    let index = 0;
    for (const child of children(this.text, node.start)) {
      const key = child.key === null ? index : child.key;
      rows.push(this.node(`${node.path}/${escape(key)}`, key, node.depth + 1, child.start, child.end));
      index++;
    }
    return rows;
  }

  /** Unfolds the node in this row. */
  open(index) {
    const node = this.rows[index];
    if (!node.folds || node.open || node.size === 0) return;
    this.rows[index] = { ...node, open: true };
    this.rows = [...this.rows.slice(0, index + 1), ...this.inside(node), ...this.rows.slice(index + 1)];
  }

  /** Folds it. */
  close(index) {
    const node = this.rows[index];
    if (!node.open) return;
    let after = index + 1;
    while (after < this.rows.length && this.rows[after].depth > node.depth) after++;
    this.rows[index] = { ...node, open: false };
    this.rows = [...this.rows.slice(0, index + 1), ...this.rows.slice(after)];
  }

  /** Unfolds from the top as long as no more than `most` rows come of it. */
  openUpTo(most) {
    let changed = true;
    while (changed && this.rows.length < most) {
      changed = false;
      for (let i = 0; i < this.rows.length; i++) {
        const node = this.rows[i];
        if (node.folds && !node.open && node.size > 0 && this.rows.length + node.size <= most) {
          this.open(i);
          changed = true;
        }
      }
    }
  }

  closeAll() {
    this.root = { ...this.root, open: false };
    this.rows = [this.root];
  }

  /** Unfolds what leads to the value that covers this place of the text; its row. */
  reveal(position) {
    let index = 0;
    for (;;) {
      const node = this.rows[index];
      if (!node.folds || node.size === 0) return index;
      this.open(index);
      let next = -1;
      for (let i = index + 1; i < this.rows.length && this.rows[i].depth > node.depth; i++) {
        if (this.rows[i].depth === node.depth + 1 && this.rows[i].start <= position) next = i;
        if (this.rows[i].start > position) break;
      }
      // A key lies before its value: the place belongs to the next member when it is behind the one before.
      if (next >= 0 && position >= this.rows[next].end) {
        for (let i = next + 1; i < this.rows.length && this.rows[i].depth > node.depth; i++) {
          if (this.rows[i].depth === node.depth + 1) { next = i; break; }
        }
      }
      if (next < 0) next = index + 1 < this.rows.length && this.rows[index + 1].depth > node.depth ? index + 1 : -1;
      if (next < 0) return index;
      if (position < this.rows[next].start) return next;
      index = next;
    }
  }
}

function escape(key) {
  return String(key).replace(/~/g, '~0').replace(/\//g, '~1');
}

/** Where a text is found in the document, in any case: at most `most` places. */
export function find(text, wanted, most = 10_000) {
  const places = [];
  if (wanted === '') return places;
  let haystack = text.toLowerCase();
  let needle = wanted.toLowerCase();
  if (haystack.length !== text.length) [haystack, needle] = [text, wanted]; // a character that grows in lower case would shift all places
  for (let at = haystack.indexOf(needle); at >= 0 && places.length < most; at = haystack.indexOf(needle, at + needle.length)) {
    places.push(at);
  }
  return places;
}
