export { type Backend, type BackendContext, createBackend, openBackend } from "./backend.ts";
export type { PostgresAccess } from "./embedded/embedded-database.ts";
export { type BackendSettings, defaultEmbeddedPath } from "./settings.ts";
export { checkStore, type StoreCheck } from "./check/check-store.ts";
