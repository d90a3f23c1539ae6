import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bubble,
  call,
  enter,
  inChromium,
  openFirst,
  say,
  shoot,
  signUp,
  twoWhoTalk,
  userIdOf,
  violations,
} from "./browser.js";
import { confirmAddress, mailsTo } from "./mails.js";

inChromium();

test("people find each other by a skill, connect, and talk in two browsers", async () => {
  const [ada, bob] = [await enter(), await enter({ viewport: { width: 390, height: 760 } })];
  assert.deepEqual(await violations(ada), []);
  const emailId = await signUp(ada, "Ada", "Lovelace");
  await signUp(bob, "Bob", "Example");
  const skill = `skill${Date.now()}`;
  await call(bob, "PATCH", "/api/profile", { skills: [skill], about: "I like engines." });

  await ada.getByRole("button", { name: "People" }).click();
  await ada.getByLabel("Skills").fill(skill);
  await ada.getByRole("button", { name: "Search" }).click();
  const card = ada.getByRole("article").filter({ hasText: skill });
  await card.waitFor();
  assert.deepEqual(await violations(ada), []);
  await card.getByRole("button", { name: "Connect" }).click();
  await ada.getByText("Confirm your email address first: open the link in the mail").waitFor();
  await ada.getByRole("button", { name: "Send the mail again" }).click();
  await ada.getByText("Another mail is on its way.").waitFor();
  await mailsTo(emailId, 2);
  assert.deepEqual(await violations(ada), []);
  await confirmAddress(emailId);
  await card.getByRole("button", { name: "Connect" }).click();
  await ada.getByText("Bob has been asked.").waitFor();

  await bob.getByRole("button", { name: /Notices.*unread/ }).waitFor();
  await bob.getByRole("button", { name: "People" }).click();
  await bob.getByRole("button", { name: "Accept" }).click();
  await bob.getByLabel("Message", { exact: true }).waitFor();
  await say(bob, "Hello Ada, see https://example.org/engine. This is it:\n```python\nprint(6 * 7)\n```");
  await bubble(bob, "Hello Ada").getByText("sent").waitFor();

  await ada.reload();
  await openFirst(ada);
  await bubble(ada, "Hello Ada").waitFor();
  assert.equal(await ada.locator(".bubble a").getAttribute("href"), "https://example.org/engine");
  assert.match((await ada.locator(".bubble a").getAttribute("rel")) ?? "", /noopener/);
  assert.equal(await ada.locator(".bubble pre code").textContent(), "print(6 * 7)");
  await bubble(bob, "Hello Ada").getByText("read").waitFor();

  await ada.getByLabel("Message", { exact: true }).pressSequentially("I am");
  await bob.getByText("is typing").waitFor();
  await say(ada, "Thank you! It counts.");
  await bubble(bob, "Thank you!").waitFor();
  await ada.getByText("online", { exact: true }).first().waitFor();
  for (const page of [ada, bob]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], colorScheme);
      await shoot(page, `${page === ada ? "desktop" : "phone"}-${colorScheme}`);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(width <= 0, "nothing is wider than the screen");
    assert.deepEqual(page.problems, []);
  }
});

test("the page is used with the keyboard alone", async () => {
  const [ada, bob] = await twoWhoTalk();
  await bob.reload();
  await bob.getByRole("list", { name: "Conversations" }).waitFor();
  const focused = () => bob.evaluate(() => document.activeElement?.closest(".list button") !== null);
  for (let tabs = 0; !(await focused()); tabs += 1) {
    assert.ok(tabs < 20, "the list is reached");
    await bob.keyboard.press("Tab");
  }
  await bob.keyboard.press("Enter");
  await bob.getByLabel("Message", { exact: true }).waitFor();
  await bob.keyboard.type("by keys");
  await bob.keyboard.press("Enter");
  await bubble(ada, "by keys").waitFor();
});

test("a message in one conversation is unread while another one is open", async () => {
  const [ada, bob] = await twoWhoTalk();
  await ada.reload();
  await ada.getByRole("list", { name: "Conversations" }).waitFor();
  await say(bob, "Are you there?");
  await ada.getByRole("button", { name: /Chats 1 unread/ }).waitFor();
  await openFirst(ada);
  await bubble(bob, "Are you there?").getByText("read").waitFor();
  assert.equal(await ada.getByRole("button", { name: /Chats.*unread/ }).count(), 0);
  assert.ok(await userIdOf(ada));
});
