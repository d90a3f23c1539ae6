// A client made of openapi.json: it logs in, sends a message to another user, and reads it back.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[] };

const [baseUrl, otherId, emailId, password] = process.argv.slice(2) as [string, string, string, string];
const api = createClient<paths>({ baseUrl });

function given<T>(data: T | undefined, error: components["schemas"]["ErrorResponse"] | undefined): T {
  if (error !== undefined || data === undefined) throw new Error(`${error?.code}: ${error?.error}`);
  return data;
}

const login = await api.POST("/api/login", { body: { emailId, password } });
const session = given(login.data, login.error);
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${session.token}`);
    return request;
  },
});

// clientMessageId may be left out, which a `default` of null would not allow.
const sent = await api.POST("/api/messages", { body: { toUserId: otherId, message: "from TypeScript" } });
const { seq } = given(sent.data, sent.error);
const page = await api.GET("/api/messages/{userId}", { params: { path: { userId: otherId }, query: { limit: 10 } } });
const texts = given(page.data, page.error).messages.map((message) => message.message);
if (seq !== texts.length || texts.at(-1) !== "from TypeScript") throw new Error(`${seq} ${texts}`);

const userIds = [session.userId, otherId];
const presence = await api.GET("/api/presence", { params: { query: { userIds } } });
if (given(presence.data, presence.error).presence.length !== 2) throw new Error("presence");

const refused = await api.POST("/api/messages", { body: { toUserId: "x", message: "" } });
if (Object.keys(refused.error?.fields ?? {}).join() !== "toUserId,message") throw new Error("an error names its fields");
