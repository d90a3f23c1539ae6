// The network between the pages and the websockets: it can be cut, and come back.
import { connect, createServer } from "node:net";

const open = new Set();
let isCut = false;
let server;

/** Listens where WEBSOCKET_URL of the service leads, and passes on to the service. */
export async function startNetwork() {
  server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const service = connect(Number(process.env.WEBSOCKET_PORT), "127.0.0.1");
    const end = () => {
      client.destroy();
      service.destroy();
      open.delete(end);
    };
    open.add(end);
    for (const side of [client, service]) side.on("error", end).on("close", end);
    client.pipe(service).pipe(client);
  });
  await new Promise((resolve) => server.listen(Number(process.env.NETWORK_PORT), "127.0.0.1", resolve));
}

export function stopNetwork() {
  cutNetwork();
  server.close();
}

export function cutNetwork() {
  isCut = true;
  for (const end of open) end();
}

export function healNetwork() {
  isCut = false;
}
