// The last rows of a feed, bounded by their number and by the characters of their texts.

export class Buffer {
  #rows = [];
  #first = 0; // index in #rows of the oldest one that is kept
  #characters = 0;

  constructor(mostRows, mostCharacters) {
    this.mostRows = mostRows;
    this.mostCharacters = mostCharacters;
    this.dropped = 0;
  }

  get length() {
    return this.#rows.length - this.#first;
  }

  get characters() {
    return this.#characters;
  }

  get full() {
    return this.length >= this.mostRows || this.#characters >= this.mostCharacters;
  }

  /** The row at this place, 0 the oldest. */
  at(index) {
    return this.#rows[this.#first + index];
  }

  /** Appends the newest rows; the oldest go where there is no more room. */
  push(rows) {
    for (const row of rows) {
      this.#rows.push(row);
      this.#characters += row.text?.length ?? 0;
    }
    let first = this.#first;
    while (this.#rows.length - first > 1 && (this.#rows.length - first > this.mostRows || this.#characters > this.mostCharacters)) {
      this.#characters -= this.#rows[first].text?.length ?? 0;
      this.#rows[first] = undefined;
      first++;
      this.dropped++;
    }
    this.#first = first;
    if (this.#first > 4096 && this.#first > this.#rows.length / 2) {
      this.#rows = this.#rows.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Takes the newest rows away again, so many of them, and returns them, the oldest first. */
  pop(count) {
    const taken = this.#rows.splice(Math.max(this.#first, this.#rows.length - count));
    for (const row of taken) this.#characters -= row.text?.length ?? 0;
    return taken;
  }

  /** Puts older rows in front, as many as there is room for; how many that were, counted from the newest of them. */
  unshift(rows) {
    let fit = 0;
    let characters = this.#characters;
    while (fit < rows.length && this.length + fit < this.mostRows) {
      characters += rows[rows.length - 1 - fit].text?.length ?? 0;
      if (characters > this.mostCharacters) break;
      this.#characters = characters;
      fit++;
    }
    this.#rows = [...rows.slice(rows.length - fit), ...this.#rows.slice(this.#first)];
    this.#first = 0;
    return fit;
  }

  clear() {
    this.#rows = [];
    this.#first = 0;
    this.#characters = 0;
    this.dropped = 0;
  }

  /** All rows, the oldest first. */
  *[Symbol.iterator]() {
    for (let i = this.#first; i < this.#rows.length; i++) yield this.#rows[i];
  }
}
