import assert from "node:assert/strict";
import { test } from "node:test";
import { call, enter, inChromium, signUp } from "./browser.js";

let ada;
inChromium(async () => {
  ada = await enter();
  await signUp(ada, "Ada");
});

/** Opens a websocket from the page, does what `then` says once it is open, and returns the events that the page saw. */
function seen(page, url, then = "") {
  return page.evaluate(
    ([url, then]) =>
      new Promise((resolve) => {
        const events = [];
        const socket = new WebSocket(url);
        socket.onopen = () => {
          events.push("open");
          if (then) void fetch(then, { method: "POST", headers: { Authorization: `Bearer ${window.token}` } });
        };
        socket.onmessage = ({ data }) => events.push(JSON.parse(data).event);
        socket.onerror = () => events.push("error");
        socket.onclose = ({ code }) => resolve([...events, code]);
      }),
    [url, then],
  );
}

test("a page sees no reason of a refused upgrade, but reads that of a refused ticket", async () => {
  const { url } = await call(ada, "POST", "/api/websocket-ticket");
  assert.deepEqual(await seen(ada, url.replace(/ticket=.*/, "ticket=wrong")), ["error", 1006]);
  const refused = await ada.evaluate(async () => {
    const answer = await fetch("/api/websocket-ticket", { method: "POST", headers: { Authorization: "Bearer wrong" } });
    return [answer.status, (await answer.json()).code];
  });
  assert.deepEqual(refused, [401, "unauthorized"]);
});

test("a page sees the last event and the code of a socket that was open", async () => {
  const { token } = await ada.evaluate(() => JSON.parse(localStorage.getItem("devconnect-session")));
  await ada.evaluate((token) => {
    window.token = token;
  }, token);
  const { url } = await call(ada, "POST", "/api/websocket-ticket");
  assert.deepEqual(await seen(ada, url, "/api/logout"), ["open", "session:ended", 1000]);
});
