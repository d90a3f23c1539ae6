import assert from "node:assert/strict";
import { test } from "node:test";
import { bubble, inChromium, say, twoWhoTalk } from "./browser.js";

// From the "Script Injection" part of the Big List of Naughty Strings, which is under the MIT licence.
const NAUGHTY = [
  "<script>alert(123)</script>",
  "&lt;script&gt;alert(&#39;123&#39;);&lt;/script&gt;",
  "<img src=x onerror=alert(123) />",
  "<svg><script>123<1>alert(123)</script>",
  '"><script>alert(123)</script>',
  "'><script>alert(123)</script>",
  '" onfocus=JaVaSCript:alert(123) autofocus',
  "<sc<script>ript>alert(123)</sc</script>ript>",
  "javascript:alert(123)",
  '<a href="javascript\\x0A:javascript:alert(1)" id="fuzzelement1">test</a>',
  "`\"'><img src=xxx:x \\x0Aonerror=javascript:alert(1)>",
  "<IMG SRC=\"javascript:alert('XSS');\">",
  '<iframe src="javascript:alert(1)"></iframe>',
  '<div style="x:expression(alert(1))">',
  "```<script>alert(123)</script>```",
  "`<img src=x onerror=alert(1)>`",
  'https://example.org/"onmouseover=alert(1)',
  "http://user:password@example.org/",
];

inChromium();

test("texts and names that try to be a program are shown as they are", async () => {
  const [ada, bob] = await twoWhoTalk(["<b onclick=alert(1)>", "<img src=x onerror=alert(1)>"]);
  await ada.getByRole("heading", { name: "<img src=x onerror=alert(1)> Example" }).waitFor();
  for (const text of NAUGHTY) await say(ada, text);
  await say(ada, "the last one");
  await bubble(bob, "the last one").waitFor();
  const shown = await bob.locator(".bubble .text").allTextContents();
  const plain = (text) => text.replace(/`/g, "");
  assert.deepEqual(shown.slice(0, -1).map(plain), NAUGHTY.map(plain));
  for (const page of [ada, bob]) {
    assert.equal(await page.locator(".talk script, .talk img, .talk svg, .talk iframe, .talk [onclick]").count(), 0);
    const links = await page.locator(".talk a").evaluateAll((all) => all.map(({ href }) => href));
    assert.deepEqual(links, ["https://example.org/"]);
    assert.deepEqual(page.problems, []);
  }
});
