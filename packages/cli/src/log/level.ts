export type Level = "debug" | "info" | "warn" | "error";

export const levels: readonly Level[] = ["debug", "info", "warn", "error"];

export const levelRank: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
