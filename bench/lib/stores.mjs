// A part of the bench that is measured on several stores, one after the other.
import { startServer, temporaryFolder } from "./processes.mjs";

/**
 * Measures on each store of `kinds`, or on `only`, with its settings; answers whether all targets were met. A store whose
 * server is not installed is left out.
 */
export async function onStores(kinds, only, measure) {
  let isMet = true;
  for (const kind of kinds.filter((each) => only === undefined || each === only)) {
    const folder = temporaryFolder();
    const server = kind === "embedded" ? { stop: async () => undefined } : await startServer(kind);
    if (server === undefined) continue;
    const settings = kind === "embedded" ? { kind, path: folder.path } : { kind, url: server.url };
    isMet = (await measure(kind, settings, server)) && isMet;
    await server.stop();
    folder.remove();
  }
  return isMet;
}
