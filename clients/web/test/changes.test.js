import assert from "node:assert/strict";
import { test } from "node:test";
import { bubble, call, enter, inChromium, openFirst, say, shoot, twoWhoTalk, userIdOf, violations } from "./browser.js";

let ada;
let bob;
inChromium(async () => {
  [ada, bob] = await twoWhoTalk();
});

/** Sends a message, which the other person sees. */
async function said(text) {
  await say(ada, text);
  await bubble(bob, text).waitFor();
  await bubble(ada, text)
    .getByText(/· (sent|read)/)
    .waitFor();
}

async function choose(page, text, action) {
  await bubble(page, text).getByLabel("Actions", { exact: true }).click();
  await bubble(page, text).getByRole("button", { name: action }).click();
}

test("an edit in place by one person is seen by the other", async () => {
  await said("I write teh first draft");
  await choose(ada, "first draft", "Edit");
  const field = ada.getByLabel("New text");
  assert.equal(await field.inputValue(), "I write teh first draft");
  await ada.getByText("A message can be edited for 15 minutes").waitFor();
  assert.deepEqual(await violations(ada), []);
  await shoot(ada, "editing");
  await field.fill("something else");
  await ada.keyboard.press("Escape");
  await bubble(ada, "first draft").waitFor();
  assert.equal(await field.count(), 0);
  assert.ok(await bubble(ada, "first draft").evaluate((element) => element.contains(document.activeElement)));

  await choose(ada, "first draft", "Edit");
  await field.fill("I write the first draft");
  await ada.keyboard.press("Enter");
  await bubble(bob, "I write the first draft").getByText("edited").waitFor();
  await bubble(ada, "I write the first draft").getByText("edited").waitFor();
  assert.equal(await bubble(bob, "teh").count(), 0);
  assert.equal(await field.count(), 0);
});

test("a message that may no longer be edited offers no edit", async () => {
  await said("sent long ago");
  await ada.clock.install({ time: Date.now() + 16 * 60_000 });
  await bubble(ada, "sent long ago").getByLabel("Actions", { exact: true }).click();
  await bubble(ada, "sent long ago").getByRole("button", { name: "Delete" }).waitFor();
  assert.equal(await bubble(ada, "sent long ago").getByRole("button", { name: "Edit" }).count(), 0);
  await ada.keyboard.press("Escape");
  await ada.reload(); // with the true time
  await openFirst(ada);
});

test("a deletion is asked about, and leaves its place", async () => {
  await said("too much said");
  await choose(ada, "too much said", "Delete");
  const dialog = ada.getByRole("dialog", { name: "Delete this message for both of you?" });
  await dialog.waitFor();
  assert.deepEqual(await violations(ada), []);
  await shoot(ada, "deleting");
  await ada.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await bubble(ada, "too much said").waitFor();

  await choose(ada, "too much said", "Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  for (const page of [ada, bob]) {
    await bubble(page, "This message was deleted.").waitFor();
    assert.equal(await bubble(page, "too much said").count(), 0);
  }
});

test("a reply quotes the message that it answers, and leads to it", async () => {
  await said("Shall we meet on Monday?");
  await choose(bob, "Monday", "Reply");
  await bob.getByText("Reply to Ada Example").waitFor();
  await bob.keyboard.press("Escape");
  assert.equal(await bob.getByText("Reply to Ada Example").count(), 0);
  await choose(bob, "Monday", "Reply");
  await shoot(bob, "replying");
  assert.deepEqual(await violations(bob), []);
  await bob.keyboard.type("Yes, at ten");
  await bob.keyboard.press("Enter");
  const quote = bubble(ada, "Yes, at ten").getByRole("button", { name: "Answers You Shall we meet on Monday?" });
  await quote.focus();
  await ada.keyboard.press("Enter");
  await ada.waitForFunction(() => document.activeElement?.textContent?.startsWith("Shall we meet on Monday?"));
  await bubble(bob, "Yes, at ten").getByRole("button", { name: "Answers Ada Example Shall we" }).waitFor();
});

test("a quote leads to a message that was not fetched yet", async () => {
  const toUserId = await userIdOf(bob);
  const ids = { first: "0", rest: "1" };
  const [{ seq }] = (
    await call(ada, "POST", "/api/messages/batch", {
      toUserId,
      messages: [{ message: "at the very top", clientMessageId: `${Date.now()}-${ids.first}` }],
    })
  ).acks;
  for (let batch = 0; batch < 3; batch += 1) {
    const messages = Array.from({ length: 50 }, (_, index) => ({
      message: `filler ${batch}-${index}`,
      clientMessageId: `${Date.now()}-${ids.rest}-${batch}-${String(index).padStart(2, "0")}`,
    }));
    await call(ada, "POST", "/api/messages/batch", { toUserId, messages });
  }
  await call(ada, "POST", "/api/messages", {
    toUserId,
    message: "far below",
    replyTo: seq,
    clientMessageId: `${Date.now()}-2`,
  });
  const again = await enter({ storageState: await bob.context().storageState() });
  await openFirst(again);
  await bubble(again, "far below").getByRole("button", { name: "Answers An earlier message" }).click();
  await again.waitForFunction(() => document.activeElement?.textContent?.startsWith("at the very top"));
  await bubble(again, "far below").getByRole("button", { name: "Answers Ada Example at the very top" }).waitFor();
  assert.deepEqual(again.problems, []);
  await again.context().close();
});

test("a reaction by keyboard is seen by the other, and taken back", async () => {
  await said("We have shipped it");
  const menu = bubble(bob, "shipped").getByLabel("Actions", { exact: true });
  await menu.focus();
  await bob.keyboard.press("Enter");
  await bob.keyboard.press("Tab");
  await shoot(bob, "reacting");
  assert.deepEqual(await violations(bob), []);
  await bob.keyboard.press("Enter");
  await bubble(ada, "shipped").getByText("👍 from Bob Example").waitFor();
  assert.ok(await menu.evaluate((element) => element === document.activeElement));
  await bob.keyboard.press("Enter");
  await bubble(bob, "shipped").getByRole("button", { name: "React with thumbs up", pressed: true }).press("Enter");
  await bubble(ada, "shipped").getByText("👍").waitFor({ state: "detached" });
  assert.deepEqual([...ada.problems, ...bob.problems], []);
});
