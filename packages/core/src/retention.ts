/** What a ledger keeps of what has ended: nothing older than `ageMs`, and no more than `rows` entries. */
export interface Retention {
  readonly ageMs: number;
  readonly rows: number;
}

export const defaultRetention: Retention = { ageMs: 30 * 86_400_000, rows: 100_000 };
