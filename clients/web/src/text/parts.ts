/** What the text of a message is made of. It stays text: nothing of it is ever read as HTML. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "block"; readonly text: string; readonly language: string };

const BLOCK = /```([\w+#.-]*)\n?([\s\S]*?)```/g;
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"'`]+)/g;

/** Returns the parts of a text, in their order: code between backticks, addresses of the web, and the rest. */
export function partsOf(text: string): Part[] {
  return split(
    text,
    BLOCK,
    ([, language = "", code = ""]) => ({ kind: "block", text: code.trimEnd(), language }),
    inline,
  );
}

function inline(text: string): Part[] {
  return split(text, INLINE, ([, code, address = ""]) => (code ? { kind: "code", text: code } : link(address)), plain);
}

function plain(text: string): Part[] {
  return text ? [{ kind: "text", text }] : [];
}

/** An address is a link only if it is one of the web, and it leads to where it says. */
function link(address: string): Part {
  const text = address.replace(/[.,;:!?)\]}]+$/, "");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return isSafe ? { kind: "link", text, href: url.href } : { kind: "text", text };
}

/** Splits a text at the matches of a pattern; `others` splits what is between them. */
function split(
  text: string,
  pattern: RegExp,
  made: (match: RegExpMatchArray) => Part,
  others: (text: string) => Part[],
): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const part = made(match);
    parts.push(...others(text.slice(end, match.index)), part);
    // An address ends before the punctuation behind it, which is text.
    end = match.index + (part.kind === "link" || part.kind === "text" ? part.text.length : match[0].length);
  }
  return [...parts, ...others(text.slice(end))];
}
