import assert from "node:assert/strict";
import { test } from "node:test";
import { bubble, call, enter, inChromium, say, shoot, signUp, userIdOf, violations } from "./browser.js";
import { confirmAddress } from "./mails.js";

inChromium();

/** What the page of a sender shows above their conversation, and of the first message in it. */
async function shownTo(sender) {
  return [
    await sender.locator(".thread > header").textContent(),
    await sender.locator(".bubble").first().textContent(),
  ];
}

/** Opens the list of requests, unless it is open, and in it the one of this person. */
async function openRequest(page, name) {
  const opener = page.getByRole("button", { name: /Requests \d waiting/ });
  if ((await opener.getAttribute("aria-expanded")) === "false") await opener.click();
  await page.getByRole("list", { name: "Requests" }).getByRole("button", { name }).click();
  await page.getByRole("heading", { name: `${name} Example would like to write to you` }).waitFor();
}

async function checkLooks(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await violations(page), [], `${name} ${colorScheme}`);
    await shoot(page, `${name}-${colorScheme}`);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, "nothing is wider than the screen");
}

test("what strangers write waits without their learning it: one is accepted and talks, others are ignored and blocked", async () => {
  const bob = await enter();
  await confirmAddress(await signUp(bob, "Bob"));
  const skill = `skill${Date.now()}`;
  await call(bob, "PATCH", "/api/profile", { skills: [skill] });
  const [carol, dan, eve] = [await enter(), await enter(), await enter()];
  const strangers = { Carol: carol, Dan: dan, Eve: eve };
  for (const [name, page] of Object.entries(strangers)) {
    await confirmAddress(await signUp(page, name)); // who has not may not write to strangers
    await page.getByRole("button", { name: "People" }).click();
    await page.getByLabel("Skills").fill(skill);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("article").filter({ hasText: skill }).getByRole("button", { name: "Write" }).click();
    await say(page, `${name} likes engines too.`);
    await bubble(page, `${name} likes`).getByText("· sent").waitFor();
  }

  await bob.getByRole("button", { name: "Requests 3 waiting" }).waitFor();
  assert.equal(await bob.getByRole("list", { name: "Conversations" }).count(), 0);
  assert.equal(await bob.getByRole("button", { name: /Chats.*unread/ }).count(), 0);
  const before = { dan: await shownTo(dan), eve: await shownTo(eve) };

  await openRequest(bob, "Dan");
  await bubble(bob, "Dan likes engines too.").waitFor();
  await checkLooks(bob, "request-desktop");
  await bob.getByRole("button", { name: "Ignore" }).click();
  await bob.getByRole("button", { name: "Requests 2 waiting" }).waitFor();
  assert.equal(await bob.evaluate(() => document.activeElement?.getAttribute("aria-pressed")), "true");

  await openRequest(bob, "Eve");
  await bob.getByRole("button", { name: "Block" }).click();
  await bob.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await bob.getByRole("button", { name: "Requests 1 waiting" }).waitFor();

  await bob.setViewportSize({ width: 390, height: 760 });
  await checkLooks(bob, "requests-phone");
  await bob.getByRole("button", { name: /Requests 1/ }).focus();
  await bob.keyboard.press("Tab");
  await bob.keyboard.press("Enter");
  await bubble(bob, "Carol likes engines too.").waitFor();
  await checkLooks(bob, "request-phone");
  await bubble(carol, "Carol likes").getByText("· sent").waitFor();
  await bob.getByRole("button", { name: "Accept" }).click();
  await bob.getByLabel("Message", { exact: true }).waitFor();
  await bubble(bob, "Carol likes engines too.").waitFor();
  await bubble(carol, "Carol likes").getByText("read").waitFor();
  await say(bob, "Hello Carol!");
  await bubble(carol, "Hello Carol!").waitFor();
  await say(carol, "So we talk.");
  await bubble(bob, "So we talk.").waitFor();
  assert.equal(await bubble(bob, "Carol likes").count(), 1);

  // What Bob's device was told of comes after what Dan wrote: it would have come by now.
  await say(dan, "Are you there?");
  await bubble(dan, "Are you there?").getByText("· sent").waitFor();
  await say(carol, "The last word.");
  await bubble(bob, "The last word.").waitFor();
  await bob.reload();
  await bob.getByRole("list", { name: "Conversations" }).waitFor();
  assert.equal(await bob.getByRole("button", { name: /Requests \d/ }).count(), 0);
  await bob.getByRole("button", { name: "Ignored requests" }).waitFor();
  assert.doesNotMatch((await bob.locator("body").textContent()) ?? "", /Dan|Eve/);
  assert.deepEqual({ dan: await shownTo(dan), eve: await shownTo(eve) }, before);
  const { conversations } = await call(bob, "GET", "/api/conversations/requests?ignored=true");
  assert.deepEqual(
    conversations.map(({ userId }) => userId),
    [await userIdOf(dan)],
  );

  await bob.getByRole("button", { name: "Ignored requests" }).click();
  await bob.getByRole("list", { name: "Ignored requests" }).getByRole("button", { name: "Dan" }).click();
  await bubble(bob, "Are you there?").waitFor();
  assert.equal(await bob.getByRole("button", { name: "Ignore", exact: true }).count(), 0);
  await checkLooks(bob, "ignored-phone");
  await bob.getByRole("button", { name: "Accept" }).click();
  await say(bob, "Now I am.");
  await bubble(dan, "Now I am.").waitFor();
  assert.equal(await bob.getByRole("button", { name: "Ignored requests" }).count(), 0);
  for (const page of [bob, ...Object.values(strangers)]) assert.deepEqual(page.problems, []);
});
