// The built pages as they are served: every file is known from the start, so no path of a request ever reaches the disk.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The pages of the console. */
export interface Pages {
  /** Answers whether the request is for a page: then it is answered. */
  serve(request: FastifyRequest, reply: FastifyReply): boolean;
}

interface File {
  readonly body: Buffer;
  readonly type: string;
  /** Made when it is first asked for; undefined where it would save nothing. */
  zipped?: Buffer | undefined;
}

/** Where the build puts them, seen from the sources and from their own build. */
const built = fileURLToPath(new URL("../dist/web", import.meta.url));
const index = "/index.html";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const zippable: ReadonlySet<string> = new Set([".html", ".js", ".css", ".svg"]);

/** Scripts, styles and pictures come from here and nowhere else; nothing in the text of a page runs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

/** Reads the built pages; undefined where nobody built them. */
export function readPages(folder = built): Pages | undefined {
  const files = new Map(pathsIn(folder).map((path) => [path, fileAt(folder, path)]));
  const page = files.get(index);
  if (page === undefined) return undefined;
  return {
    serve(request, reply) {
      const [path = ""] = request.url.split("?", 1);
      const file = files.get(path === "/" ? index : path);
      if (file !== undefined && path !== index) send(request, reply, { file, isPage: file === page });
      else if (isForPage(request, path)) send(request, reply, { file: page, isPage: true });
      else return false;
      return true;
    },
  };
}

/** The page finds its way by its address: whatever is no file and no part of the API is one. */
function isForPage({ headers }: FastifyRequest, path: string): boolean {
  return (headers.accept ?? "").includes("text/html") && !/^\/(api|assets)(\/|$)/.test(path);
}

/** Serves the pages under every path that is nobody else's. `otherwise` answers what is no page. */
export function addPages(
  server: FastifyInstance,
  pages: Pages | undefined,
  otherwise: (request: FastifyRequest, reply: FastifyReply) => unknown,
): void {
  server.setNotFoundHandler((request, reply) => {
    const isReading = request.method === "GET" || request.method === "HEAD";
    if (isReading && pages?.serve(request, reply) === true) return reply;
    return otherwise(request, reply);
  });
}

interface Answer {
  readonly file: File;
  readonly isPage: boolean;
}

function send(request: FastifyRequest, reply: FastifyReply, { file, isPage }: Answer): void {
  const isZipped = (request.headers["accept-encoding"] ?? "").includes("gzip");
  const zipped = isZipped ? zippedOf(file) : undefined;
  void reply.code(200).type(file.type).header("vary", "accept-encoding");
  // The names of all but the page carry a digest of what is in them.
  if (isPage) void reply.header("content-security-policy", contentSecurityPolicy);
  else void reply.header("cache-control", "public, max-age=31536000, immutable");
  if (zipped !== undefined) void reply.header("content-encoding", "gzip");
  void reply.send(zipped ?? file.body);
}

function zippedOf(file: File): Buffer | undefined {
  if ("zipped" in file) file.zipped ??= gzipSync(file.body);
  return file.zipped;
}

function pathsIn(folder: string): readonly string[] {
  try {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((each) => each.isFile() && Object.hasOwn(types, extname(each.name)));
    return files.map((each) => `/${relative(folder, join(each.parentPath, each.name)).split(sep).join("/")}`);
  } catch {
    return [];
  }
}

function fileAt(folder: string, path: string): File {
  const extension = extname(path);
  const file = { body: readFileSync(join(folder, path)), type: types[extension] ?? "application/octet-stream" };
  return zippable.has(extension) ? { ...file, zipped: undefined } : file;
}
