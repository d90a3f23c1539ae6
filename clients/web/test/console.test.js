import assert from "node:assert/strict";
import { test } from "node:test";
import { call, enter, inChromium, PASSWORD, shoot, signUp, URL_OF_PAGE, violations } from "./browser.js";

const CONSOLE = new URL("/console", URL_OF_PAGE).href;

inChromium();

async function logIn(emailId, options = {}) {
  const page = await enter(options);
  await page.goto(CONSOLE);
  await page.getByText("For administrators and moderators").waitFor();
  await page.getByLabel("Email").fill(emailId);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
  return page;
}

test("an administrator sees the figures of the API as charts and as a table", async () => {
  const page = await logIn(process.env.ADMIN_EMAIL);
  await page.getByRole("img", { name: "Messages" }).waitFor();
  assert.equal(await page.locator("svg .bar").count(), 4 * 92);
  const [first, last] = [91, 0].map((ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10));
  const { days } = await call(page, "GET", `/api/analytics/daily?from=${first}&to=${last}`);
  const before = days.slice(0, -1); // today's counts may grow meanwhile
  const [messages] = await page
    .locator("figure", { hasText: "Messages" })
    .locator("figcaption .muted")
    .allTextContents();
  const sum = before.reduce((total, { counts }) => total + counts.MESSAGE_SENT, 0);
  assert.ok(Number(messages.replace(/ in.*|\D/g, "")) >= sum, messages);

  await page.getByText("All figures in a table").click();
  const rows = await page
    .locator("tbody tr")
    .evaluateAll((all) =>
      all.map((row) => [
        row.querySelector("time").dateTime,
        ...[...row.querySelectorAll("td")].map((cell) => Number(cell.textContent.replace(/\D/g, ""))),
      ]),
    );
  assert.deepEqual(
    rows.slice(1).reverse(),
    before.map(({ date, activeUsers, counts }) => [
      date,
      activeUsers,
      counts.MESSAGE_SENT,
      counts.CONNECTION_ACCEPTED,
      counts.USER_SIGNUP,
    ]),
  );
  assert.deepEqual(await violations(page), []);

  await page.getByRole("button", { name: "7 days" }).click();
  assert.equal(await page.locator("svg .bar").count(), 4 * 7);
  const chart = page.getByRole("img", { name: "Sign-ups" });
  const { x, y, width, height } = await chart.boundingBox();
  await page.mouse.move(x + width * 0.5, y + height * 0.5);
  await page.getByText(/^\d+ on /).waitFor();
  assert.deepEqual(page.problems, []);
});

test("the console is readable in both colours, at a desk and on a phone", async () => {
  const desk = await logIn(process.env.ADMIN_EMAIL);
  await desk.getByRole("img", { name: "Messages" }).waitFor();
  const phone = await enter({
    viewport: { width: 390, height: 760 },
    storageState: await desk.context().storageState(),
  });
  await phone.goto(CONSOLE);
  await phone.getByRole("img", { name: "Messages" }).waitFor();
  for (const page of [desk, phone]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], colorScheme);
      await shoot(page, `console-${page === desk ? "desktop" : "phone"}-${colorScheme}`);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(width <= 0, "nothing is wider than the screen");
    assert.deepEqual(page.problems, []);
  }
});

test("a user with no role is told so", async () => {
  const page = await enter();
  await signUp(page, "Eve");
  await page.goto(CONSOLE); // with the session of the chat
  await page.getByText("neither as an administrator nor as a moderator").waitFor();
  assert.equal(await page.locator("svg").count(), 0);
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You have logged out.").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Log in" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("a moderator looks at a case and decides it", async () => {
  const page = await logIn(process.env.MODERATOR_EMAIL);
  const cases = page.getByRole("list", { name: "Open cases" }).locator("> li");
  await cases.nth(1).waitFor();
  const before = await cases.count();
  await cases.first().getByRole("button", { name: "What was said" }).click();
  await cases.first().getByText("spam: Offers me a watch.").waitFor();
  assert.deepEqual(await violations(page), []);
  await shoot(page, "console-cases");
  await cases.first().getByLabel("Reason").selectOption("harassment");
  await cases.first().getByRole("button", { name: "Suspend", exact: true }).click();
  await page.getByRole("button", { name: "Suspend the user" }).click();
  await page.getByText("The user is suspended.").waitFor();
  assert.equal(await cases.count(), before - 1);
  const { cases: suspended } = await call(page, "GET", "/api/moderation/cases?status=suspended");
  assert.equal(suspended.length, 1);
  await page.getByRole("button", { name: "Suspended", exact: true }).click();
  await page.getByRole("button", { name: "Reinstate" }).click();
  await page.getByText("The user is reinstated.").waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(page.problems, []);
});
