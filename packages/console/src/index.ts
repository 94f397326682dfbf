export type { ConsoleEngine } from "./engine.ts";
export { type Console, type ConsoleLimits, type ConsoleOptions, createConsole } from "./server.ts";
