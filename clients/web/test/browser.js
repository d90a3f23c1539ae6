// A real Chromium, and what people do in it.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { confirmAddress } from "./mails.js";
import { startNetwork, stopNetwork } from "./network.js";

export const URL_OF_PAGE = process.env.PAGE_URL;
/** Where the API is, if it is not where the page is. */
const API_URL = process.env.API_URL ?? "";
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = new URL("../../../.local/screenshots/", import.meta.url);
export const PASSWORD = "correct horse";

let browser;

/**
 * Gives the tests of a file a Chromium, and the network between its pages and the service. `begin` comes after that and
 * before the first test: hooks that are registered apart do not wait for each other.
 */
export function inChromium(begin = async () => {}) {
  before(async () => {
    await startNetwork();
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    await begin();
  });
  after(async () => {
    await browser.close();
    stopNetwork();
  });
}

/** A browser profile of its own, whose page must not fail. No colour is looked at while it fades into another. */
export async function enter(options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 720 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("dialog", (dialog) => {
    page.problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(URL_OF_PAGE);
  return page;
}

let people = 0;
export function newEmail(name) {
  people += 1;
  return `${name.toLowerCase().replace(/[^a-z]/g, "")}-${process.pid}-${Date.now()}-${people}@example.org`;
}

export async function signUp(page, firstName, lastName = "Example") {
  const emailId = newEmail(firstName || "x");
  await page.getByRole("button", { name: "I am new here" }).click();
  await page.getByLabel("First name").fill(firstName);
  await page.getByLabel("Last name").fill(lastName);
  await page.getByLabel("Email").fill(emailId);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
  return emailId;
}

/** Calls the API as the user of a page. */
export async function call(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const { token } = JSON.parse(localStorage.getItem("devconnect-session"));
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
      const answer = await fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    [method, API_URL + path, body],
  );
}

export async function userIdOf(page) {
  return page.evaluate(() => JSON.parse(localStorage.getItem("devconnect-session")).userId);
}

/** Two people who are connected, each in a browser profile of their own, with their conversation open. */
export async function twoWhoTalk(names = ["Ada", "Bob"]) {
  const [ada, bob] = [await enter(), await enter()];
  await confirmAddress(await signUp(ada, names[0])); // without it, she may not ask for a connection
  await signUp(bob, names[1]);
  await call(ada, "POST", `/api/connections/${await userIdOf(bob)}`, { status: "interested" });
  await call(bob, "POST", `/api/connections/requests/${await userIdOf(ada)}`, { status: "accepted" });
  for (const page of [ada, bob]) {
    await page.reload();
    await openFirst(page);
  }
  return [ada, bob];
}

export async function openFirst(page) {
  await page.getByRole("list", { name: "Conversations" }).getByRole("button").first().click();
  await page.getByLabel("Message", { exact: true }).waitFor();
}

export async function say(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

/** Waits until the page has stored a message that is still to be sent: it is shown some milliseconds earlier. */
export async function stored(page, text) {
  await page.waitForFunction(
    (wanted) =>
      new Promise((resolve) => {
        const opening = indexedDB.open("devconnect-client");
        opening.onsuccess = () => {
          const reading = opening.result.transaction("queue").objectStore("queue").getAll();
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result.some((message) => message.text === wanted));
          };
        };
      }),
    text,
  );
}

/** The message with this text, once it is shown; `state` is "sent" or "sending". */
export function bubble(page, text) {
  return page.locator(".bubble", { hasText: text });
}

export async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => window.axe.run());
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

export async function shoot(page, name) {
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: new URL(`${name}.png`, SHOTS).pathname });
}
