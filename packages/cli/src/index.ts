export { components, createProductRegistry } from "./components.ts";
export { main } from "./program.ts";
