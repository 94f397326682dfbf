// HTTP/1.1 by hand, just enough for POSTs with a length: a server of Node's own would be what a contest measures.
import { createServer } from "node:net";

const ok = Buffer.from("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
const headEnd = "\r\n\r\n";

/** Hands the body of each request to `take` and answers 200; resolves with the port. */
export function receiveHttp(take) {
  const server = createServer({ noDelay: true }, (socket) => {
    let rest = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let request = nextRequest(rest); request !== undefined; request = nextRequest(rest)) {
        rest = rest.subarray(request.end);
        take(request.body);
        socket.write(ok);
      }
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

function nextRequest(bytes) {
  const at = bytes.indexOf(headEnd);
  if (at < 0) return undefined;
  const length = /content-length: *(\d+)/i.exec(bytes.latin1Slice(0, at))?.[1];
  if (length === undefined) throw new Error("a request without a length");
  const start = at + headEnd.length;
  const end = start + Number(length);
  return end > bytes.length ? undefined : { body: bytes.utf8Slice(start, end), end };
}
