// The engine's own services, for tests of components that use them: what components may not import, their tests may.
export { createChains } from "../runtime/chains.ts";
export { createHttpListener, type HttpListener } from "../runtime/http-listener.ts";
