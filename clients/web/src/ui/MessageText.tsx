import { type Part, partsOf } from "../text/parts";

/** The text of a message: links lead away safely, code is shown as code, and everything else is text. */
export function MessageText({ text }: { text: string }) {
  return (
    <div class="text">
      {partsOf(text).map((part, index) => (
        <Shown key={index} part={part} />
      ))}
    </div>
  );
}

function Shown({ part }: { part: Part }) {
  switch (part.kind) {
    case "text":
      return <>{part.text}</>;
    case "code":
      return <code>{part.text}</code>;
    case "block":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled with the keyboard
        <pre tabIndex={0}>
          <code>{part.text}</code>
        </pre>
      );
    case "link":
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          {part.text}
        </a>
      );
  }
}
