/** Something that a receiving system may get, as the world outside the engine knows it. */
export interface Item {
  readonly id: string;
  readonly device: string;
  readonly topic: string;
  /** When it happened: UTC with nine fraction digits, so that text sorts as time; empty where the engine says when. */
  readonly time: string;
  /** Order is promised among items of one group. */
  readonly group: string;
}

/** Something that a receiving system got. */
export interface Arrival {
  readonly id: string;
  readonly device: string;
  readonly topic: string;
  readonly time: string;
  readonly isBackfilled: boolean;
  /** When the engine took it in, in milliseconds since the epoch: two arrivals of one item that differ in it were taken in twice. */
  readonly takenAt: number;
  /** The `Idempotency-Key` it came with, where every message has its own. */
  readonly key: string | undefined;
}

export interface Expected extends Item {
  /** Place in the order in which the outside world stored it. */
  readonly order: number;
  isDue: boolean;
  /** False for an item that the order of its group says nothing about. */
  isOrdered: boolean;
  /** The first arrival; undefined until there is one. */
  first: Arrival | undefined;
  arrivals: number;
  /** When it came the last time, and when the engine took in what came: milliseconds since the epoch. */
  lastAt: number;
  readonly takenAt: number[];
  /** Whether the receiving system has said that it never takes it, and whether it is a dead letter. */
  isRejected: boolean;
  isBuried: boolean;
}

/** What is due at one receiving system, and what came. */
export class Book {
  readonly receiver: string;
  /** First arrivals by group, in the order in which they came. */
  readonly firsts = new Map<string, Expected[]>();
  /** Arrivals of what nobody ever stored, or not like that. */
  readonly foreign: Arrival[] = [];
  /** Arrivals whose key differs from that of an earlier arrival of the same item, or is another item's. */
  readonly miskeyed: Arrival[] = [];
  /** Ids of dead letters whose item was never rejected, or never stored. */
  readonly misburied = new Set<string>();
  /** When the engine took in what came, each taking once: milliseconds since the epoch. */
  readonly takenAt: number[] = [];
  /**
   * Of what came again: when the engine had taken it in before, or, when it was sent twice without being taken in twice, when
   * it had come before. The crash that had it come again is the first one after that.
   */
  readonly repeatedFrom: number[] = [];
  due = 0;
  /** Due items that have come or are dead letters. */
  ended = 0;
  buried = 0;
  readonly #items = new Map<string, Expected>();
  readonly #keys = new Map<string, string>();

  constructor(receiver: string) {
    this.receiver = receiver;
  }

  /** Due items that have neither come nor become dead letters. */
  get outstanding(): number {
    return this.due - this.ended;
  }

  get duplicates(): number {
    return this.repeatedFrom.length;
  }

  /** Says that an item exists and may come; in the order in which the outside world stored them. Again: no change. */
  expect(item: Item): void {
    if (this.#items.has(item.id)) return;
    this.#items.set(item.id, {
      ...item,
      order: this.#items.size,
      isDue: false,
      isOrdered: true,
      first: undefined,
      arrivals: 0,
      lastAt: 0,
      takenAt: [],
      isRejected: false,
      isBuried: false,
    });
  }

  /** Says that an expected item must come, and whether the order of its group holds for it. */
  owe(id: string, isOrdered = true): void {
    const item = this.#items.get(id);
    if (item === undefined || item.isDue) return;
    item.isDue = true;
    item.isOrdered = isOrdered;
    this.due += 1;
    if (hasEnded(item)) this.ended += 1;
  }

  /** `at`: milliseconds since the epoch. */
  arrived(arrival: Arrival, at: number): void {
    const item = this.#items.get(arrival.id);
    if (item === undefined || !isSame(item, arrival)) return void this.foreign.push(arrival);
    this.#checkKey(arrival);
    if (item.arrivals > 0) this.repeatedFrom.push(reasonTime(item, arrival));
    else this.#cameFirst(item, arrival);
    if (!item.takenAt.includes(arrival.takenAt)) {
      item.takenAt.push(arrival.takenAt);
      this.takenAt.push(arrival.takenAt);
    }
    item.arrivals += 1;
    item.lastAt = at;
  }

  /** The receiving system has answered that it will never take this. */
  rejected({ id }: Arrival): void {
    const item = this.#items.get(id);
    if (item !== undefined) item.isRejected = true;
  }

  /** The engine has a dead letter of it. */
  buriedAs(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined || !item.isRejected) this.misburied.add(id);
    if (item === undefined || item.isBuried) return;
    if (item.isDue && !hasEnded(item)) this.ended += 1;
    item.isBuried = true;
    this.buried += 1;
  }

  *missing(): Iterable<Expected> {
    for (const item of this.#items.values()) if (item.isDue && !hasEnded(item)) yield item;
  }

  #cameFirst(item: Expected, arrival: Arrival): void {
    if (item.isDue && !hasEnded(item)) this.ended += 1;
    item.first = arrival;
    const firsts = this.firsts.get(item.group);
    if (firsts === undefined) this.firsts.set(item.group, [item]);
    else firsts.push(item);
  }

  #checkKey({ id, key, ...rest }: Arrival): void {
    if (key === undefined) return;
    const known = this.#keys.get(`item ${id}`) ?? key;
    const owner = this.#keys.get(`key ${key}`) ?? id;
    if (known !== key || owner !== id) this.miskeyed.push({ id, key, ...rest });
    this.#keys.set(`item ${id}`, known).set(`key ${key}`, owner);
  }
}

/** As Book.repeatedFrom. */
function reasonTime({ takenAt, lastAt }: Expected, arrival: Arrival): number {
  if (takenAt.includes(arrival.takenAt)) return lastAt;
  const before = takenAt.filter((each) => each < arrival.takenAt);
  return before.length > 0 ? Math.max(...before) : lastAt;
}

function hasEnded({ arrivals, isBuried }: Expected): boolean {
  return arrivals > 0 || isBuried;
}

function isSame(item: Item, arrival: Arrival): boolean {
  const { device, topic, time } = item;
  return device === arrival.device && topic === arrival.topic && (time === "" || time === arrival.time);
}
