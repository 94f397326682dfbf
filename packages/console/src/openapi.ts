import { controlRoutes, openApi } from "@signalbox/core";

const json = { "application/json": { schema: { type: "object" } } };
const refused = (description: string): object => ({ description, content: json });
const anybody = { tags: ["health"], security: [{}] };

const session = {
  type: "object",
  required: ["authentication", "role"],
  properties: {
    authentication: { enum: ["none", "token"] },
    name: { type: "string" },
    role: { enum: ["viewer", "operator", "metrics"] },
    csrf: { type: "string", description: "For `X-Signalbox-Csrf`." },
  },
};
const sessionAnswer = { "200": { description: "Who it is.", content: { "application/json": { schema: session } } } };

/** The console's own paths, beside those of the control API. */
const ownPaths = {
  "/api/login": {
    post: {
      tags: ["session"],
      operationId: "postLogin",
      summary: "Gives a browser a session for a token.",
      security: [{}],
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: { type: "object", required: ["token"], properties: { token: { type: "string" } } },
          },
        },
      },
      responses: {
        ...sessionAnswer,
        "400": refused("CONTROL_BODY_INVALID"),
        "401": refused("CONSOLE_TOKEN_REFUSED"),
        "403": refused("CONSOLE_ORIGIN_REFUSED"),
        "429": refused("CONSOLE_TRIES_LIMITED"),
      },
    },
  },
  "/api/logout": {
    post: {
      tags: ["session"],
      operationId: "postLogout",
      summary: "Ends the session, and what is told to it.",
      responses: { "200": refused("It is over."), "401": refused("CONSOLE_LOGIN_NEEDED") },
    },
  },
  "/api/session": {
    get: {
      tags: ["session"],
      operationId: "getSession",
      summary: "Who a request is from.",
      responses: { ...sessionAnswer, "401": refused("CONSOLE_LOGIN_NEEDED") },
    },
  },
  "/api/openapi.json": {
    get: {
      tags: ["session"],
      operationId: "getOpenapi",
      summary: "This document.",
      responses: { "200": refused("OpenAPI 3.1.") },
    },
  },
  "/livez": {
    get: {
      ...anybody,
      operationId: "getLivez",
      summary: "Whether the process lives.",
      responses: { "200": refused("It does.") },
    },
  },
  "/readyz": {
    get: {
      ...anybody,
      operationId: "getReadyz",
      summary: "Whether the engine does what it is for; why not, in kinds where nobody says who they are.",
      responses: { "200": refused("It does."), "503": refused("It does not, and why.") },
    },
  },
  "/metrics": {
    get: {
      tags: ["health"],
      operationId: "getMetrics",
      summary: "Metrics for Prometheus; the role `metrics` is enough.",
      responses: {
        "200": { description: "The metrics.", content: { "text/plain": { schema: { type: "string" } } } },
        "401": refused("CONSOLE_LOGIN_NEEDED"),
      },
    },
  },
};

/** OpenAPI 3.1 of everything that the console answers, its pages apart. */
export function consoleOpenApi(): object {
  return openApi({ routes: controlRoutes, prefix: "/api", morePaths: ownPaths });
}
