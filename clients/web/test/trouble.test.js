import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bubble,
  call,
  inChromium,
  openFirst,
  say,
  shoot,
  stored,
  twoWhoTalk,
  URL_OF_PAGE,
  userIdOf,
  violations,
} from "./browser.js";
import { cutNetwork, healNetwork } from "./network.js";

inChromium();

/** Takes a page's network away, and all websockets. */
async function cut(page) {
  await page.context().setOffline(true);
  cutNetwork();
  await page.getByText("No connection.").waitFor();
}

test("what is written without a network is kept, and sent once it is back", async () => {
  const [ada, bob] = await twoWhoTalk();
  await cut(ada);
  await say(ada, "from a tunnel");
  await bubble(ada, "from a tunnel").getByText("sending").waitFor();
  await say(bob, "where are you?");
  await shoot(ada, "offline");
  assert.deepEqual(await violations(ada), []);
  await ada.context().setOffline(false);
  healNetwork();
  await bubble(bob, "from a tunnel").waitFor();
  await bubble(ada, "where are you?").waitFor();
  await bubble(ada, "from a tunnel")
    .getByText(/sent|read/)
    .waitFor();
  assert.equal(await bubble(ada, "from a tunnel").count(), 1);
  assert.equal(await bubble(bob, "from a tunnel").count(), 1);
  assert.deepEqual(ada.problems, []);
});

test("a message that was typed in a tunnel survives its closed tab", async () => {
  const [ada, bob] = await twoWhoTalk();
  await cut(ada);
  await say(ada, "before the tab closed");
  await stored(ada, "before the tab closed");
  const context = ada.context();
  await ada.close();
  await context.setOffline(false);
  healNetwork();
  const again = await context.newPage();
  await again.goto(URL_OF_PAGE);
  await bubble(bob, "before the tab closed").waitFor();
  await openFirst(again);
  await bubble(again, "before the tab closed")
    .getByText(/sent|read/)
    .waitFor();
  assert.equal(await bubble(bob, "before the tab closed").count(), 1);
});

test("a tab that slept fetches what it missed", async () => {
  const [ada, bob] = await twoWhoTalk();
  const session = await ada.context().newCDPSession(ada);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  for (const text of ["one", "two", "three"]) await say(bob, text);
  await bubble(bob, "three")
    .getByText(/sent|read/)
    .waitFor();
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await bubble(ada, "three").waitFor();
  assert.deepEqual(await ada.locator(".bubble .text").allTextContents(), ["one", "two", "three"]);
});

test("the end of a session in another tab ends it here, and says so", async () => {
  const [ada] = await twoWhoTalk();
  await call(ada, "POST", "/api/logout-all", {});
  await ada.getByText("Your session has ended. Log in again.").waitFor();
  assert.deepEqual(await violations(ada), []);
});

const MANY = Number(process.env.MANY_MESSAGES);

test("a conversation of many messages is scrolled to its beginning", async () => {
  const [ada, bob] = await twoWhoTalk();
  const toUserId = await userIdOf(bob);
  await ada.reload(); // no conversation is open while they are sent
  await bob.goto("about:blank");
  for (let sent = 0; sent < MANY; sent += 50) {
    const messages = Array.from({ length: 50 }, (_, index) => {
      const number = String(sent + index + 1).padStart(6, "0");
      return { message: `message ${number}`, clientMessageId: number };
    });
    await call(ada, "POST", "/api/messages/batch", { toUserId, messages });
  }
  await bob.goto(URL_OF_PAGE);
  await openFirst(bob);
  await openFirst(ada);
  await bubble(bob, `message ${String(MANY).padStart(6, "0")}`).waitFor();
  const region = bob.getByRole("region", { name: "Messages" });
  while ((await bubble(bob, "message 000001").count()) === 0) {
    const shown = await bob.locator(".bubble").count();
    await region.evaluate((box) => box.scrollTo(0, 0));
    await bob.waitForFunction((count) => document.querySelectorAll(".bubble").length > count, shown);
  }
  assert.equal(await bob.locator(".bubble").count(), MANY);
  await region.evaluate((box) => box.scrollTo(0, 0));
  await say(ada, "still quick");
  await bubble(bob, "still quick").waitFor();
  assert.deepEqual(bob.problems, []);
});
