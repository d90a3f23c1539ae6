/**
 * Runs clients for a program in another language: commands come as lines of JSON on standard input, and what the clients
 * yield goes to standard output. It ends once standard input is closed.
 */

import { createInterface } from "node:readline";
import { Client, type ClientOptions, type DevConnectError, Refused, type Session } from "../src/index.js";

interface Command {
  readonly do: "open" | "send" | "watch" | "wake" | "close";
  readonly device: string;
  readonly baseUrl: string;
  readonly session: Session;
  readonly options: ClientOptions;
  readonly call: number;
  readonly toUserId: string;
  readonly text: string;
  readonly replyTo?: number;
  readonly userIds: readonly string[];
}

const clients = new Map<string, Client>();

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function described(error: unknown): object {
  const code = error instanceof Refused ? error.code : "";
  return { kind: (error as DevConnectError).constructor.name, message: String((error as Error).message), code };
}

async function follow(device: string, client: Client): Promise<void> {
  try {
    for await (const event of client) say({ device, event });
    say({ device, ended: null });
  } catch (error) {
    say({ device, ended: described(error) });
  }
}

const commands: { readonly [Name in Command["do"]]: (command: Command, client: Client) => void } = {
  open: ({ device, baseUrl, session, options }) => {
    const client = new Client(baseUrl, session, options);
    clients.set(device, client);
    void follow(device, client);
  },
  send: ({ call, toUserId, text, replyTo }, client) => {
    client.send(toUserId, text, replyTo).then(
      (message) => say({ call, message }),
      (error: unknown) => say({ call, error: described(error) }),
    );
  },
  watch: ({ userIds }, client) => client.watch(userIds),
  wake: (_, client) => client.wake(),
  close: (_, client) => client.close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  commands[command.do](command, clients.get(command.device) as Client);
}
process.exit(0); // a websocket to a silent network may still be closing
