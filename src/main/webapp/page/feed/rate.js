// How many came in each of the last seconds.
export class Rate {
  #counts;
  #second = 0;

  constructor(seconds = 120) {
    this.#counts = new Array(seconds).fill(0);
  }

  #to(second) {
    if (this.#second === 0) this.#second = second;
    for (let steps = Math.min(second - this.#second, this.#counts.length); steps > 0; steps--) {
      this.#counts.shift();
      this.#counts.push(0);
    }
    this.#second = Math.max(second, this.#second);
  }

  add(n, now) {
    this.#to(Math.floor(now / 1000));
    this.#counts[this.#counts.length - 1] += n;
  }

  /** The counts of the seconds that are over, the oldest first. */
  counts(now) {
    this.#to(Math.floor(now / 1000));
    return this.#counts.slice(0, -1);
  }

  /** Messages a second over the last few seconds. */
  current(now, over = 5) {
    const counts = this.counts(now).slice(-over);
    return counts.reduce((sum, n) => sum + n, 0) / over;
  }
}
