// The mails that the system has sent, which the gateway keeps in MAIL_DIR as JSON.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

const PATIENCE = 20_000;

/** Confirms an address with the token of the link that was mailed to it, as its page does. */
export async function confirmAddress(emailId) {
  const token = await mailedToken(emailId);
  const answer = await fetch(new URL("/api/verification/confirm", process.env.API_URL ?? process.env.PAGE_URL), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new Error(`${emailId} is not confirmed: ${answer.status} ${await answer.text()}`);
}

/** Resolves to the mails with a link that confirms this address, once there are at least `atLeast`. */
export async function mailsTo(emailId, atLeast) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const texts = await readMails(emailId);
    if (texts.length >= atLeast) return texts;
  }
  throw new Error(`there are no ${atLeast} mails to ${emailId}`);
}

async function mailedToken(emailId) {
  const [text] = await mailsTo(emailId, 1);
  return /#verify=([\w-]+)/.exec(text)[1];
}

async function readMails(emailId) {
  if (!existsSync(process.env.MAIL_DIR)) return []; // the first mail makes it
  const names = (await readdir(process.env.MAIL_DIR)).filter((name) => name.endsWith(".json"));
  const mails = await Promise.all(names.map((name) => readFile(`${process.env.MAIL_DIR}/${name}`, "utf8")));
  return mails.filter((mail) => mail.includes(emailId) && mail.includes("#verify="));
}
